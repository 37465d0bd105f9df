// What tests that judge many differences by the largest one gather it with.
#pragma once

#include <cmath>

namespace ladder::test {

// The larger of the two; infinite for what is not a number, which std::max would pass over.
inline double worse(double worst, double found) { return found <= worst ? worst : std::isnan(found) ? HUGE_VAL : found; }

}  // namespace ladder::test
