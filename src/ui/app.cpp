// The frame: collect what the run published, decide which moment is shown, draw the panels, carry out what
// was asked for.
#include "ui/app.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/shown_text.h"
#include "base/text_tokens.h"
#include "experiment/svg.h"
#include "run/branch.h"
#include "run/history.h"
#include "run/metrics.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "run/run_events.h"
#include "theory/flow_options.h"
#include "ui/command_door.h"
#include "ui/draw.h"
#include "ui/heatmap.h"
#include "ui/layout.h"
#include "ui/lesson_desk.h"
#include "ui/lesson_words.h"
#include "ui/panels.h"
#include "ui/rich_text.h"
#include "ui/theory_words.h"
#include "ui/words.h"

namespace ladder {
namespace {

// The largest seed that a URL and JSON carry exactly.
constexpr std::uint64_t seed_limit = std::uint64_t{1} << 53;

const char* state_name(RunnerStatus::State state) {
    switch (state) {
        case RunnerStatus::State::starting: return "starting";
        case RunnerStatus::State::running: return "running";
        case RunnerStatus::State::paused: return "paused";
        case RunnerStatus::State::finished: return "finished";
        case RunnerStatus::State::diverged: return "diverged";
        case RunnerStatus::State::failed: return "failed";
    }
    return "";
}

nlohmann::ordered_json theory_json(const TheoryPanelState& s, const Settings& run) {
    nlohmann::ordered_json out;
    out["view"] = s.view == TheoryPanelState::View::run ? "run" : "equations";
    for (const FlowOption& o : flow_options()) out["settings"][std::string(o.name)] = format_option(o, s.settings);
    const FlowView& shown = s.view == TheoryPanelState::View::run ? s.run : s.equations;
    // What is on screen belongs to the sliders as they stand; beside the run it belongs to the run.
    out["solved"] = shown.ready() && !shown.next && (s.view == TheoryPanelState::View::run || shown.settings == s.settings);
    out["milliseconds"] = shown.milliseconds;
    out["reached"] = shown.solution.report.reached;
    auto& stages = out["stages"] = nlohmann::ordered_json::array();
    for (const FlowStage& stage : shown.solution.stages) stages.push_back({{"pattern", stage.pattern + 1}, {"time", stage.time}});
    out["time"] = s.time;
    out["sentence"] = flow_sentence(shown.settings, shown.solution);
    if (s.view != TheoryPanelState::View::run) return out;
    out["stepsPerTime"] = s.comparison.steps_per_time;
    out["fitted"] = s.comparison.fitted;
    out["sameOrder"] = s.comparison.same_order;
    out["worstFactor"] = s.comparison.worst_factor;
    out["comparison"] = comparison_sentence(s.comparison, run.optimizer == OptimizerKind::adamw);
    return out;
}

const char* panel_name(Panel panel) {
    switch (panel) {
        case Panel::toolbar: return "toolbar";
        case Panel::chain: return "chain";
        case Panel::attention: return "attention";
        case Panel::ladder: return "ladder";
        case Panel::curves: return "curves";
        case Panel::figures: return "figures";
        case Panel::lesson: return "lesson";
        case Panel::theory: return "theory";
    }
    return "";
}

std::optional<Panel> panel_named(std::string_view name) {
    for (Panel panel : {Panel::toolbar, Panel::chain, Panel::attention, Panel::ladder, Panel::curves, Panel::figures})
        if (name == panel_name(panel)) return panel;
    return std::nullopt;
}

Rect to_pixels(const Box& box, float scale, float scroll) {
    const auto px = [&](float points) { return std::floor(points * scale); };
    return {{px(box.left), px(box.top) - scroll}, {px(box.left + box.width), px(box.top + box.height) - scroll}};
}

}  // namespace

struct App::Impl {
    Background background;
    MemberDesk members;
    std::unique_ptr<Runner> runner;
    Settings settings;
    std::string preset;
    std::unique_ptr<Chain> chain;
    std::unique_ptr<History> history;
    RunnerStatus status;
    std::int64_t shown_step = -1;  // < 0: live
    // After a branch: the run that was branched, kept for comparison.
    std::unique_ptr<History> other;
    Settings other_settings;
    std::int64_t branch_step = 0;
    bool showing_other = false;

    Theme theme;
    bool fonts_ready = false;
    HeatmapRenderer maps;
    ToolbarState toolbar;
    ChainPanelState chain_panel;
    SettingsPanelState editor;
    AttentionPanelState attention;
    LadderPanelState ladder;
    CurvesPanelState curves;
    FiguresPanelState figures_panel;
    TheoryPanelState theory;
    LessonDesk lessons;
    std::optional<Panel> lesson_scroll;  // a panel that the stacked page should bring into sight
    bool lesson_figure = false;          // the open step shows the paper's figures
    std::vector<std::string> notices;
    bool maximised = false;
    Panel maximised_panel = Panel::attention;
    float scroll = 0;              // pixels, of the stacked layout
    bool scroll_drag = false;
    bool list_open = false;        // a drop-down list was open in the last frame: Esc is meant for it
    double last_seconds = -1;
    std::string address;           // of the page; empty: none
    Presentation presentation;
    Arrangement arrangement;       // of the panels, as the presentation has it
    ControlSet hidden;             // what the presentation hides, by name or because it is embedded
    RunEvents events;
    std::int64_t awaited_step = -1;  // trained towards at full speed, then shown; -1: none
    std::vector<HostRequest> requests;

