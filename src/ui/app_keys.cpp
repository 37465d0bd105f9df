// What each key asks for. The help lists them.
#include <imgui.h>
#include <imgui_internal.h>  // ClosePopupToLevel

#include "ui/app_impl.h"
#include "ui/summary_words.h"

namespace ladder {
namespace {

bool key_pressed(ImGuiKey key) { return ImGui::IsKeyPressed(key, false); }

}  // namespace

void App::Impl::keys(const RunView& view, const Drawn& drawn, Actions& actions) {
    ImGuiIO& io = ImGui::GetIO();
    // Tab turns keyboard navigation on, the mouse turns it off again; in between arrows and space belong to it.
    if (key_pressed(ImGuiKey_Tab)) io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || io.KeySuper) return;
    const bool navigating = io.ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard;
    if (!navigating) moving_keys(view, actions);
    workspace_keys(view);
    if (!navigating) lesson_keys(actions);
    if (view.has(Control::step) && key_pressed(ImGuiKey_S)) actions.slow_motion = true;
    if (view.has(Control::timeline) && key_pressed(ImGuiKey_L)) back_to_now(view, actions);
    if (view.has(Control::reset) && key_pressed(ImGuiKey_R)) actions.reset = true;
    if (view.has(Control::new_seed) && key_pressed(ImGuiKey_N)) actions.new_seed = true;
    if (view.has(Control::theme) && key_pressed(ImGuiKey_T)) toolbar.theme_mode = theme.dark ? 1 : 2;
    if (toolbar.has_form && key_pressed(ImGuiKey_C)) actions.show_form = true;
    // As characters, for where they lie depends on the keyboard.
    for (const ImWchar c : io.InputQueueCharacters) {
        if (c == '+' || c == '-') toolbar.text_size = next_text_size(toolbar.text_size, c == '+');
        if (c == '?' && view.has(Control::help)) toolbar.help_open = !toolbar.help_open;
    }
    // Under keyboard navigation Dear ImGui closes lists and menus by itself.
    if (!navigating && key_pressed(ImGuiKey_Escape) && ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) ImGui::ClosePopupToLevel(0, true);
    if (key_pressed(ImGuiKey_Escape) && !list_open) close_uppermost(view, drawn);
}

// Space and arrows: the run, and the moment of it.
void App::Impl::moving_keys(const RunView& view, Actions& actions) {
    if (view.has(Control::run) && key_pressed(ImGuiKey_Space)) {
        if (view.status.state == RunnerStatus::State::running) actions.pause = true;
        else actions.play = true;
    }
    const bool moments = view.ready() && view.has(Control::timeline), shift = ImGui::GetIO().KeyShift;
    if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) {
        if (shift && moments) {
            if (view.shown + 1 < view.history.size()) actions.show = view.shown + 1;
            else actions.follow = true;
        } else if (!shift && view.has(Control::step)) {
            actions.step = true;
        }
    }
    if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow) && moments && view.shown > 0) actions.show = view.shown - 1;
}

void App::Impl::workspace_keys(const RunView& view) {
    if (!view.has(Control::workspace)) return;
    for (const auto& [key, workspace] : {std::pair{ImGuiKey_P, Workspace::paper}, {ImGuiKey_E, Workspace::lessons}, {ImGuiKey_D, Workspace::theory}})
        if (key_pressed(key)) toolbar.workspace = toolbar.workspace == workspace ? Workspace::run : workspace;
}

void App::Impl::lesson_keys(Actions& actions) {
    if (toolbar.workspace != Workspace::lessons || !lessons.open) return;
    if (key_pressed(ImGuiKey_Enter)) actions.lesson.kind = LessonAction::Kind::next;
    if (key_pressed(ImGuiKey_Backspace)) actions.lesson.kind = LessonAction::Kind::back;
    if (!lessons.open->bet_open()) return;
    const int choices = choice_count(*lessons.open->step().bet, lesson_world());
    for (int i = 0; i < 9 && i < choices; ++i)
        if (key_pressed(static_cast<ImGuiKey>(ImGuiKey_1 + i))) actions.lesson = {LessonAction::Kind::bet, "", i};
}

// One press of Esc closes one thing, the uppermost of what can be seen.
void App::Impl::close_uppermost(const RunView& view, const Drawn& drawn) {
    if (toolbar.help_open) toolbar.help_open = false;
    else if (drawn.editor) editor.open = false;
    else if (motion.open()) close_motion();
    else if (drawn.close_up) attention.close_up.open = false;
    else if (drawn.enlarged) chain_panel.enlarged = -1;
    else if (drawn.maximised) maximised = false;
    else if (toolbar.workspace == Workspace::lessons && lessons.open) lessons.close();
    else if (toolbar.workspace != Workspace::run && view.has(Control::workspace)) toolbar.workspace = Workspace::run;
}

}  // namespace ladder
