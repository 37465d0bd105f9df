// Which part of a map is in sight: zoomed about the pointer or the middle of two fingers, moved by dragging, never
// beyond its edges. Lengths are parts of the map's side, so that maps of one size or another show the same cells.
#pragma once

#include <algorithm>

namespace ladder {

class MapZoom {
public:
    static constexpr float closest = 8;

    bool whole() const { return scale_ <= 1; }
    float scale() const { return scale_; }
    // The upper left corner of what is in sight.
    float left() const { return left_; }
    float top() const { return top_; }

    // u, v: the point of the window on the map that stays where it is, 0 to 1 from its upper left corner.
    void zoom(float u, float v, float factor) {
        const float next = std::clamp(scale_ * (factor > 0 ? factor : 1), 1.0f, closest);
        left_ += u / scale_ - u / next;
        top_ += v / scale_ - v / next;
        scale_ = next;
        move(0, 0);
    }
    // By parts of the window: what lies under the pointer follows it.
    void move(float du, float dv) {
        const float most = 1 - 1 / scale_;
        left_ = std::clamp(left_ - du / scale_, 0.0f, most);
        top_ = std::clamp(top_ - dv / scale_, 0.0f, most);
    }
    void reset() { *this = {}; }

private:
    float scale_ = 1, left_ = 0, top_ = 0;
};

}  // namespace ladder