    void start(Settings, bool running = true);
    void begin_run(Settings, bool running = true);
    void carry_out(const LessonAction&);
    void follow_lesson();
    void enter_scene(const Scene&);
    LessonWorld lesson_world() const;
    bool shows_figures() const { return toolbar.workspace == Workspace::paper || (toolbar.workspace == Workspace::lessons && lesson_figure); }
    Panel lesson_panel() const;
    void draw_rings(const Layout&, const FrameInput&);
    void run_figure(const std::string& id);
    void next_figure_run();
    void follow_figure();
    void share(Actions::Share);
    void go_on_from(std::size_t moment, const Settings* branch, bool running = true);
    void travel(const Actions&);
    // What is on screen: the run in training, or the one that it branched from.
    const History& shown_history() const { return showing_other ? *other : *history; }
    const Settings& shown_settings() const { return showing_other ? other_settings : settings; }
    void sweep(const Actions&);
    void choose_preset(const std::string&);
    void carry_out(const Actions&);
    void keys(const RunView&, Actions&);
    void present(Presentation);
    void await_step();
    void draw(const FrameInput&, float frame_seconds);
    float draw_notices(Rect toolbar, const std::string& standing, bool measure);
    void draw_panel(Panel, Rect, const RunView&, const Layout&, Actions&);
    void scroll_by_hand(const Layout&, float height);
    const Settings& preset_settings() const;
};

// Whatever a person starts ends the runs of a figure.
void App::Impl::start(Settings next, bool running) {
    figures_panel.running.reset();
    begin_run(std::move(next), running);
}

// The first run of a figure; the others follow by themselves.
void App::Impl::run_figure(const std::string& id) {
    const Figure* figure = find_figure(id);
    if (!figure) return;
    if (figure->plot == FigurePlot::flow) {
        figures_panel.flow = std::make_unique<FlowFigure>(solve_flow_figure(settings.seed));
        lessons.judged = id;
        return;
    }
    figures_panel.running = std::make_unique<FigureRun>(*figure, settings.seed);
    figures_panel.running_id = id;
    next_figure_run();
}

void App::Impl::next_figure_run() {
    const FigureRun& run = *figures_panel.running;
    preset = run.figure().runs[run.index()].preset;
    Settings next = run.settings();
    next.workers = settings.workers;
    next.speed = 0;
    begin_run(std::move(next));
}

void App::Impl::follow_figure() {
    FigureRun* run = figures_panel.running.get();
    if (!run) return;
    const bool failed = status.state == RunnerStatus::State::diverged || status.state == RunnerStatus::State::failed;
    if (!failed && !run->run_complete()) return;
    run->end_run(failed ? status.message : "");
    if (!run->done()) return next_figure_run();
    figures_panel.outcomes[figures_panel.running_id] = {run->runs(), run->verdict(), settings.seed};
    lessons.judged = figures_panel.running_id;
    figures_panel.running.reset();
}

LessonWorld App::Impl::lesson_world() const { return {*chain, *history, status, figures_panel.flow.get(), &lessons.judged}; }

void App::Impl::carry_out(const LessonAction& a) {
    if (a.kind == LessonAction::Kind::none) return;
    toolbar.workspace = Workspace::lessons;
    switch (a.kind) {
        case LessonAction::Kind::none: return;
        case LessonAction::Kind::open:
            if (!lessons.choose(a.name)) notices.push_back("There is no lesson called \u201C" + shown_text(a.name) + "\u201D; the list shows those there are.");
            return;
        case LessonAction::Kind::close: lessons.close(), lesson_figure = false; return;
        case LessonAction::Kind::next: lessons.forward(); return;
        case LessonAction::Kind::back: lessons.backward(); return;
        case LessonAction::Kind::bet:
            if (!lessons.open || !lessons.open->bet_open()) return;
            lessons.open->place_bet(a.choice);
            if (!lesson_figure && status.state != RunnerStatus::State::finished && status.state != RunnerStatus::State::diverged) runner->play();
            return;
    }
}

// Once a frame: a step that was just entered sets its scene, then the world is looked at.
void App::Impl::follow_lesson() {
    if (toolbar.workspace != Workspace::lessons || !lessons.open) {
        lesson_figure = false;
        return;
    }
    lesson_figure = !lessons.open->step().points.empty() && lessons.open->step().points.front() == "figures";
    if (const Scene* scene = lessons.open->take_scene()) enter_scene(*scene);
    lessons.open->observe(lesson_world(), std::exchange(lessons.pressed, ""));
}

void App::Impl::enter_scene(const Scene& scene) {
    lessons.judged.clear();
    maximised = false;
    if (scene.run) {
        preset = scene.preset;
        Settings next = *scene.run;
        // Who goes at full speed keeps it; how many workers there are is the viewer's affair.
        next.workers = settings.workers;
        if (settings.speed <= 0) next.speed = 0;
        start(next, !scene.paused);
    }
    if (!scene.figure.empty()) {
        figures_panel.chosen = scene.figure;
        run_figure(scene.figure);
    }
    if (scene.speed && settings.speed > 0) {
        settings.speed = *scene.speed;
        runner->set_speed(settings.speed);
    }
    if (scene.go == Scene::Go::play) runner->play(), shown_step = -1;
    // What is bet on must not be over before the bet.
    if (scene.go == Scene::Go::pause || (lessons.open->step().bet && !scene.run)) runner->pause();
    if (!lessons.open->step().points.empty()) lesson_scroll = lesson_panel();
}

// The panel that must be in sight for the open step: the chain, where it is pointed at, else the first that is.
Panel App::Impl::lesson_panel() const {
    if (!lessons.open) return Panel::ladder;
    const auto& points = lessons.open->step().points;
    if (std::find(points.begin(), points.end(), "chain") != points.end()) return Panel::chain;
    for (const std::string& name : points)
        if (const auto panel = panel_named(name); panel && *panel != Panel::figures && *panel != Panel::toolbar) return *panel;
    return Panel::ladder;
}

// Around what the lesson points at, and what a link under the pointer names.
void App::Impl::draw_rings(const Layout& layout, const FrameInput& input) {
    if (toolbar.workspace != Workspace::lessons || !lessons.open) return;
    const float pulse = input.reduced_motion ? 1.0f : 0.75f + 0.25f * static_cast<float>(std::cos(3 * input.seconds));
    for (const Place& place : layout.places) {
        const std::string name = panel_name(place.panel);
        const auto& points = lessons.open->step().points;
        const bool hinted = lessons.hinted == name;
        if (place.panel == Panel::lesson || (!hinted && std::find(points.begin(), points.end(), name) == points.end())) continue;
        const Rect r = to_pixels(place.box, theme.scale, scroll);
        const float out = theme.px(2);
        ImGui::GetWindowDrawList()->AddRect({r.min.x - out, r.min.y - out}, {r.max.x + out, r.max.y + out}, with_alpha(theme.accent, hinted ? 1.0f : pulse), theme.px(9), 0, theme.px(hinted ? 3.0f : 2.0f));
    }
}

void App::Impl::share(Actions::Share what) {
    std::string link = address + write_address(preset, settings);
    if (toolbar.workspace == Workspace::theory) link += (link.size() == address.size() ? "?" : "&") + write_theory(theory.settings, theory.view == TheoryPanelState::View::run);
    switch (what) {
        case Actions::Share::none: return;
        case Actions::Share::link:
            if (settings.data == DataSource::text && settings.text != preset_settings().text && !fits_address(settings.text))
                notices.push_back("The text is too long to travel in a link: whoever opens it sees the preset\u2019s text instead. Send the text along, to be pasted there.");
            requests.push_back({HostRequest::Kind::copy, "", link}); return;
        case Actions::Share::embed:
            requests.push_back({HostRequest::Kind::copy, "", "<iframe src=\"" + escape_markup(link + (link.size() == address.size() ? "?" : "&") + "embed=true") + "\" title=\"Attention Ladder\" width=\"100%\" height=\"720\" style=\"border:0\"></iframe>"});
            return;
        case Actions::Share::command: requests.push_back({HostRequest::Kind::copy, "", "ladder train " + write_options(preset, settings)}); return;
        case Actions::Share::csv: requests.push_back({HostRequest::Kind::save, "attention-ladder-" + preset + "-seed-" + std::to_string(settings.seed) + ".csv", metrics_csv(*history)}); return;
    }
}

void App::Impl::sweep(const Actions& a) {
    SweepState& state = figures_panel.sweep;
    if (a.stop_sweep && state.run) state.run->stop();
    if (a.save_sweep && state.run) requests.push_back({HostRequest::Kind::save, "attention-ladder-sweep.csv", sweep_table(state.run->runs())});
    try {
        if (a.copy_sweep) requests.push_back({HostRequest::Kind::copy, "", sweep_command(state, preset, settings)});
        if (!a.run_sweep || !background.make_runner) return;
        figures_panel.running.reset();
        runner->pause();  // the cores are the sweep's
        state.run = std::make_unique<SweepRun>(plan(state, settings), background.make_runner, background.at_once);
    } catch (const Error& e) {
        state.problem = e.what();
    }
}

void App::Impl::begin_run(Settings next, bool running) {
    for (const SettingProblem& problem : reconcile(next)) notices.push_back(problem.message);
    settings = std::move(next);
    chain = std::make_unique<Chain>(settings);
    // A host page may hold a dozen of these, so each keeps less of its past in full.
    HistoryLimits limits;
    if (presentation.embedded) limits.attention_bytes = std::size_t{8} << 20, limits.checkpoint_bytes = std::size_t{4} << 20;
    history = std::make_unique<History>(*chain, limits);
    events.load(preset, settings, *chain);
    other.reset();
    showing_other = false;
    curves.playback.stop();
    if (editor.branch_step >= 0) editor.open = false;
    shown_step = -1;
    attention.displayed.clear();
    attention.what_if = {};
    attention.block = 0;
    ladder.height = -1;
    chain_panel.sampled_from = nullptr;
    status = {};
    members.forget();
    members.follow(settings, settings.learned);
    runner->start(settings, running && presentation.autoplay);
    if (awaited_step >= 0) runner->set_speed(0);
}

void App::Impl::present(Presentation next) {
    presentation = std::move(next);
    arrangement = {{}, presentation.chosen, presentation.embedded};
    for (const std::string& name : presentation.panels) arrangement.panels.push_back(static_cast<Panel>(static_cast<int>(Panel::chain) + (std::find(panel_names().begin(), panel_names().end(), name) - panel_names().begin())));
    hidden = presentation.hidden;
    // What would lead a reader away from the text around.
    if (presentation.embedded)
        for (Control c : {Control::workspace, Control::preset, Control::new_seed, Control::share, Control::theme}) hidden.add(c);
    awaited_step = presentation.step;
}

// The moment that the address asks for: reached at full speed where the run goes, then shown at rest.
void App::Impl::await_step() {
    if (awaited_step < 0 || history->empty()) return;
    const bool ended = status.state == RunnerStatus::State::finished || status.state == RunnerStatus::State::diverged || status.state == RunnerStatus::State::failed;
    if (history->newest().step < awaited_step && !ended) return;
    runner->set_speed(settings.speed);
    runner->pause();
    shown_step = std::exchange(awaited_step, -1);
}

const Settings& App::Impl::preset_settings() const {
    const Preset* p = find_preset(preset);
    return (p ? *p : presets().front()).settings;
}

void App::Impl::choose_preset(const std::string& name) {
    const Preset* p = find_preset(name);
    if (!p) return;
    preset = name;
    // What belongs to the viewer rather than the experiment stays as it is.
    Settings next = p->settings;
    next.workers = settings.workers;
    next.speed = settings.speed;
    next.seed = settings.seed;
    start(next);
}

// The run that is on screen goes on from the last moment at or before this one whose state was kept; with other
// settings as a branch, beside which the run so far stays for comparison.
void App::Impl::go_on_from(std::size_t moment, const Settings* branch, bool running) {
    const std::size_t at = shown_history().with_checkpoint(moment);
    if (at >= shown_history().size()) {
        notices.push_back("The state of the model at this step was not kept, so the run cannot go on from there. Choose a later step, or Reset to start again from step 0.");
        return;
    }
    std::shared_ptr<const RunCheckpoint> from = shown_history().checkpoint(at);
    if (branch) {
        Settings next = *branch;
        for (const SettingProblem& problem : reconcile(next)) notices.push_back(problem.message);
        if (const std::string problem = branch_problem(shown_settings(), next); !problem.empty()) {
            notices.push_back(problem);
            return;
        }
        if (!showing_other) {
            other = std::make_unique<History>(*history);
            other_settings = settings;
        }
        from = branch_checkpoint(std::move(from), other_settings, next);
        history = std::make_unique<History>(*other);
        settings = std::move(next);
        branch_step = from->step();
    } else if (showing_other) {
        std::swap(history, other);
        std::swap(settings, other_settings);
    }
    showing_other = false;
    history->rewind(at);
    figures_panel.running.reset();
    curves.playback.stop();
    shown_step = awaited_step = -1;
    status = {};
    members.forget();
    members.follow(settings, settings.learned);
    runner->resume(settings, std::move(from), running);
}

// Which moment is on screen, and going on from it.
void App::Impl::travel(const Actions& a) {
    if (shown_history().empty()) return;
    const History& shown = shown_history();
    const std::int64_t now = shown_step < 0 ? shown.newest().step : shown_step;
    if (a.show) shown_step = shown[std::min(*a.show, shown.size() - 1)].step;
    if (a.follow) shown_step = -1;
    if (a.show || a.follow) curves.playback.stop();
    if (a.playback_speed) curves.playback.next_speed();
    if (a.playback) {
        if (*a.playback == 0) curves.playback.stop();
        else curves.playback.play(*a.playback, now, shown[0].step, shown.newest().step);
        shown_step = now;
    }
    if (a.show_other && other) showing_other = *a.show_other;
    if (a.edit_branch) {
        editor.open = true;
        editor.draft = shown_settings();
        editor.branch_step = shown[shown.with_checkpoint(shown.at_step(now))].step;
        editor.problem.clear();
    }
    if (a.resume) go_on_from(shown.at_step(now), nullptr);
    if (a.stop_here) {
        const std::size_t at = shown.at_step(now);
        notices.push_back("Stopped early, as asked. " + early_stop_sentence(shown[at], shown.newest()));
        go_on_from(at, nullptr, false);
    }
    if (a.branch) go_on_from(shown.at_step(editor.branch_step), &*a.branch);
}

void App::Impl::carry_out(const Actions& a) {
    travel(a);
    if (a.speed) {
        settings.speed = *a.speed;
        runner->set_speed(settings.speed);
    }
    if (a.pause) runner->pause();
    if (a.play || a.step) {
        if (a.play) runner->play();
        else runner->step();
        shown_step = -1;
        showing_other = false;
        curves.playback.stop();
    }
    if (a.preset) choose_preset(*a.preset);
    share(a.share);
    if (a.run_figure) run_figure(*a.run_figure);
    if (a.stop_figure) figures_panel.running.reset(), runner->pause();
    if (a.ask_text) requests.push_back({HostRequest::Kind::ask_text, "", ""});
    sweep(a);
    carry_out(a.lesson);
    if (a.reset) start(settings);
    if (a.new_seed) {
        Settings next = settings;
        next.seed = (next.seed + 1) % seed_limit;
        start(next);
    }
    if (a.apply) {
        bool restart = false;
        for (const SettingInfo& info : settings_table()) restart |= info.restart && info.get(*a.apply) != info.get(settings);
        if (restart) {
            start(*a.apply);
        } else {
            settings = *a.apply;
            members.follow(settings, settings.learned);
            runner->set_speed(settings.speed);
            runner->set_stop(settings.steps);
        }
    }
}

void App::Impl::keys(const RunView& view, Actions& actions) {
    ImGuiIO& io = ImGui::GetIO();
    // Tab turns keyboard navigation on, the mouse turns it off again; in between arrows and space belong to it.
    if (ImGui::IsKeyPressed(ImGuiKey_Tab, false)) io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || io.KeySuper) return;
    const bool navigating = io.ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard;
    if (!navigating) {
        if (view.has(Control::run) && ImGui::IsKeyPressed(ImGuiKey_Space, false)) {
            if (view.status.state == RunnerStatus::State::running) actions.pause = true;
            else actions.play = true;
        }
        if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) {
            if (io.KeyShift && view.ready()) {
                if (view.shown + 1 < view.history.size()) actions.show = view.shown + 1;
                else actions.follow = true;
            } else if (!io.KeyShift && view.has(Control::step)) {
                actions.step = true;
            }
        }
        if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow) && view.ready() && view.shown > 0) actions.show = view.shown - 1;
    }
    const auto toggle = [&](Workspace w) { toolbar.workspace = toolbar.workspace == w ? Workspace::run : w; };
    if (view.has(Control::workspace) && ImGui::IsKeyPressed(ImGuiKey_P, false)) toggle(Workspace::paper);
    if (view.has(Control::workspace) && ImGui::IsKeyPressed(ImGuiKey_E, false)) toggle(Workspace::lessons);
    if (view.has(Control::workspace) && ImGui::IsKeyPressed(ImGuiKey_D, false)) toggle(Workspace::theory);
    if (toolbar.workspace == Workspace::lessons && lessons.open && !navigating) {
        if (ImGui::IsKeyPressed(ImGuiKey_Enter, false)) actions.lesson.kind = LessonAction::Kind::next;
        if (ImGui::IsKeyPressed(ImGuiKey_Backspace, false)) actions.lesson.kind = LessonAction::Kind::back;
        if (lessons.open->bet_open())
            for (int i = 0; i < 9 && i < choice_count(*lessons.open->step().bet, lesson_world()); ++i)
                if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_1 + i), false)) actions.lesson = {LessonAction::Kind::bet, "", i};
    }
    if (ImGui::IsKeyPressed(ImGuiKey_L, false)) actions.follow = true;
    if (view.has(Control::reset) && ImGui::IsKeyPressed(ImGuiKey_R, false)) actions.reset = true;
    if (view.has(Control::new_seed) && ImGui::IsKeyPressed(ImGuiKey_N, false)) actions.new_seed = true;
    if (view.has(Control::theme) && ImGui::IsKeyPressed(ImGuiKey_T, false)) toolbar.theme_mode = theme.dark ? 1 : 2;
    // As a character: where the question mark lies depends on the keyboard.
    if (view.has(Control::help) && io.InputQueueCharacters.contains(static_cast<ImWchar>('?'))) toolbar.help_open = !toolbar.help_open;
    // One press closes one thing, the uppermost.
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false) && !list_open) {
        if (toolbar.help_open) toolbar.help_open = false;
        else if (editor.open) editor.open = false;
        else if (chain_panel.enlarged >= 0) chain_panel.enlarged = -1;
        else if (toolbar.workspace == Workspace::lessons && lessons.open) lessons.close();
        else if (toolbar.workspace != Workspace::run) toolbar.workspace = Workspace::run;
        else maximised = false;
    }
}

