// Colours, fonts and distances of the interface, in one place. One colour per head and one tint per stage,
// used the same way in maps, bars, curves and legends; head colours are the colour-blind safe set of Okabe
// and Ito. Lengths in panels are written in px(n): n points at scale 1.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <array>
#include <span>

namespace ladder {

struct Theme {
    bool dark = false;
    float scale = 1.0f;          // device pixels per point x text size
    ImU32 page, card, border;    // backgrounds and hairlines
    ImU32 text, muted, faint;    // three strengths of ink; contrast of text and muted on card >= 4.5
    ImU32 accent, accent_soft, on_accent;
    ImU32 track;                 // empty part of a bar or slider
    ImU32 grid;                  // grid lines of plots
    ImU32 warning, warning_soft; // problems that a person should read
    std::array<ImU32, 8> head;       // solid, per head
    std::array<ImU32, 9> stage_tint; // per rung 0..8: background of the stage in plots; span of rank k has the tint of rung k
    std::array<ImU32, 9> stage_line; // the same hue, strong enough for lines and text
    ImFont* regular = nullptr;   // 13.5 pt
    ImFont* small = nullptr;     // 11.5 pt
    ImFont* strong = nullptr;    // 13.5 pt semibold
    ImFont* title = nullptr;     // 15.5 pt semibold

    bool finger = false;         // what points is a finger before all: what it presses is larger

    float px(float points) const { return points * scale; }
    // Height of what is pressed, usually so many points; of a small control in a row; of the gap between the lines of a menu.
    float pressed(float points) const { return px(finger ? std::max(points, finger_wide) : points); }
    float control() const { return px(finger ? 34.0f : 24.0f); }
    float menu_gap(float points) const { return px(finger ? finger_wide - 13.5f : points); }
    static constexpr float finger_wide = 40;
};

Theme make_theme(bool dark, float scale);       // fonts still null
// (Re)builds the ImGui font atlas for theme.scale. more: a font for a script that ours lacks, which must live as long as the atlas; or empty.
void load_fonts(Theme&, std::span<const unsigned char> more = {});
void apply_style(const Theme&);                  // sets ImGui's own style to match

}  // namespace ladder
