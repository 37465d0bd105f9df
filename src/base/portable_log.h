// log, sine and cosine in double from +, -, *, / alone, in a fixed order: the same bits on every machine,
// where the standard library's differ. Made for drawing normal numbers, not for speed.
#pragma once

#include <cstdint>

#include "base/bit_cast.h"

namespace ladder {

// Natural logarithm of a finite x > 0 that is not subnormal; relative error below 1e-15.
inline double portable_log(double x) {
    const std::uint64_t bits = bit_cast<std::uint64_t>(x);
    int exponent = static_cast<int>(bits >> 52) - 1023;
    double m = bit_cast<double>((bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull);  // [1, 2)
    if (m > 1.4142135623730951) m *= 0.5, ++exponent;
    // log m = 2 artanh(z), |z| <= 0.1716; the series to z^23 leaves less than 1e-19.
    const double z = (m - 1) / (m + 1), z2 = z * z;
    double sum = 0;
    for (int k = 23; k >= 3; k -= 2) sum = (sum + 1.0 / k) * z2;
    return exponent * 0.6931471805599453 + 2 * z * (1 + sum);
}

struct SineCosine {
    double sine, cosine;
};

// Of 2 pi turn, 0 <= turn < 1; absolute error below 1e-15.
inline SineCosine portable_sine_cosine(double turn) {
    // The nearest quarter turn is taken off exactly; |r| <= pi / 4 remains.
    const int quarter = static_cast<int>(turn * 4 + 0.5);  // NOLINT(bugprone-incorrect-roundings): any nearby quarter will do, and the same one everywhere
    const double r = (turn - quarter * 0.25) * 6.283185307179586, r2 = r * r;
    double s = 0, c = 0;
    for (int k = 19; k >= 3; k -= 2) s = (1 + s) * (-r2 / ((k - 1) * k));
    for (int k = 18; k >= 2; k -= 2) c = (1 + c) * (-r2 / ((k - 1) * k));
    s = r * (1 + s), c = 1 + c;
    switch (quarter & 3) {
        case 0: return {s, c};
        case 1: return {c, -s};
        case 2: return {-s, -c};
        default: return {-c, s};
    }
}

}  // namespace ladder
