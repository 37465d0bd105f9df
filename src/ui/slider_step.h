// Where a slider stands and what it means there: on a logarithmic scale, in numbers that it can say, and moved by a key, where
// it stands for values that are whole or rounded: those swallow small ways.
#pragma once

#include <algorithm>
#include <cmath>

namespace ladder {

// A value above 0 on a logarithmic scale from low to high, which are 0 and 1; and back.
inline double logarithmic_part(double v, double low, double high) { return std::log(v / low) / std::log(high / low); }
inline double logarithmic_value(double part, double low, double high) { return low * std::pow(high / low, part); }

// Three significant digits: what a slider can say.
inline double rounded(double v) {
    if (v == 0) return 0;
    const double power = std::pow(10.0, std::floor(std::log10(std::abs(v))) - 2);
    return std::round(v / power) * power;
}

// Where the slider has to stand so that it means something else than `now`, going on as it went from `before` to `after`; at
// either end it stops. meaning: of a place in [0, 1].
template <class Meaning, class Value>
float onwards(float before, float after, const Value& now, Meaning&& meaning) {
    const float way = after - before;
    while (way != 0 && after > 0 && after < 1 && meaning(after) == now) after = std::clamp(after + way, 0.0f, 1.0f);
    return after;
}

}  // namespace ladder
