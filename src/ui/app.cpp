// The interface's face to the platform: a frame, and what the page, the window or a host page ask of it.
#include "ui/app.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/shown_text.h"
#include "base/text_tokens.h"
#include "run/presets.h"
#include "ui/app_impl.h"
#include "ui/command_door.h"
#include "ui/early_stop_view.h"
#include "ui/form_state.h"
#include "ui/texts.h"

namespace ladder {
namespace {

// What would lead a reader of an embedded page away from the text around it is hidden too.
ControlSet hidden_controls(const Presentation& p) {
    ControlSet hidden = p.hidden;
    if (p.embedded)
        for (Control c : {Control::workspace, Control::preset, Control::new_seed, Control::share, Control::theme}) hidden.add(c);
    return hidden;
}

// A host page may hold a dozen of these, so each keeps less of its past in full.
HistoryLimits limits_of(const Presentation& p) {
    HistoryLimits limits;
    if (p.embedded) limits.attention_bytes = std::size_t{8} << 20, limits.checkpoint_bytes = std::size_t{4} << 20;
    return limits;
}

}  // namespace

App::Impl::Impl(std::unique_ptr<Runner> runner, std::string preset_name, Presentation shown, Background beside)
    : presentation(std::move(shown)), arrangement{{}, presentation.chosen, presentation.embedded}, hidden(hidden_controls(presentation)), background(std::move(beside)), runs(std::move(runner), background.members.get(), limits_of(presentation)), preset(std::move(preset_name)) {
    for (const std::string& name : presentation.panels) arrangement.panels.push_back(*panel_named(name));
    runs.await(presentation.step);
    toolbar.text_size = presentation.text_size;
    lessons.fill({});
}

App::App(std::unique_ptr<Runner> runner, const Settings& settings, std::string preset, Presentation presentation, Background background)
    : impl_(std::make_unique<Impl>(std::move(runner), std::move(preset), std::move(presentation), std::move(background))) {
    impl_->start(settings);
}

App::~App() = default;

void App::prepare(const FrameInput& input) {
    Impl& s = *impl_;
    use_catalogue(s.texts.get());
    if (s.texts) s.texts->rest();
    const bool dark = s.toolbar.theme_mode == 0 ? input.dark : s.toolbar.theme_mode == 2;
    s.toolbar.has_form = input.has_form;
    const float scale = std::clamp(input.pixel_ratio * std::clamp(input.text_size, 0.5f, 3.0f) * static_cast<float>(s.toolbar.text_size) / 100, 0.5f, 8.0f);
    s.magnified = scale / input.pixel_ratio;
    if (s.fonts_ready && dark == s.theme.dark && scale == s.theme.scale && input.finger == s.theme.finger) return;
    const bool rebuild = !s.fonts_ready || scale != s.theme.scale;
    const Theme before = s.theme;
    s.theme = make_theme(dark, scale);
    s.theme.finger = input.finger;
    if (rebuild) {
        load_fonts(s.theme, s.language.font);
    } else {
        s.theme.regular = before.regular, s.theme.small = before.small, s.theme.strong = before.strong, s.theme.title = before.title;
    }
    apply_style(s.theme);
    s.fonts_ready = true;
}

void App::frame(const FrameInput& input) {
    Impl& s = *impl_;
    s.follow_runs();
    s.follow_motion(input);
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

void App::report(const std::string& sentence) { impl_->report(sentence); }

bool App::use_text(const std::string& text) {
    Impl& s = *impl_;
    s.notices.remove(std::exchange(s.text_notice, ""));  // what the text before was refused for is over
    Settings next = s.runs.shown().settings;
    std::string preset = s.preset;
    if (next.data != DataSource::text) {
        // The text's preset, with what belongs to the viewer kept.
        const Preset* from = find_preset("text");
        if (!from) return false;
        preset = from->name;
        next = at_pace_of(s.runs.training().settings, from->settings);
        next.seed = s.runs.training().settings.seed;
    }
    if (const auto problem = set_from_text(next, "text", text)) {
        report(problem->message());
        if (next.text == s.runs.shown().settings.text || !text.starts_with(next.text)) return false;
    }
    // A token for each character, as long as they are not too many.
    constexpr std::size_t most_tokens = 64;
    const TextSize size = size_of_text(next.text);
    next.vocabulary = static_cast<int>(std::clamp<std::size_t>(size.different + 1, 2, most_tokens));
    next.data = DataSource::text;
    if (const std::string problem = text_problem(next); !problem.empty()) {
        s.text_notice = problem + ". The run stays as it is; give a longer text.";
        report(s.text_notice);
        return false;
    }
    s.preset = std::move(preset);
    s.show_run();
    s.start(std::move(next));
    return true;
}

bool App::show_workspace(std::string_view name, std::string_view figure) {
    if (name != "paper" && name != "run" && name != "lessons" && name != "theory") return false;
    impl_->home = impl_->toolbar.workspace = name == "paper" ? Workspace::paper : name == "lessons" ? Workspace::lessons : name == "theory" ? Workspace::theory : Workspace::run;
    if (!figure.empty()) {
        if (!find_figure(figure) && figure != sweep_id) return false;
        impl_->figures_panel.chosen = figure;
        impl_->run_figure(std::string(figure), impl_->figures_panel.seeds);
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

void App::set_language(Language next, bool chosen) {
    Impl& s = *impl_;
    auto texts = next.texts.empty() ? nullptr : std::make_unique<Catalogue>(next.texts);
    s.texts = std::move(texts);
    s.language = std::move(next);
    s.language_chosen = chosen;
    s.toolbar.language = s.language.code;
    s.lessons.fill(s.language.lessons);
    s.fonts_ready = false;
}

std::string App::in_language(std::string_view english) { return std::string(impl_->texts ? (*impl_->texts)(english) : english); }

void App::set_theme(int mode) { impl_->toolbar.theme_mode = std::clamp(mode, 0, 2); }

void App::set_address(std::string address) { impl_->address = std::move(address); }

std::vector<HostRequest> App::take_requests() { return std::exchange(impl_->requests, {}); }

std::string App::command(std::string_view message) {
    Impl& s = *impl_;
    const auto read = read_command(message);
    if (const Refusal* refusal = std::get_if<Refusal>(&read)) return refusal_message(*refusal);
    const LessonWorld world = s.lesson_world();
    const RunView view = s.view_on_screen();
    const std::string link = s.link();
    Obeyed obeyed = obey(std::get<Command>(read), {.view = view,
                                                   .preset = s.preset,
                                                   .link = link,
                                                   .lessons = s.lessons,
                                                   .world = world,
                                                   .what_if = s.attention.what_if,
                                                   .turned = overfits(view),
                                                   .figures = s.figures_panel,
                                                   .flow = s.theory.settings,
                                                   .sweeps = static_cast<bool>(s.background.make_runner),
                                                   .state = [this] { return state_json(); },
                                                   .told = [&](std::string_view what) { return told(what, view, s.figures_panel, s.theory.settings); },
                                                   .file = [&s](Actions::Share what) { return s.file_of(what).text; },
                                                   .area = [&s](std::string_view panel) { return s.area_of(panel); }});
    if (obeyed.theme) s.toolbar.theme_mode = *obeyed.theme;
    if (obeyed.text_size) s.toolbar.text_size = *obeyed.text_size;
    if (!obeyed.workspace.empty()) show_workspace(obeyed.workspace);
    s.arrange(std::get<Command>(read), obeyed);
    s.carry_out(obeyed.actions);
    return obeyed.answer;
}

std::string App::take_events() { return impl_->runs.take_events(); }

float App::wanted_height(float width) const {
    // Some machines' drawing surfaces end at 8192 pixels, three to a point.
    constexpr float most = 2700;
    const Impl& s = *impl_;
    const float points = width / s.magnified;
    if (s.toolbar.workspace == Workspace::paper || s.toolbar.workspace == Workspace::theory) {
        const float panel = s.fonts_ready && s.toolbar.workspace == Workspace::theory ? theory_panel_height(s.theme, (points - 16) * s.theme.scale, s.theory) / s.theme.scale : 0;
        return std::min(most, s.magnified * wanted_height_alone(points, panel, s.arrangement.embedded));
    }
    const RunView view = s.runs.view();
    const float chain_height = s.fonts_ready ? chain_panel_height(view, s.theme, points * s.theme.scale) / s.theme.scale : 480.0f;
    return std::min(most, s.magnified * ladder::wanted_height(points, chain_height, view.settings.heads, s.arrangement, s.toolbar.workspace == Workspace::lessons));
}

bool App::Impl::on_map(ImVec2 at) const {
    const auto& drawn = attention.maps;
    return !sheet.contains(at) && std::any_of(drawn.begin(), drawn.end(), [&](const Rect& r) { return r.contains(at); });
}

bool App::pinch(float x, float y, float factor, float moved_x, float moved_y) {
    Impl& s = *impl_;
    const float pixels = s.theme.scale / s.magnified;
    const ImVec2 at{x * pixels, y * pixels};
    if (!s.on_map(at)) return false;
    Pinch& pinch = s.attention.pinch;
    pinch = {at, {pinch.moved.x + moved_x * pixels, pinch.moved.y + moved_y * pixels}, pinch.factor * factor};
    return true;
}

bool App::moves_map(float x, float y) const {
    const Impl& s = *impl_;
    const float pixels = s.theme.scale / s.magnified;
    return !s.attention.zoom.whole() && s.on_map({x * pixels, y * pixels});
}

bool App::plays() const { return impl_->curves.playback.direction() != 0 || (impl_->toolbar.workspace == Workspace::theory && impl_->theory.playing); }
bool App::maps_changed() const { return impl_->maps.changed(); }
void App::context_lost() { impl_->maps.context_lost(); }

}  // namespace ladder
