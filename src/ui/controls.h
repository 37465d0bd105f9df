// Controls in the look of the page, usable by mouse, touch and keyboard: a slim slider, a segmented choice,
// a switch. Each returns true when the reader changed its value in this frame.
#pragma once

#include <span>
#include <string_view>

#include "ui/panels.h"
#include "ui/theme.h"

namespace ladder {

// Whether a hand, by mouse or finger, moves the item drawn last. The frame in which it is let go counts too: a slow
// frame takes the hand's last way and its release together, and where it let go is where it meant to go.
bool dragged();
// -1, 1: the arrow for less or for more was pressed while the item drawn last has the keyboard. Both are the item's then: navigation
// must not move on with them.
int arrow_pressed(ImGuiKey less = ImGuiKey_LeftArrow, ImGuiKey more = ImGuiKey_RightArrow);
// value in [0, 1].
bool slider(const Theme&, const char* id, Rect, float& value, std::string_view note, bool* held = nullptr);
// Labels side by side; chosen is an index.
bool segments(const Theme&, const char* id, ImVec2 at, std::span<const char* const> labels, int& chosen, std::span<const char* const> notes, float* width = nullptr);
// A small check box with its label; returns the width taken through `width`.
bool toggle(const Theme&, const char* id, ImVec2 at, std::string_view label, bool& on, std::string_view note, float* width = nullptr);

}  // namespace ladder