// Sentences under the toolbar, each with a way to put it aside. Returns the height in points.
float App::Impl::draw_notices(Rect toolbar_rect, const std::string& standing, bool measure) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float width = toolbar_rect.width() - theme.px(28 + 46);
    float y = toolbar_rect.max.y + theme.px(8), total = 0;
    const std::size_t count = notices.size() + !standing.empty();
    for (std::size_t i = 0; i < count; ++i) {
        const bool dismissible = i < notices.size();
        const std::string& text = dismissible ? notices[i] : standing;
        const float text_height = theme.regular->CalcTextSizeA(theme.regular->FontSize, FLT_MAX, width, text.c_str()).y, height = std::max(theme.px(34), text_height + theme.px(16));
        total += height + theme.px(6);
        if (measure) continue;
        const Rect r{{toolbar_rect.min.x + theme.px(14), y}, {toolbar_rect.max.x - theme.px(14), y + height}};
        list->AddRectFilled(r.min, r.max, theme.warning_soft, theme.px(6));
        list->AddRect(r.min, r.max, mixed(theme.warning_soft, theme.warning, 0.35f), theme.px(6), 0, std::max(1.0f, theme.px(1)));
        draw_text_wrapped(list, theme.regular, {r.min.x + theme.px(12), y + (height - text_height) / 2}, width, theme.warning, text);
        ImGui::PushID(static_cast<int>(i));
        const Rect cross{{r.max.x - theme.px(32), y + theme.px(4)}, {r.max.x - theme.px(6), y + theme.px(30)}};
        const bool put_aside = dismissible && button(theme, "dismiss", "", cross, ButtonKind::quiet, "Put this message aside");
        if (dismissible) {
            const ImVec2 c{(cross.min.x + cross.max.x) / 2, (cross.min.y + cross.max.y) / 2};
            const float arm = theme.px(4);
            for (float way : {-1.0f, 1.0f}) list->AddLine({c.x - arm, c.y - way * arm}, {c.x + arm, c.y + way * arm}, theme.warning, theme.px(1.4f));
        }
        if (put_aside) {
            notices.erase(notices.begin() + static_cast<std::ptrdiff_t>(i));
            ImGui::PopID();
            return total / theme.scale;
        }
        ImGui::PopID();
        y += height + theme.px(6);
    }
    return count ? total / theme.scale + 2 : 0;
}

