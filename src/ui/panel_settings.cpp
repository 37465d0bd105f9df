// The editor of all settings: generated from the settings table, grouped, with the range on hover, a way
// back for each, and a plain word on what needs a restart before it is applied.
#include <algorithm>
#include <cmath>

#include <imgui.h>
#include <imgui_stdlib.h>

#include "run/branch.h"
#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/slider_step.h"
#include "ui/texts.h"

namespace ladder {
namespace {

// Position of a value on a slider; logarithmic ranges that include 0 have it at the very left.
struct Scale {
    double min, max, low;
    bool logarithmic;

    explicit Scale(const SettingInfo& info) : min(info.min), max(info.max), low(info.min > 0 ? info.min : info.max / 1e9), logarithmic(info.logarithmic) {}
    float part(double v) const {
        if (!logarithmic) return max > min ? static_cast<float>((v - min) / (max - min)) : 0;
        return v <= low ? 0 : static_cast<float>(logarithmic_part(v, low, max));
    }
    double value(float p) const {
        if (!logarithmic) return min + static_cast<double>(p) * (max - min);
        return p <= 0.001f && min == 0 ? 0 : logarithmic_value(static_cast<double>(p), low, max);
    }
};

void take_text(const SettingInfo& info, const std::string& text, SettingsPanelState& state) {
    const auto problem = set_from_text(state.draft, info.name, text);
    state.problem = problem ? problem->message() : "";
}

void draw_control(const Theme& t, const SettingInfo& info, Rect r, SettingsPanelState& state) {
    const SettingValue value = info.get(state.draft);
    ImGui::SetCursorScreenPos(r.min);
    if (info.kind == SettingKind::boolean) {
        bool on = std::get<bool>(value);
        if (toggle(t, "on", {r.min.x, r.min.y + (r.height() - t.control()) / 2}, on ? "on" : "off", on, info.help)) info.put(state.draft, on);
        return;
    }
    if (info.kind == SettingKind::choice) {
        ImGui::SetNextItemWidth(t.px(150));
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.menu_gap(6)});
        if (ImGui::BeginCombo("##choice", translated_label(std::get<std::string>(value)))) {
            for (std::string_view choice : info.choices)
                if (ImGui::Selectable(translated_label(std::string(choice)), choice == std::get<std::string>(value))) info.put(state.draft, std::string(choice));
            ImGui::EndCombo();
        }
        ImGui::PopStyleVar();
        return;
    }
    if (info.kind == SettingKind::text) {  // given elsewhere: a line is no place for it
        const std::string size = std::to_string(format_setting(info, state.draft).size()) + " bytes";
        draw_text(ImGui::GetWindowDrawList(), t.regular, {r.min.x, r.min.y + (r.height() - t.regular->FontSize) / 2}, t.muted, size);
        return;
    }
    const bool list = info.kind == SettingKind::integer_list || info.kind == SettingKind::number_list;
    const float field = list ? std::min(t.px(150), r.width()) : t.px(t.finger ? 64.0f : 88.0f);
    std::string text = format_setting(info, state.draft);
    ImGui::SetNextItemWidth(field);
    ImGui::InputText("##text", &text, ImGuiInputTextFlags_AutoSelectAll);
    if (ImGui::IsItemDeactivatedAfterEdit()) take_text(info, text, state);
    // On a phone, whose keyboard does not come for a field of the canvas, a short one is better than none.
    if (list || r.width() < field + t.px(t.finger ? 70.0f : 90.0f) || info.name == "seed") return;
    const Scale scale(info);
    const double number_now = info.kind == SettingKind::integer ? static_cast<double>(std::get<std::int64_t>(value)) : std::get<double>(value);
    const bool whole = info.kind == SettingKind::integer;
    const auto meaning = [&](float place) { return whole ? std::round(std::clamp(scale.value(place), info.min, info.max)) : std::clamp(rounded(scale.value(place)), info.min, info.max); };
    float part = scale.part(number_now);
    const float before = part;
    bool held = false;
    if (slider(t, "slider", {{r.min.x + field + t.px(10), r.min.y}, {std::min(r.max.x, r.min.x + field + t.px(190)), r.max.y}}, part, "", &held)) {
        const double v = meaning(held ? part : onwards(before, part, number_now, meaning));
        if (whole) info.put(state.draft, static_cast<std::int64_t>(std::llround(v)));
        else info.put(state.draft, v);
        state.problem.clear();
    }
}

// Settings of the draft that differ from the run's: their labels and values.
std::string changes(const Settings& run, const Settings& draft) {
    std::string text;
    for (const SettingInfo& info : settings_table()) {
        if (info.get(run) == info.get(draft)) continue;
        text += (text.empty() ? "" : ", ") + std::string(info.label) + " " + format_setting(info, run) + " \u2192 " + format_setting(info, draft);
    }
    return text;
}

// The run has other settings than when the draft was begun: what nobody edited goes with it.
void follow_run(const Settings& run, SettingsPanelState& state) {
    if (run == state.base) return;
    for (const SettingInfo& info : settings_table())
        if (info.get(state.draft) == info.get(state.base)) info.put(state.draft, info.get(run));
    state.base = run;
}

