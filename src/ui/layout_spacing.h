// What every arrangement of panels keeps free, in points.
#pragma once

namespace ladder {

inline constexpr float layout_margin = 14, layout_gap = 12;  // at the window's edge; between panels

}  // namespace ladder