void App::Impl::draw_panel(Panel panel, Rect r, const RunView& view, const Layout& layout, Actions& actions) {
    switch (panel) {
        case Panel::toolbar: draw_toolbar(view, theme, r, preset, toolbar, actions, layout.bar_in_rows); return;
        case Panel::chain:
            if (editor.open && layout.kind == Layout::Kind::stacked) draw_settings_editor(view, theme, r, preset_settings(), editor, actions);
            else draw_chain_panel(view, theme, r, maps, chain_panel, editor, actions);
            break;
        case Panel::attention:
            if (editor.open && layout.kind != Layout::Kind::stacked) draw_settings_editor(view, theme, r, preset_settings(), editor, actions);
            else draw_attention_panel(view, theme, r, maps, attention);
            break;
        case Panel::ladder: draw_ladder_panel(view, theme, r, ladder); break;
        case Panel::figures: draw_figures_panel(view, theme, r, figures_panel, actions); return;
        case Panel::theory: draw_theory_panel(view, theme, r, theory); return;
        case Panel::lesson: draw_lesson_panel(view, lesson_world(), theme, r, lessons, actions); return;
        case Panel::curves: draw_curves_panel(view, theme, r, curves, actions); break;
    }
    if (hidden.contains(Control::maximise)) return;
    // A corner of every card makes it fill the window, and brings it back.
    // Larger than it looks, so that a finger finds it.
    const float reach = theme.px(layout.kind == Layout::Kind::stacked ? 30.0f : 20.0f);
    const Rect corner{{r.max.x - reach, r.min.y}, {r.max.x, r.min.y + reach}};
    ImGui::PushID(static_cast<int>(panel));
    if (button(theme, "maximise", "", corner, ButtonKind::quiet, maximised ? "Back to all panels (Esc)" : "Let this panel fill the window")) {
        maximised = !maximised;
        maximised_panel = panel;
    }
    ImGui::PopID();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 b{r.max.x - theme.px(6), r.min.y + theme.px(6)}, a{b.x - theme.px(6), b.y + theme.px(6)};
    const float tick = theme.px(3.5f), line = std::max(1.0f, theme.px(1));
    const ImU32 ink = hovered(r) ? theme.muted : theme.faint;
    list->AddLine({b.x - tick, b.y}, b, ink, line);
    list->AddLine({b.x, b.y + tick}, b, ink, line);
    list->AddLine({a.x + tick, a.y}, a, ink, line);
    list->AddLine({a.x, a.y - tick}, a, ink, line);
}

