// What every arrangement of panels keeps free, in points.
#pragma once

#include <algorithm>

namespace ladder {

inline constexpr float layout_margin = 14, layout_gap = 12;  // at the window's edge; between panels

inline constexpr float full_bar = 48;  // of the whole page, in one row

// What a lesson covers of a narrow window's lower end, and how high a window is that shows so much above it.
inline float sheet_height(float window) { return std::clamp(0.42f * window, 180.0f, 420.0f); }
inline float with_sheet(float above) { return above + std::clamp(above * 0.42f / 0.58f, 180.0f, 420.0f); }

}  // namespace ladder
