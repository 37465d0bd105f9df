// exp in double from multiplications and additions alone, in a fixed order: the same bits on every machine
// and in every browser, where the standard library's exp differs. Relative error below 4e-16.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/bit_cast.h"

namespace ladder {

// 0 below -708 (no subnormal results), infinity above 709.78; NaN stays NaN.
constexpr double portable_exp(double x) {
    if (!(x >= -708.0)) return x < 0 ? 0.0 : x;
    if (x > 709.78) return bit_cast<double>(std::uint64_t{0x7FF} << 52);
    // x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts, the first with trailing zeros so that n * high is exact.
    constexpr double shift = 0x1.8p52;
    const double n = (x * 0x1.71547652b82fep0 + shift) - shift;
    const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800.0;  // Taylor to r^13: the remainder is below 5e-18
    for (const double c : {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0,
                           1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0})
        p = p * r + c;
    // 2^n in two factors: n = 1024 alone would be out of range.
    const std::int64_t half = static_cast<std::int64_t>(n) / 2, rest = static_cast<std::int64_t>(n) - half;
    const auto power = [](std::int64_t e) { return bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52); };
    return p * power(half) * power(rest);
}

}  // namespace ladder