void draw_rows(const Theme& t, const Settings& preset, SettingsPanelState& state) {
    const float width = ImGui::GetContentRegionAvail().x, row = t.pressed(31), inset = t.finger ? 0 : t.px(3);
    const bool narrow = width < t.px(430);
    const float label_width = narrow ? t.px(150) : t.px(200);
    std::string_view group;
    const bool branch = state.branch_step >= 0;
    for (const SettingInfo& info : settings_table()) {
        if (branch && !can_branch(info.name)) continue;  // chain and model stay as they are
        if (info.group != group) {
            group = info.group;
            ImGui::Dummy({0, t.px(6)});
            ImGui::PushFont(t.strong);
            text_lines(t.strong, group, FLT_MAX);
            ImGui::PopFont();
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::PushID(info.name.data(), info.name.data() + info.name.size());
        ImDrawList* list = ImGui::GetWindowDrawList();
        const bool active = info.active(state.draft);
        const float text_y = at.y + (row - t.regular->FontSize) / 2;
        const std::string label = fitted(t.regular, info.label, label_width - t.px(8));
        draw_text(list, t.regular, {at.x, text_y}, active ? t.text : t.faint, label);
        std::string note = std::string(info.help) + "\n" + range_text(info) + (info.unit.empty() ? "" : ", " + std::string(info.unit)) + ". " + (branch ? "Takes effect from the branch on." : info.restart ? "A change starts a new run." : "Takes effect at once.");
        if (branch && info.name == "batch") note += "\nSequences are counted by step and batch: with a smaller batch some come again that were trained on before the branch.";
        else if (!active) note += "\nOnly matters with " + std::string(info.only_when) + ".";
        if (hovered({at, {at.x + label_width, at.y + row}})) show_note(t, info.label, note);
        ImGui::BeginDisabled(!active);
        draw_control(t, info, {{at.x + label_width, at.y + inset}, {at.x + width - t.px(34), at.y + row - inset}}, state);
        ImGui::EndDisabled();
        if (info.get(state.draft) != info.get(preset)) {
            const Rect back{{at.x + width - t.px(30), at.y + t.px(3)}, {at.x + width - t.px(4), at.y + row - t.px(3)}};
            if (button(t, "back", "\u21BA", back, ButtonKind::quiet, "Back to " + format_setting(info, preset))) info.put(state.draft, info.get(preset)), state.problem.clear();
        }
        ImGui::SetCursorScreenPos(at);
        ImGui::Dummy({width, row});
        ImGui::PopID();
    }
}

}  // namespace

void draw_settings_editor(const RunView& view, const Theme& t, Rect r, const Settings& preset, SettingsPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(12);
    draw_text(list, t.title, {left, r.min.y + t.px(12)}, t.text, state.branch_step < 0 ? "Settings" : "Branch at step " + std::to_string(state.branch_step));
    const float head_right = t.finger ? before_corner(t, r) : right;
    if (button(t, "close settings", "Close", {{head_right - t.px(58), r.min.y + t.px(8)}, {head_right, r.min.y + t.px(34)}}, ButtonKind::quiet, "Close without applying (Esc)")) {
        state.open = false;
        return;
    }
    // A phone shows its keyboard for a field of the page alone.
    if (view.has_page) {
        const float wide = text_width(t.regular, "As a form") + t.px(20);
        if (button(t, "as a form", "As a form", {{head_right - t.px(64) - wide, r.min.y + t.px(8)}, {head_right - t.px(64), r.min.y + t.px(34)}}, ButtonKind::quiet, "The settings as fields of the page, to be typed into on a phone too (C)")) actions.show_form = true, state.open = false;
    }

    follow_run(view.settings, state);
    const bool restart = needs_restart(view.settings, state.draft);
    const bool branch = state.branch_step >= 0;
    // A branch that differs in nothing but the viewer's settings would be the same run.
    const std::string changed = branch && branch_difference(view.settings, state.draft).empty() ? "" : changes(view.settings, state.draft);
    const float footer = t.px(62);
    ImGui::SetCursorScreenPos({left, r.min.y + t.px(40)});
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {t.px(8), t.finger ? (t.pressed(0) - t.regular->FontSize) / 2 : t.px(4)});
    if (ImGui::BeginChild(branch ? "rows of a branch" : "rows", {right - left, std::max(t.px(40), r.height() - t.px(44) - footer)})) draw_rows(t, state.branch_step < 0 ? preset : view.settings, state);
    ImGui::EndChild();
    ImGui::PopStyleVar();

    const float y = r.max.y - footer;
    list = ImGui::GetWindowDrawList();
    list->AddLine({r.min.x, y}, {r.max.x, y}, t.border, std::max(1.0f, t.px(1)));
    const char* label = branch ? "Branch" : restart ? "Apply and restart" : "Apply";
    const float width = text_width(t.strong, label) + t.px(28);
    const Rect apply{{right - width, y + t.px(16)}, {right, y + t.px(46)}};
    const float text_right = changed.empty() ? right : apply.min.x - t.px(12);
    std::string line = changed.empty() ? (branch ? "Change what the rest of the run is to use; chain and model stay." : "Nothing is changed.") : (branch ? "Goes on with: " : restart ? "Starts a new run: " : "") + changed;
    ImU32 ink = t.muted;
    if (!state.problem.empty()) line = state.problem, ink = t.warning;
    list->PushClipRect({left, y}, {text_right, r.max.y}, true);
    draw_text_wrapped(list, t.small, {left, y + t.px(9)}, text_right - left, ink, line);
    list->PopClipRect();
    hover_note(t, {{left, y}, {text_right, r.max.y}}, "", line);
    if (!changed.empty() && button(t, "apply", label, apply, ButtonKind::primary, branch ? "Train on from this step with these settings; the run so far stays for comparison." : restart ? "The run on screen is dropped and a new one starts with these settings." : "")) {
        if (branch) actions.branch = state.draft;
        else actions.apply = state.draft;
        state.open = false;
    }
}

}  // namespace ladder