// Wheel and finger move the stacked page; a control that is held keeps the finger to itself.
void App::Impl::scroll_by_hand(const Layout& layout, float height) {
    const float most = std::max(0.0f, layout.height * theme.scale - height);
    ImGuiIO& io = ImGui::GetIO();
    if (layout.kind == Layout::Kind::stacked) {
        if (!editor.open) scroll -= io.MouseWheel * theme.px(60);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) scroll_drag = !ImGui::IsAnyItemHovered() && !ImGui::IsAnyItemActive();
        if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) scroll_drag = false;
        if (scroll_drag && ImGui::IsMouseDragging(ImGuiMouseButton_Left, theme.px(4))) scroll -= io.MouseDelta.y;
    }
    scroll = std::clamp(std::floor(scroll), 0.0f, most);
    if (most > 0) {
        const float track = height, thumb = std::max(theme.px(30), height * height / (layout.height * theme.scale)), at = scroll / most * (track - thumb), x = io.DisplaySize.x - theme.px(4);
        ImGui::GetWindowDrawList()->AddRectFilled({x, at}, {x + theme.px(3), at + thumb}, with_alpha(theme.muted, 0.5f), theme.px(2));
    }
}

void App::Impl::draw(const FrameInput& input, float frame_seconds) {
    if (curves.playback.direction() != 0 && !shown_history().empty()) {
        shown_step = curves.playback.advance(frame_seconds, shown_history()[0].step, shown_history().newest().step);
        if (curves.playback.direction() == 0 && shown_step > 0) shown_step = -1;  // it has arrived at now
    }
    const History& run = shown_history();
    const bool live = shown_step < 0 || run.empty();
    RunView view{shown_settings(), *chain, run, status};
    view.shown = run.empty() ? 0 : live ? run.size() - 1 : run.at_step(shown_step);
    view.live = live && !showing_other;
    if (other) {
        view.other = showing_other ? history.get() : other.get();
        view.branch_step = branch_step;
        view.branch_difference = branch_difference(other_settings, settings);
        view.showing_other = showing_other;
    }
    view.linkable = !address.empty();
    view.hidden = hidden;
    view.embedded = presentation.embedded;
    view.members = members.state();
    view.frame_seconds = frame_seconds;
    view.still = input.reduced_motion || !live;

    const ImVec2 size = ImGui::GetIO().DisplaySize;
    std::string standing;
    if (status.state == RunnerStatus::State::diverged || status.state == RunnerStatus::State::failed) standing = status.message;
    if (*maps.problem()) standing = maps.problem();

    Actions actions;
    const float width = size.x / theme.scale, height = size.y / theme.scale;
    const float notice_height = draw_notices({{0, 0}, {size.x, 0}}, standing, true);
    constexpr Panel paper = Panel::figures, equations = Panel::theory;
    const Panel* alone = shows_figures() ? &paper : toolbar.workspace == Workspace::theory ? &equations : maximised ? &maximised_panel : nullptr;
    const float chain_height = chain_panel_height(view, theme, width) / theme.scale;
    Layout layout = toolbar.workspace == Workspace::lessons ? make_lesson_layout(width, height, notice_height, chain_height, settings.heads, alone, arrangement, lesson_panel())
                                                            : make_layout(width, height, notice_height, chain_height, settings.heads, alone, arrangement);
    if (alone == &equations) {
        follow_theory(view, theory);
        Box& box = layout.places.back().box;
        box.height = std::max(box.height, theory_panel_height(theme, box.width * theme.scale) / theme.scale);
        layout.height = std::max(layout.height, box.top + box.height + 8);
    }
    scroll_by_hand(layout, size.y);
    Rect bar{};
    for (const Place& place : layout.places) {
        const Rect r = to_pixels(place.box, theme.scale, place.panel == Panel::lesson ? 0 : scroll);
        if (place.panel == Panel::lesson) continue;
        if (place.panel == Panel::toolbar) {
            bar = r;
            continue;
        }
        if (r.max.y > 0 && r.min.y < size.y) draw_panel(place.panel, r, view, layout, actions);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && hovered(r)) lessons.pressed = panel_name(place.panel);
        if (lesson_scroll == place.panel && layout.kind == Layout::Kind::stacked) {
            // Its head under the window's upper edge, what a lesson covers left free.
            scroll = place.box.top * theme.scale - theme.px(8);
            lesson_scroll.reset();
        }
    }
    draw_rings(layout, input);
    draw_notices(bar, standing, false);
    draw_panel(Panel::toolbar, bar, view, layout, actions);
    for (const Place& place : layout.places)
        if (place.panel == Panel::lesson) draw_panel(Panel::lesson, to_pixels(place.box, theme.scale, 0), view, layout, actions);
    keys(view, actions);
    list_open = ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
    carry_out(actions);
}

