// Drawing helpers on ImGui's draw lists.
#include "ui/draw.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "ui/texts.h"

namespace ladder {

float width_as_is(const ImFont* font, std::string_view text) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
}

float text_width(const ImFont* font, std::string_view text) { return width_as_is(font, translated(text)); }

void draw_as_is(ImDrawList* list, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text) {
    // Whole pixels keep the glyphs crisp.
    list->AddText(font, font->FontSize, {std::floor(at.x), std::floor(at.y)}, colour, text.data(), text.data() + text.size());
}

void draw_text(ImDrawList* list, const ImFont* font, ImVec2 at, ImU32 colour, std::string_view text) { draw_as_is(list, font, at, colour, translated(text)); }

void draw_text_right(ImDrawList* list, const ImFont* font, ImVec2 right_top, ImU32 colour, std::string_view text) {
    draw_text(list, font, {right_top.x - text_width(font, text), right_top.y}, colour, text);
}

void draw_text_centred(ImDrawList* list, const ImFont* font, ImVec2 centre_top, ImU32 colour, std::string_view text) {
    draw_text(list, font, {centre_top.x - text_width(font, text) / 2, centre_top.y}, colour, text);
}

void draw_text_upwards(ImDrawList* list, const ImFont* font, ImVec2 centre, ImU32 colour, std::string_view text) {
    // ImGui leaves out glyphs that lie outside the clip rectangle, so the text is laid out where all of it is visible, and
    // turned into its place afterwards.
    const ImVec2 at{list->GetClipRectMin().x + 1, list->GetClipRectMin().y + 1};
    const float width = text_width(font, text);
    if (at.x + width > list->GetClipRectMax().x) return;
    const int first = list->VtxBuffer.Size;
    draw_text(list, font, at, colour, text);
    const ImVec2 middle{std::floor(at.x) + std::floor(width / 2), std::floor(at.y) + std::floor(font->FontSize / 2)};
    for (int i = first; i < list->VtxBuffer.Size; ++i) {
        ImVec2& p = list->VtxBuffer[i].pos;
        const ImVec2 d{p.x - middle.x, p.y - middle.y};
        p = {std::floor(centre.x) + d.y, std::floor(centre.y) - d.x};
    }
}

float draw_text_wrapped(ImDrawList* list, const ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view english) {
    const std::string text = with_line_ends(font, translated(english), width);
    list->AddText(font, font->FontSize, {std::floor(at.x), std::floor(at.y)}, colour, text.data(), text.data() + text.size(), width);
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, width, text.data(), text.data() + text.size()).y;
}

float wrapped_height(const ImFont* font, std::string_view english, float width) {
    const std::string text = with_line_ends(font, translated(english), width);
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, width, text.data(), text.data() + text.size()).y;
}

void text_lines(const ImFont* font, std::string_view english, float width) {
    const std::string text = with_line_ends(font, translated(english), width);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
}

std::string fitted(const ImFont* font, std::string_view english, float width) {
    const std::string_view text = translated(english);
    if (width_as_is(font, text) <= width) return std::string(text);
    std::string out(text);
    while (!out.empty() && width_as_is(font, out + "\u2026") > width) {
        do out.pop_back();
        while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80);
        if (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0xC0) out.pop_back();
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out + "\u2026";
}

void draw_card(ImDrawList* list, const Theme& t, Rect r) {
    list->AddRectFilled(r.min, r.max, t.card, t.px(8));
    list->AddRect(r.min, r.max, t.border, t.px(8), 0, std::max(1.0f, t.px(1)));
}

void draw_bar(ImDrawList* list, const Theme& t, Rect r, float part, ImU32 colour) {
    const float rounding = std::min(t.px(3), r.height() / 2);
    list->AddRectFilled(r.min, r.max, t.track, rounding);
    if (!(part > 0)) return;
    const float width = std::max(std::min(part, 1.0f) * r.width(), t.px(2));
    list->AddRectFilled(r.min, {r.min.x + width, r.max.y}, colour, std::min(rounding, width / 2));
}

namespace {

// A menu that was opened from the window hides what lies under it.
constexpr ImGuiHoveredFlags in_this_window = ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_NoPopupHierarchy | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem;

}  // namespace

bool hovered(Rect r) { return ImGui::IsWindowHovered(in_this_window) && ImGui::IsMouseHoveringRect(r.min, r.max); }

bool by_touch() { return ImGui::GetIO().MouseSource == ImGuiMouseSource_TouchScreen; }

bool lit() { return ImGui::IsItemHovered() && (!by_touch() || ImGui::IsItemActive()); }

namespace {

// That a finger rests; where frames are slow a mere tap lasts some of them.
bool long_enough(float seconds) { return seconds > std::max(0.5f, 4 * ImGui::GetIO().DeltaTime); }

}  // namespace

bool asked() {
    if (!by_touch()) return ImGui::IsItemHovered() && !ImGui::IsItemActive();
    return ImGui::IsItemHovered() && ImGui::IsItemActive() && long_enough(ImGui::GetIO().MouseDownDuration[ImGuiMouseButton_Left]);
}

bool meant(bool pressed) {
    const bool rested = by_touch() && ImGui::IsMouseReleased(ImGuiMouseButton_Left) && long_enough(ImGui::GetIO().MouseDownDurationPrev[ImGuiMouseButton_Left]);
    return pressed && !rested;
}

bool other_window_hovered() {
    constexpr ImGuiHoveredFlags whatever_is_open = ImGuiHoveredFlags_AllowWhenBlockedByActiveItem | ImGuiHoveredFlags_AllowWhenBlockedByPopup;
    return ImGui::IsWindowHovered(ImGuiHoveredFlags_AnyWindow | whatever_is_open) && !ImGui::IsWindowHovered(in_this_window | whatever_is_open);
}

