// A heat map as it was last drawn in its place of the frame: what its texture holds, and whether a frame changes it.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "ui/heatmap.h"

namespace ladder {

struct DrawnMap {
    Heatmap map;                  // of its values only their number is valid later
    Rect rect;
    std::vector<float> values;    // what is not finite is zero: it is shown as nothing, and the panels say so in words
    bool in_texture = false;      // the values are

    // Keeps it. Returns whether it differs from what was kept.
    bool take(Rect place, const Heatmap& next) {
        const auto shown = [](float v) { return std::isfinite(v) ? v : 0; };
        const bool same_values = std::equal(values.begin(), values.end(), next.values.begin(), next.values.end(), [&](float old, float v) { return old == shown(v); });
        const bool same_look = map.rows == next.rows && map.columns == next.columns && map.channels == next.channels && map.top == next.top &&
                               map.ground == next.ground && map.colours == next.colours && map.negative == next.negative;
        const bool same_place = rect.min.x == place.min.x && rect.min.y == place.min.y && rect.max.x == place.max.x && rect.max.y == place.max.y;
        if (!same_values) {
            values.resize(next.values.size());
            std::transform(next.values.begin(), next.values.end(), values.begin(), shown);
            in_texture = false;
        }
        map = next;
        rect = place;
        return !same_values || !same_look || !same_place;
    }
};

}  // namespace ladder
