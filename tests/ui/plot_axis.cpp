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

TEST_CASE("labels tell ticks apart, and are short where that is exact") {
    CHECK(tick_labels({0, 0.5, 1}) == std::vector<std::string>{"0", "0.5", "1"});
    CHECK(tick_labels({3.91, 3.915, 3.92}) == std::vector<std::string>{"3.910", "3.915", "3.920"});
    CHECK(tick_labels({0, 500, 1000}) == std::vector<std::string>{"0", "500", "1000"});
    CHECK(tick_labels({0.001, 0.1, 10}) == std::vector<std::string>{"0.001", "0.1", "10"});
    CHECK(tick_labels({10000, 20000}) == std::vector<std::string>{"10000", "20000"});
    CHECK(tick_labels({}).empty());
}

TEST_CASE("a flat curve has an axis of readable numbers about its value") {
    for (const float value : {0.0f, 1e-5f, 3.915f, 1200.0f})
        for (const bool logarithmic : {false, true}) {
            CAPTURE(value);
            CAPTURE(logarithmic);
            Plot plot;
            plot.zero_based = false, plot.logarithmic_y = logarithmic;
            plot.steps = {0, 1, 2};
            plot.curves.push_back({"flat", IM_COL32_BLACK, 1.6f, {value, value, value}});
            Axis x, y;
            set_ranges(plot, x, y);
            CHECK(y.low <= static_cast<double>(value) + 1e-2 * logarithmic);
            CHECK(y.high > static_cast<double>(value));
            const auto labels = tick_labels(nice_ticks(y.low, y.high, 4, logarithmic));
            REQUIRE(labels.size() >= 2);
            for (std::size_t i = 1; i < labels.size(); ++i) CHECK(labels[i] != labels[i - 1]);
            for (const std::string& label : labels) CHECK(label.size() <= 9);
        }
}

TEST_CASE("a logarithmic axis has four decades at most: what begins at nearly nothing does not press the rest together") {
    Plot plot;
    plot.logarithmic_y = true;
    plot.steps = {0, 1, 2};
    plot.curves.push_back({"KL", IM_COL32_BLACK, 1.6f, {1e-7f, 0.1f, 0.2f}});
    Axis x, y;
    set_ranges(plot, x, y);
    CHECK(y.low == doctest::Approx(2e-5));
    CHECK(y.high == doctest::Approx(0.23));
    plot.curves.front().y[0] = 0.01f;
    set_ranges(plot, x, y);
    CHECK(y.low == doctest::Approx(0.0085));
}

TEST_CASE("names beside lines take another row where they would meet") {
    NameRows rows(3);
    CHECK(rows.place(0, 50) == 0);
    CHECK(rows.place(40, 90) == 1);
    CHECK(rows.place(60, 110) == 0);
    CHECK(rows.place(45, 95) == 2);
    CHECK(rows.place(46, 96) == -1);
    CHECK(rows.place(200, 250) == 0);
}