UnderSheet::UnderSheet(Rect sheet) : pointer_(ImGui::GetIO().MousePos) {
    ImGuiIO& io = ImGui::GetIO();
    // What is let go acts in the frame after the button was down.
    const bool held = ImGui::IsMouseDown(ImGuiMouseButton_Left) || ImGui::IsMouseReleased(ImGuiMouseButton_Left);
    hidden_ = sheet.contains(held ? io.MouseClickedPos[ImGuiMouseButton_Left] : pointer_) && !other_window_hovered();
    if (hidden_) io.MousePos = {-FLT_MAX, -FLT_MAX};
}

UnderSheet::~UnderSheet() { ImGui::GetIO().MousePos = pointer_; }

bool Tap::on(Rect r, float slack) {
    if (!hovered(r)) return false;
    const ImGuiIO& io = ImGui::GetIO();
    const double now = io.MouseClickedTime[ImGuiMouseButton_Left];
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) pressed = now;
    return ImGui::IsMouseReleased(ImGuiMouseButton_Left) && pressed == now && io.MouseClickedLastCount[ImGuiMouseButton_Left] == 1 && r.contains(io.MouseClickedPos[ImGuiMouseButton_Left])
        && io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < slack * slack;
}

void show_note(const Theme& t, std::string_view title, std::string_view body) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {t.px(11), t.px(9)});
    ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, std::max(1.0f, t.px(1)));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.px(6)});  // not that of a menu whose entry it is about
    // To ImGui a tooltip is a window, not a popup.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ImGui::GetStyle().PopupRounding);
    if (ImGui::BeginTooltip()) {
        const float width = std::min(t.px(300), ImGui::GetIO().DisplaySize.x - t.px(40));
        ImGui::PushTextWrapPos(width);
        if (!title.empty()) {
            ImGui::PushFont(t.strong);
            text_lines(t.strong, title, width - t.px(11));
            ImGui::PopFont();
        }
        if (!body.empty()) {
            ImGui::PushFont(t.regular);
            ImGui::PushStyleColor(ImGuiCol_Text, title.empty() ? t.text : t.muted);
            text_lines(t.regular, body, width - t.px(11));
            ImGui::PopStyleColor();
            ImGui::PopFont();
        }
        ImGui::PopTextWrapPos();
        ImGui::EndTooltip();
    }
    ImGui::PopStyleVar(4);
}

void hover_note(const Theme& t, Rect r, std::string_view title, std::string_view body) {
    if (hovered(r)) show_note(t, title, body);
}

Rect within_reach(const Theme& t, Rect r) {
    const float x = std::max(0.0f, t.pressed(0) - r.width()) / 2, y = std::max(0.0f, t.pressed(0) - r.height()) / 2;
    return {{r.min.x - x, r.min.y - y}, {r.max.x + x, r.max.y + y}};
}

bool button(const Theme& t, const char* id, std::string_view label, Rect r, ButtonKind kind, std::string_view note, bool chosen) {
    const ImVec2 cursor = ImGui::GetCursorScreenPos();
    const Rect reach = within_reach(t, r);
    ImGui::SetCursorScreenPos(reach.min);
    const bool pressed = meant(ImGui::InvisibleButton(id, {std::max(1.0f, reach.width()), std::max(1.0f, reach.height())}));
    const bool over = lit(), noted = asked(), down = ImGui::IsItemActive(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    ImGui::SetCursorScreenPos(cursor);

    ImDrawList* list = ImGui::GetWindowDrawList();
    const float rounding = t.px(6), line = std::max(1.0f, t.px(1));
    ImU32 ink = t.text;
    if (kind == ButtonKind::primary) {
        list->AddRectFilled(r.min, r.max, over ? mixed(t.accent, t.text, 0.15f) : t.accent, rounding);
        ink = t.on_accent;
    } else if (kind == ButtonKind::plain) {
        list->AddRectFilled(r.min, r.max, over || chosen ? t.accent_soft : t.card, rounding);
        list->AddRect(r.min, r.max, over || chosen ? mixed(t.border, t.accent, 0.5f) : t.border, rounding, 0, line);
    } else if (over || chosen) {
        list->AddRectFilled(r.min, r.max, t.accent_soft, rounding);
    }
    if (chosen && kind != ButtonKind::primary) ink = t.accent;
    if (focused) list->AddRect({r.min.x - 2 * line, r.min.y - 2 * line}, {r.max.x + 2 * line, r.max.y + 2 * line}, t.accent, rounding, 0, 2 * line);
    const ImFont* font = kind == ButtonKind::primary ? t.strong : t.regular;
    draw_text_centred(list, font, {(r.min.x + r.max.x) / 2, (r.min.y + r.max.y - font->FontSize) / 2 + (down ? line : 0)}, ink, label);
    if (noted && !note.empty()) show_note(t, "", note);
    return pressed;
}

ImU32 with_alpha(ImU32 colour, float alpha) {
    const auto a = static_cast<ImU32>(std::clamp(alpha, 0.0f, 1.0f) * static_cast<float>(colour >> IM_COL32_A_SHIFT));
    return (colour & ~IM_COL32_A_MASK) | (a << IM_COL32_A_SHIFT);
}

ImU32 mixed(ImU32 a, ImU32 b, float part) {
    const ImVec4 x = ImGui::ColorConvertU32ToFloat4(a), y = ImGui::ColorConvertU32ToFloat4(b);
    const auto mix = [&](float p, float q) { return p + (q - p) * part; };
    return ImGui::ColorConvertFloat4ToU32({mix(x.x, y.x), mix(x.y, y.y), mix(x.z, y.z), mix(x.w, y.w)});
}

}  // namespace ladder
