// A key moves a slider to another value, however coarse they are, and stops at the ends.
#include <doctest/doctest.h>

#include <cmath>

#include "ui/slider_step.h"

using namespace ladder;

namespace {

// Pressed until nothing changes; how many different values came.
template <class Part, class Meaning>
int presses_to_the_end(double from, float step, double end, Part part, Meaning meaning) {
    int presses = 0;
    for (double now = from; now != end; ++presses) {
        const float before = part(now), after = std::clamp(before + step, 0.0f, 1.0f);
        const double next = meaning(onwards(before, after, now, meaning));
        if (next == now || presses > 1000) return -1;
        now = next;
    }
    return presses;
}

}  // namespace

TEST_CASE("arrows reach every whole number, one after the other where they are few") {
    const auto part = [](double v) { return static_cast<float>((v - 1) / 7); };
    const auto meaning = [](float p) { return std::round(1 + 7 * static_cast<double>(p)); };
    CHECK(presses_to_the_end(1, 0.02f, 8, part, meaning) == 7);
    CHECK(presses_to_the_end(8, -0.02f, 1, part, meaning) == 7);
}

TEST_CASE("arrows go through rounded values on a logarithmic scale with an end of its own, as the speed's is") {
    const auto part = [](double v) { return v <= 0 ? 1.0f : 0.95f * static_cast<float>(std::log(v) / std::log(1000)); };
    const auto meaning = [](float p) { return p > 0.975f ? 0.0 : std::round(std::pow(1000, std::min(1.0, static_cast<double>(p / 0.95f)))); };
    CHECK(presses_to_the_end(1, 0.02f, 0, part, meaning) > 20);
    CHECK(presses_to_the_end(0, -0.02f, 1, part, meaning) > 20);
    CHECK(onwards(0.98f, 1.0f, 0.0, meaning) == 1.0f);
    CHECK(onwards(0.5f, 0.5f, meaning(0.5f), meaning) == 0.5f);
}

TEST_CASE("a value stands on a logarithmic scale where it is read again, in three digits") {
    CHECK(logarithmic_part(1, 1, 1000) == 0);
    CHECK(logarithmic_part(10, 1, 1000) == doctest::Approx(1.0 / 3));
    CHECK(logarithmic_part(1000, 1, 1000) == 1);
    for (const double v : {0.002, 0.3, 17.0, 950.0}) CHECK(rounded(logarithmic_value(logarithmic_part(v, 1e-6, 1e4), 1e-6, 1e4)) == doctest::Approx(v).epsilon(1e-12));
    CHECK(rounded(0.0123456) == doctest::Approx(0.0123));
    CHECK(rounded(-98760) == -98800);
    CHECK(rounded(0) == 0);
}
