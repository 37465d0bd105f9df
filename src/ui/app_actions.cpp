// What a person or a host page asked for, carried out; and the keys that ask for it.
#include <imgui.h>
#include <imgui_internal.h>  // ClosePopupToLevel

#include <algorithm>

#include "base/error.h"
#include "experiment/svg.h"
#include "run/metrics.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "ui/app_impl.h"
#include "ui/lesson_words.h"
#include "ui/summary_words.h"

namespace ladder {
namespace {

// The largest seed that a URL and JSON carry exactly.
constexpr std::uint64_t seed_limit = std::uint64_t{1} << 53;

}  // namespace

void App::Impl::carry_out(const Actions& a) {
    travel(a);
    if (a.speed) {
        settings.speed = *a.speed;
        if (other) other->settings.speed = *a.speed;
        figures_panel.full_speed = false;
        runner->set_speed(speed());
    }
    if (a.pause) runner->pause();
    if ((a.play || a.step) && !a.reset) {
        if (a.play) play();
        else go_live(), runner->step();
    }
    const bool elsewhere = toolbar.workspace == Workspace::paper || toolbar.workspace == Workspace::theory;
    if (a.slow_motion && status.ended()) report("Slow motion takes one more training step, and this run has ended. Again begins it anew; a later \"Stop at step\" in the settings lets it go on.");
    else if (a.slow_motion && (!elsewhere || !hidden.contains(Control::workspace))) {
        runner->pause();
        go_live();
        motion_asked = true;
        if (elsewhere) toolbar.workspace = Workspace::run;
    }
    if (a.show_before) close_motion();
    if (a.play || a.step || a.follow || a.show || a.playback) motion.close(), motion_asked = false;
    if (a.preset) choose_preset(*a.preset);
    share(a.share);
    // Asked for, so it runs where nothing begins by itself too.
    if (a.run_figure && run_figure(*a.run_figure, figures_panel.seeds)) runner->play();
    if (a.stop_figure) end_figure(), runner->pause();
    if (a.ask_text) requests.push_back({HostRequest::Kind::ask_text, "", ""});
    if (a.picture) save_picture(*a.picture);
    if (a.open_file) requests.push_back({HostRequest::Kind::open_file, "", ""});
    if (a.plan_embed) report_branched(), requests.push_back({HostRequest::Kind::plan_embed, "", ""});
    if (a.show_form) requests.push_back({HostRequest::Kind::show_form, "", ""});
    if (a.licences) requests.push_back({HostRequest::Kind::licences, "", ""});
    if (a.language) requests.push_back({HostRequest::Kind::language, *a.language, ""});
    sweep(a);
    carry_out(a.lesson);
    if (a.reset) {
        start(shown_settings());
        if (a.play) runner->play();  // where nothing begins by itself too
    }
    if (a.new_seed) {
        Settings next = shown_settings();
        next.seed = (next.seed + 1) % seed_limit;
        start(next);
    }
    if (a.apply) apply(*a.apply);
}

// Settings in the place of those on screen: at once where the run can go on with them, else as a new run.
void App::Impl::apply(const Settings& next) {
    const Settings shown = shown_settings();
    if (needs_restart(shown, next)) return start(next);
    // A figure's run that stops elsewhere is the figure's no more: nothing would come of waiting for its last step.
    if (next.steps != shown.steps && figures_panel.running) end_figure();
    for (const SettingInfo& info : settings_table()) {
        if (info.restart || info.get(next) == info.get(shown)) continue;
        info.put(settings, info.get(next));
        if (other) info.put(other->settings, info.get(next));
    }
    if (next.speed != shown.speed) figures_panel.full_speed = false;
    members.follow(settings, settings.learned);
    runner->set_speed(speed());
    runner->set_stop(settings.steps);
}

// Before a way out that does not hold it.
void App::Impl::report_branched() {
    if (const std::string branched = branched_sentence(shown_partings()); !branched.empty()) report(branched);
}

void App::Impl::share(Actions::Share what) {
    using Share = Actions::Share;
    const Settings& shown = shown_settings();
    if (what == Share::link || what == Share::embed || what == Share::command || what == Share::settings || what == Share::history) report_branched();
    const std::size_t before = requests.size();
    switch (what) {
        case Share::none: break;
        case Share::link:
            if (shown.data == DataSource::text && shown.text != preset_settings().text && !fits_address(shown.text))
                report("The text is too long to travel in a link: whoever opens it sees the preset\u2019s text instead. Send the text along, to be pasted there.");
            requests.push_back({HostRequest::Kind::copy, "", link()});
            break;
        case Share::embed:
            requests.push_back({HostRequest::Kind::copy, "", "<iframe src=\"" + escape_markup(link() + (link().size() == address.size() ? "?" : "&") + "embed=true") + "\" title=\"Attention Ladder\" width=\"100%\" height=\"720\" style=\"border:0\"></iframe>"});
            break;
        case Share::command: requests.push_back({HostRequest::Kind::copy, "", "ladder train " + write_options(preset, shown)}); break;
        default:
            try {
                requests.push_back(file_of(what));
            } catch (const Error& e) {
                report(e.what());
            }
    }
    if (requests.size() > before) toolbar.shared = ImGui::GetTime();
}

void App::Impl::keys(const RunView& view, const Drawn& drawn, Actions& actions) {
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
            if (io.KeyShift && view.ready() && view.has(Control::timeline)) {
                if (view.shown + 1 < view.history.size()) actions.show = view.shown + 1;
                else actions.follow = true;
            } else if (!io.KeyShift && view.has(Control::step)) {
                actions.step = true;
            }
        }
        if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow) && view.ready() && view.has(Control::timeline) && view.shown > 0) actions.show = view.shown - 1;
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
    if (view.has(Control::step) && ImGui::IsKeyPressed(ImGuiKey_S, false)) actions.slow_motion = true;
    if (view.has(Control::timeline) && ImGui::IsKeyPressed(ImGuiKey_L, false)) back_to_now(view, actions);
    if (view.has(Control::reset) && ImGui::IsKeyPressed(ImGuiKey_R, false)) actions.reset = true;
    if (view.has(Control::new_seed) && ImGui::IsKeyPressed(ImGuiKey_N, false)) actions.new_seed = true;
    if (view.has(Control::theme) && ImGui::IsKeyPressed(ImGuiKey_T, false)) toolbar.theme_mode = theme.dark ? 1 : 2;
    if (toolbar.has_form && ImGui::IsKeyPressed(ImGuiKey_C, false)) requests.push_back({HostRequest::Kind::show_form, "", ""});
    // As characters, for where they lie depends on the keyboard.
    for (const ImWchar c : io.InputQueueCharacters)
        if (c == '+' || c == '-') toolbar.text_size = next_text_size(toolbar.text_size, c == '+');
    // As a character: where the question mark lies depends on the keyboard.
    if (view.has(Control::help) && io.InputQueueCharacters.contains(static_cast<ImWchar>('?'))) toolbar.help_open = !toolbar.help_open;
    // Under keyboard navigation Dear ImGui closes lists and menus by itself.
    if (!navigating && ImGui::IsKeyPressed(ImGuiKey_Escape, false) && ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) ImGui::ClosePopupToLevel(0, true);
    // One press closes one thing, the uppermost of what can be seen.
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false) && !list_open) {
        if (toolbar.help_open) toolbar.help_open = false;
        else if (drawn.editor) editor.open = false;
        else if (motion.open()) close_motion();
        else if (drawn.close_up) attention.close_up.open = false;
        else if (drawn.enlarged) chain_panel.enlarged = -1;
        else if (drawn.maximised) maximised = false;
        else if (toolbar.workspace == Workspace::lessons && lessons.open) lessons.close();
        else if (toolbar.workspace != Workspace::run && view.has(Control::workspace)) toolbar.workspace = Workspace::run;
    }
}

}  // namespace ladder
