// How far apart two lists of numbers are, as tests of kernels judge it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace ladder {

// Largest difference, relative to the largest element of the second. All numbers must be finite.
inline double relative_difference(std::span<const float> a, std::span<const float> b) {
    REQUIRE(a.size() == b.size());
    double most = 0, size = 1e-30;
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(std::isfinite(a[i]));
        REQUIRE(std::isfinite(b[i]));
        most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        size = std::max(size, std::abs(static_cast<double>(b[i])));
    }
    return most / size;
}

}  // namespace ladder