App::App(std::unique_ptr<Runner> runner, const Settings& settings, std::string preset, Presentation presentation, Background background) : impl_(std::make_unique<Impl>()) {
    impl_->background = std::move(background);
    impl_->members = MemberDesk(impl_->background.members.get());
    impl_->present(std::move(presentation));
    impl_->runner = std::move(runner);
    impl_->preset = std::move(preset);
    impl_->lessons.fill("en");
    impl_->start(settings);
}

App::~App() = default;

void App::prepare(const FrameInput& input) {
    Impl& s = *impl_;
    const bool dark = s.toolbar.theme_mode == 0 ? input.dark : s.toolbar.theme_mode == 2;
    const float scale = std::clamp(input.pixel_ratio, 0.5f, 8.0f);
    if (s.fonts_ready && dark == s.theme.dark && scale == s.theme.scale) return;
    const bool rebuild = !s.fonts_ready || scale != s.theme.scale;
    const Theme before = s.theme;
    s.theme = make_theme(dark, scale);
    if (rebuild) {
        load_fonts(s.theme);
    } else {
        s.theme.regular = before.regular, s.theme.small = before.small, s.theme.strong = before.strong, s.theme.title = before.title;
    }
    apply_style(s.theme);
    s.fonts_ready = true;
}

void App::frame(const FrameInput& input) {
    Impl& s = *impl_;
    const auto checkpoints = s.runner->take_checkpoints();
    for (const auto& snapshot : s.runner->take_snapshots()) {
        s.history->add(snapshot);
        s.events.snapshot(*s.chain, *snapshot, s.history->readout().stages());
        if (s.figures_panel.running) s.figures_panel.running->observe(*snapshot);
    }
    for (const auto& checkpoint : checkpoints) s.history->attach(checkpoint);
    s.members.poll(*s.history);
    if (s.figures_panel.sweep.run) s.figures_panel.sweep.run->poll();
    s.status = s.runner->status();
    s.events.status(s.status, s.history->readout().reached());
    s.follow_figure();
    s.await_step();
    s.follow_lesson();
    const float frame_seconds = s.last_seconds < 0 ? 0.0f : static_cast<float>(std::clamp(input.seconds - s.last_seconds, 0.0, 0.2));
    s.last_seconds = input.seconds;

    s.maps.begin_frame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::PushFont(s.theme.regular);
    constexpr ImGuiWindowFlags whole = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse;
    if (ImGui::Begin("Attention Ladder", nullptr, whole)) s.draw(input, frame_seconds);
    ImGui::End();
    ImGui::PopFont();
}

