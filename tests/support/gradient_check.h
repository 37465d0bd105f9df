// Compares a gradient written by hand with central differences of the loss, in double.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

#include "support/worse.h"

namespace ladder::test {

// Checks `entries` of the parameters, spread evenly. Error of the difference at step h = 1e-5: h^2 / 6 times a third
// derivative, about 1e-10, and 1e-16 |loss| / h, about 1e-9 for a loss of 100; both far below 1e-7 of the largest gradient
// of order 1.
inline void check_gradient(const std::function<double(const std::vector<double>&)>& loss, std::vector<double> parameters, const std::vector<double>& gradient,
                           std::size_t entries) {
    REQUIRE(gradient.size() == parameters.size());
    constexpr double h = 1e-5;
    double largest = 0, worst = 0;
    for (const double g : gradient) {
        REQUIRE(std::isfinite(g));
        largest = std::max(largest, std::abs(g));
    }
    const std::size_t checked = std::min(entries, parameters.size());
    for (std::size_t k = 0; k < checked; ++k) {
        const std::size_t i = k * parameters.size() / checked;
        const double value = parameters[i];
        parameters[i] = value + h;
        const double above = loss(parameters);
        parameters[i] = value - h;
        const double below = loss(parameters);
        parameters[i] = value;
        worst = worse(worst, std::abs((above - below) / (2 * h) - gradient[i]));
    }
    REQUIRE(std::isfinite(worst));
    CHECK(largest > 1e-3);  // a gradient of zeros would check nothing
    CHECK(worst <= 1e-7 * std::max(largest, 1.0));
}

}  // namespace ladder::test
