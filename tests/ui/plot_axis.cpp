// Ticks are round, lie in range and are never too many; axes map back and forth.
#include <doctest/doctest.h>

#include <cmath>

#include "ui/plot.h"

using namespace ladder;

TEST_CASE("ticks cover the range with round numbers") {
    for (double high : {1e-4, 0.07, 0.25, 1.0, 3.9, 440.0, 1e6}) {
        const auto ticks = nice_ticks(0, high, 5, false);
        REQUIRE(ticks.size() >= 2);
        CHECK(ticks.size() <= 11);
        for (double tick : ticks) {
            REQUIRE(std::isfinite(tick));
            CHECK(tick >= 0);
            CHECK(tick <= high * (1 + 1e-9));
        }
    }
    CHECK(nice_ticks(0, 0.25, 4, false) == std::vector<double>{0, 0.1, 0.2});
    CHECK(nice_ticks(1, 1000, 5, true).size() == 4);
    CHECK(nice_ticks(0.02, 0.3, 4, true).size() >= 2);
    CHECK(nice_ticks(1, 1, 5, false).empty());
    CHECK(nice_ticks(0, NAN, 5, false).empty());
}

TEST_CASE("an axis maps values to pixels and back") {
    const Axis linear{0, 10, false, 100, 300}, logarithmic{0.1, 100, true, 400, 100};
    CHECK(linear.pixel(5) == doctest::Approx(200));
    CHECK(logarithmic.pixel(1) == doctest::Approx(300));
    for (double v : {0.2, 1.0, 7.0}) {
        // A pixel is a float: about 1e-5 of the axis.
        CHECK(linear.value(linear.pixel(v)) == doctest::Approx(v).epsilon(1e-4));
        CHECK(logarithmic.value(logarithmic.pixel(v)) == doctest::Approx(v).epsilon(1e-4));
    }
    CHECK_FALSE(logarithmic.places(0));
    CHECK_FALSE(logarithmic.places(-0.001));
    CHECK_FALSE(linear.places(NAN));
    CHECK(linear.places(-5));
}
