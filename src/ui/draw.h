// Small things that all panels draw alike: text in a font, cards, bars, buttons, hover notes. Positions in
// screen pixels; nothing here knows of runs. Texts are given in English and drawn, or measured, in the reader's language.
#pragma once

#include <imgui.h>

#include <string>
#include <string_view>

#include "ui/numbers.h"
#include "ui/panels.h"
#include "ui/theme.h"

namespace ladder {

float text_width(const ImFont*, std::string_view);
// What is a reader's or a lesson's own, and no text of the interface: never translated.
float width_as_is(const ImFont*, std::string_view);
void draw_as_is(ImDrawList*, const ImFont*, ImVec2 at, ImU32, std::string_view);
void draw_text(ImDrawList*, const ImFont*, ImVec2 at, ImU32, std::string_view);
void draw_text_right(ImDrawList*, const ImFont*, ImVec2 right_top, ImU32, std::string_view);
void draw_text_centred(ImDrawList*, const ImFont*, ImVec2 centre_top, ImU32, std::string_view);
void draw_text_upwards(ImDrawList*, const ImFont*, ImVec2 centre, ImU32, std::string_view);  // turned by 90 degrees, reading upwards
// Wrapped to the width; returns the height taken.
float draw_text_wrapped(ImDrawList*, const ImFont*, ImVec2 at, float width, ImU32, std::string_view);
float wrapped_height(const ImFont*, std::string_view, float width);
// At ImGui's cursor, wrapped to the width, in the font that was pushed.
void text_lines(const ImFont*, std::string_view, float width);
// The text, shortened with an ellipsis until it fits.
std::string fitted(const ImFont*, std::string_view, float width);

// Column and row, from zero, of what stands i-th in rows of so many.
inline ImVec2 grid_place(std::size_t i, std::size_t columns) {
    const std::size_t row = i / columns;
    return {static_cast<float>(i % columns), static_cast<float>(row)};
}

void draw_card(ImDrawList*, const Theme&, Rect);
void draw_bar(ImDrawList*, const Theme&, Rect, float part, ImU32 colour);

// Where what stands at the right end of a card's title ends: the corner belongs to the button that enlarges.
inline float before_corner(const Theme& t, Rect card) { return card.max.x - t.px(t.finger ? 38.0f : 14.0f); }
// What answers to a press on a control that looks so large: for a finger it is never too small.
Rect within_reach(const Theme&, Rect);

enum class ButtonKind { plain, primary, quiet };
// Keyboard and mouse; true when pressed. note: what it does, shown on hover.
bool button(const Theme&, const char* id, std::string_view label, Rect, ButtonKind, std::string_view note, bool chosen = false);
// A note beside the pointer while it is inside the rectangle. title may be empty.
void hover_note(const Theme&, Rect, std::string_view title, std::string_view body);
void show_note(const Theme&, std::string_view title, std::string_view body);
bool hovered(Rect);
// What points comes from a finger.
bool by_touch();
// Of the control drawn last: whether it is lit up, and whether the pointer asks what it is. A mouse over it does; a finger that is lifted has
// pressed it, and asks by resting on it instead.
bool lit();
bool asked();
// A press, unless a finger rested there for so long that it asked.
bool meant(bool pressed);
// The pointer is over another window: a menu, the help.
bool other_window_hovered();

// While it stands, what is drawn does not see a pointer on a sheet that is to lie above it, in the same window. What was pressed
// beside the sheet keeps the pointer until it is let go, and what was pressed on it does not get it.
class UnderSheet {
public:
    explicit UnderSheet(Rect sheet);
    ~UnderSheet();
    UnderSheet(const UnderSheet&) = delete;
    UnderSheet& operator=(const UnderSheet&) = delete;
    bool has_pointer() const { return hidden_; }  // the sheet

private:
    ImVec2 pointer_;
    bool hidden_;
};

ImU32 with_alpha(ImU32, float alpha);
ImU32 mixed(ImU32 a, ImU32 b, float part_of_b);

}  // namespace ladder
