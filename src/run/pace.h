// The speed limit as a wait between two steps.
#pragma once

#include <algorithm>

namespace ladder {

// Seconds; the speed is above 0. An hour at most: a clock's and a browser timer's ticks overflow where a speed is small enough, and then
// nothing would be waited for.
inline double step_interval(double steps_per_second) { return std::min(1 / steps_per_second, 3600.0); }

}  // namespace ladder
