// Drawing and handling of the controls.
#include "ui/controls.h"

#include <imgui_internal.h>  // SetKeyOwner

#include <algorithm>
#include <cmath>
#include <string>

#include "ui/draw.h"

namespace ladder {

bool dragged() {
    if (ImGui::IsItemActive()) return ImGui::IsMouseDown(ImGuiMouseButton_Left);
    return ImGui::IsItemDeactivated() && ImGui::IsMouseReleased(ImGuiMouseButton_Left);
}

int arrow_pressed(ImGuiKey less, ImGuiKey more) {
    if (!ImGui::IsItemFocused() || !ImGui::GetIO().NavVisible) return 0;
    for (ImGuiKey key : {less, more}) ImGui::SetKeyOwner(key, ImGui::GetItemID());
    return ImGui::IsKeyPressed(more) - ImGui::IsKeyPressed(less);
}

bool slider(const Theme& t, const char* id, Rect r, float& value, std::string_view note, bool* held) {
    const ImVec2 cursor = ImGui::GetCursorScreenPos();
    const Rect reach = within_reach(t, r);
    ImGui::SetCursorScreenPos(reach.min);
    ImGui::InvisibleButton(id, {std::max(1.0f, reach.width()), std::max(1.0f, reach.height())});
    const int arrow = arrow_pressed();
    const bool by_hand = dragged(), active = ImGui::IsItemActive(), over = lit(), noted = asked() && !by_touch(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    ImGui::SetCursorScreenPos(cursor);

    const float radius = t.px(7), left = r.min.x + radius, right = r.max.x - radius, middle = std::floor((r.min.y + r.max.y) / 2);
    float next = value;
    if (by_hand) next = std::clamp((ImGui::GetIO().MousePos.x - left) / std::max(1.0f, right - left), 0.0f, 1.0f);
    if (arrow != 0) next = std::clamp(value + 0.02f * static_cast<float>(arrow), 0.0f, 1.0f);
    if (held) *held = by_hand;
    const bool changed = next != value;
    value = next;

    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = left + std::clamp(value, 0.0f, 1.0f) * (right - left), line = t.px(2);
    list->AddRectFilled({left, middle - line}, {right, middle + line}, t.track, line);
    list->AddRectFilled({left, middle - line}, {x, middle + line}, t.accent, line);
    list->AddCircleFilled({x, middle}, over || active ? radius : radius - t.px(1), t.accent, 24);
    if (focused) list->AddCircle({x, middle}, radius + t.px(3), t.accent, 24, t.px(1.5f));
    if (noted && !note.empty()) show_note(t, "", note);
    return changed;
}

bool segments(const Theme& t, const char* id, ImVec2 at, std::span<const char* const> labels, int& chosen, std::span<const char* const> notes, float* width) {
    ImGui::PushID(id);
    bool changed = false;
    const float height = t.control();
    float x = at.x;
    ImDrawList* list = ImGui::GetWindowDrawList();
    float total = 0;
    for (const char* label : labels) total += text_width(t.regular, label) + t.px(20);
    list->AddRectFilled(at, {at.x + total, at.y + height}, t.track, t.px(6));
    for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
        const float w = text_width(t.regular, labels[static_cast<std::size_t>(i)]) + t.px(20);
        const Rect r{{x, at.y}, {x + w, at.y + height}};
        if (i == chosen) {
            list->AddRectFilled({r.min.x + t.px(2), r.min.y + t.px(2)}, {r.max.x - t.px(2), r.max.y - t.px(2)}, t.card, t.px(5));
        }
        const ImVec2 cursor = ImGui::GetCursorScreenPos();
        const Rect reach = within_reach(t, r);
        ImGui::SetCursorScreenPos({r.min.x, reach.min.y});
        ImGui::PushID(i);
        if (meant(ImGui::InvisibleButton("segment", {w, reach.height()})) && i != chosen) chosen = i, changed = true;
        const bool over = lit(), noted = asked(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
        ImGui::PopID();
        ImGui::SetCursorScreenPos(cursor);
        if (focused) list->AddRect(r.min, r.max, t.accent, t.px(6), 0, t.px(1.5f));
        draw_text_centred(list, t.regular, {(r.min.x + r.max.x) / 2, r.min.y + (height - t.regular->FontSize) / 2}, i == chosen ? t.text : over ? t.text : t.muted, labels[static_cast<std::size_t>(i)]);
        if (noted && static_cast<std::size_t>(i) < notes.size()) show_note(t, "", notes[static_cast<std::size_t>(i)]);
        x += w;
    }
    if (width) *width = total;
    ImGui::PopID();
    return changed;
}

bool toggle(const Theme& t, const char* id, ImVec2 at, std::string_view label, bool& on, std::string_view note, float* width) {
    const float box = t.px(14), height = t.control(), w = box + t.px(6) + text_width(t.small, label);
    const ImVec2 cursor = ImGui::GetCursorScreenPos();
    const Rect reach = within_reach(t, {at, {at.x + w, at.y + height}});
    ImGui::SetCursorScreenPos(reach.min);
    const bool changed = meant(ImGui::InvisibleButton(id, {reach.width(), reach.height()}));
    const bool over = lit(), noted = asked(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    ImGui::SetCursorScreenPos(cursor);
    if (changed) on = !on;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 a{at.x, std::floor(at.y + (height - box) / 2)}, b{a.x + box, a.y + box};
    list->AddRectFilled(a, b, on ? t.accent : t.card, t.px(4));
    list->AddRect(a, b, on || focused ? t.accent : over ? t.muted : t.faint, t.px(4), 0, focused ? t.px(2) : std::max(1.0f, t.px(1)));
    if (on) {
        const ImVec2 mark[3] = {{a.x + box * 0.24f, a.y + box * 0.52f}, {a.x + box * 0.43f, a.y + box * 0.72f}, {a.x + box * 0.77f, a.y + box * 0.3f}};
        list->AddPolyline(mark, 3, t.on_accent, 0, t.px(1.6f));
    }
    draw_text(list, t.small, {b.x + t.px(6), at.y + (height - t.small->FontSize) / 2}, over ? t.text : t.muted, label);
    if (noted && !note.empty()) show_note(t, "", note);
    if (width) *width = w;
    return changed;
}

}  // namespace ladder
