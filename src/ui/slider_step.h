// A slider moved by a key, where it stands for values that are whole or rounded: those swallow small ways.
#pragma once

#include <algorithm>

namespace ladder {

// Where the slider has to stand so that it means something else than `now`, going on as it went from `before` to `after`; at
// either end it stops. meaning: of a place in [0, 1].
template <class Meaning, class Value>
float onwards(float before, float after, const Value& now, Meaning&& meaning) {
    const float way = after - before;
    while (way != 0 && after > 0 && after < 1 && meaning(after) == now) after = std::clamp(after + way, 0.0f, 1.0f);
    return after;
}

}  // namespace ladder
