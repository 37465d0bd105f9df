// Random settings for property tests: any row of the settings table may leave its default, for any value of its range,
// except where the size of the work is decided; there small values are drawn.
#pragma once

#include <cstdint>

#include "base/settings.h"

namespace ladder::testing {

// The same number, the same settings, everywhere. They agree with each other (reconcile has nothing to move).
Settings random_settings(std::uint64_t number);

// How many a test tries: the given number, or LADDER_PROPERTY of them when the environment says so.
int property_trials(int usual);

}  // namespace ladder::testing