void App::report(const std::string& sentence) {
    // More than a few at once would cover the page; the rest is counted.
    constexpr std::size_t most = 4;
    if (impl_->notices.size() < most) impl_->notices.push_back(sentence);
    else impl_->notices.back() = "There were further problems with the page's address; they were left out.";
}

void App::use_text(const std::string& text) {
    Impl& s = *impl_;
    Settings next = s.settings;
    if (next.data != DataSource::text) {
        // The text's preset, with what belongs to the viewer kept.
        const Preset* from = find_preset("text");
        if (!from) return;
        s.preset = from->name;
        next = from->settings;
        next.workers = s.settings.workers, next.speed = s.settings.speed, next.seed = s.settings.seed;
    }
    if (const auto problem = set_from_text(next, "text", text)) {
        report(problem->message);
        if (next.text == s.settings.text || !text.starts_with(next.text)) return;
    }
    // A token for each character, as long as they are not too many.
    constexpr std::size_t most_tokens = 64;
    const TextSize size = size_of_text(next.text);
    next.vocabulary = static_cast<int>(std::clamp<std::size_t>(size.different + 1, 2, most_tokens));
    Settings possible = next;
    if (const auto problems = reconcile(possible); possible.data != DataSource::text) return report(problems.front().message);
    s.start(std::move(next));
}

bool App::show_workspace(std::string_view name, std::string_view figure) {
    if (name != "paper" && name != "run" && name != "lessons" && name != "theory") return false;
    impl_->toolbar.workspace = name == "paper" ? Workspace::paper : name == "lessons" ? Workspace::lessons : name == "theory" ? Workspace::theory : Workspace::run;
    if (!figure.empty()) {
        if (!find_figure(figure) && figure != sweep_id) return false;
        impl_->figures_panel.chosen = figure;
        impl_->run_figure(std::string(figure));
    }
    return true;
}

