// What the canvas shows, as the draw lists that it was drawn from: a frame that equals it need not be drawn.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <vector>

namespace ladder {

class DrawnPicture {
public:
    // Whether this would show what the last one did, as far as draw lists tell: what a callback draws is known only to its owner.
    // From here on this is the last one.
    bool repeats(const ImDrawData&);

private:
    std::vector<std::uint32_t> last_, next_;
};

}  // namespace ladder