void App::set_theory(const FlowSettings& settings, bool beside_run) {
    impl_->theory.settings = settings;
    impl_->theory.view = beside_run ? TheoryPanelState::View::run : TheoryPanelState::View::equations;
}

bool App::show_lesson(std::string_view name) {
    impl_->toolbar.workspace = Workspace::lessons;
    return impl_->lessons.choose(name);
}

void App::bring_lesson(std::string_view name, std::string_view text) {
    const auto problems = impl_->lessons.bring(name, text);
    for (const std::string& problem : problems) report("The lesson " + shown_text(name) + ": " + problem);
    if (impl_->lessons.open) impl_->toolbar.workspace = Workspace::lessons;
}

void App::set_theme(int mode) { impl_->toolbar.theme_mode = std::clamp(mode, 0, 2); }

void App::set_address(std::string address) { impl_->address = std::move(address); }

std::vector<HostRequest> App::take_requests() { return std::exchange(impl_->requests, {}); }

std::string App::command(std::string_view message) {
    Impl& s = *impl_;
    const auto read = read_command(message);
    if (const Refusal* refusal = std::get_if<Refusal>(&read)) return refusal_message(*refusal);
    RunView view{s.settings, *s.chain, *s.history, s.status};
    const Obeyed obeyed = obey(std::get<Command>(read), view, s.preset, s.address, [this] { return state_json(); });
    if (obeyed.theme) s.toolbar.theme_mode = *obeyed.theme;
    s.carry_out(obeyed.actions);
    return obeyed.answer;
}

std::string App::take_events() { return impl_->events.take(); }

float App::wanted_height(float width) const {
    const Impl& s = *impl_;
    const RunView view{s.settings, *s.chain, *s.history, s.status};
    return ladder::wanted_height(width, s.fonts_ready ? chain_panel_height(view, s.theme, width) / s.theme.scale : 480.0f, s.settings.heads, s.arrangement);
}

void App::context_lost() { impl_->maps.context_lost(); }

std::string App::state_json() const {
    const Impl& s = *impl_;
    nlohmann::ordered_json out;
    out["state"] = state_name(s.status.state);
    out["step"] = s.status.step;
    out["h"] = s.chain->span_count();
    out["seed"] = s.settings.seed;
    out["preset"] = s.preset;
    out["workers"] = s.status.workers;
    out["kernels"] = s.status.kernels;
    out["stepsPerSecond"] = s.status.steps_per_second;
    out["message"] = s.status.message;
    out["problems"] = s.notices;
    out["snapshots"] = s.history->size();
    out["workspace"] = s.toolbar.workspace == Workspace::paper ? "paper" : s.toolbar.workspace == Workspace::theory ? "theory" : s.toolbar.workspace == Workspace::lessons ? "lessons" : "run";
    if (const SweepRun* sweep = s.figures_panel.sweep.run.get()) out["sweep"] = {{"runs", sweep->runs().size()}, {"finished", sweep->finished()}, {"failed", sweep->failed()}};
    if (const MemberService::State* members = s.members.state()) out["members"] = {{"progress", members->progress}, {"distances", members->distances.size()}, {"failure", members->failure}};
    out["theory"] = theory_json(s.theory, s.settings);
    if (s.lessons.open) out["lesson"] = lesson_state(s.lessons, s.lesson_world(), s.settings.seed);
    auto& judged = out["figures"] = nlohmann::ordered_json::object();
    for (const auto& [id, outcome] : s.figures_panel.outcomes) judged[id] = {{"holds", outcome.verdict.holds}, {"sentence", outcome.verdict.sentence}};
    out["settings"] = nlohmann::ordered_json::parse(settings_to_json(s.settings));
    if (!s.history->empty()) {
        const History& run = s.shown_history();
        const std::size_t shown = s.shown_step < 0 ? run.size() - 1 : run.at_step(s.shown_step);
        const Snapshot& now = run[shown];
        out["shownStep"] = now.step;
        out["live"] = s.shown_step < 0;
        out["playback"] = s.curves.playback.direction();
        const std::size_t kept = run.with_checkpoint(shown);
        out["checkpointStep"] = kept < run.size() ? run[kept].step : -1;
        out["historyBytes"] = run.bytes();
        if (s.attention.what_if.asking()) out["whatIf"] = what_if_sentence(*s.chain, s.attention.what_if);
        if (s.other) out["branch"] = {{"step", s.branch_step}, {"difference", branch_difference(s.other_settings, s.settings)}, {"showingOther", s.showing_other}, {"otherSnapshots", s.other->size()}};
        out["sentence"] = verdict(*s.chain, now);
        out["phaseSentence"] = phase_sentence(*s.chain, run.readout(), now);
        out["rung"] = now.reading.rung;
        out["height"] = now.reading.height;
        out["phase"] = phase_name(now.reading.phase);
        out["specialisation"] = now.reading.specialisation;
        out["trainLoss"] = now.train_loss;
        out["validationLoss"] = now.evaluation.loss;
        out["excess"] = now.evaluation.excess();
        out["kl"] = now.evaluation.kl;
        out["learnedKl"] = now.evaluation.learned_kl;
        out["reached"] = run.readout().reached();
        auto& phases = out["phases"] = nlohmann::ordered_json::array();
        for (const PhaseChange& change : run.readout().phase_changes()) phases.push_back({{"step", change.step}, {"phase", phase_name(change.to)}});
    }
    return out.dump();
}

}  // namespace ladder
