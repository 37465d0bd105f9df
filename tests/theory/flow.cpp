// The gradient flow against closed forms and the constraints it must keep.
#include "theory/flow.h"

#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"

using namespace ladder;

TEST_CASE("one head, one position: the value relaxes as m (1 - exp(-t))") {
    FlowSettings s;
    s.features = 1, s.positions = 1, s.heads = 1, s.strengths = {1.7};
    const auto solution = solve_flow(s, {0, 0.5, 1, 2, 5}, {1e-10, 1e-12});
    REQUIRE(solution.report.finished);
    for (const FlowMoment& m : solution.moments) {
        CHECK(std::isfinite(m.value[0]));
        CHECK(m.value[0] == doctest::Approx(1.7 * (1 - std::exp(-m.time))).epsilon(1e-8));
        CHECK(m.loss == doctest::Approx(0.5 * std::pow(1.7 * std::exp(-m.time), 2)).epsilon(1e-7));
    }
}

TEST_CASE("attention stays a distribution, the loss never rises, and the flow finds the target") {
    for (auto start : {FlowSettings::Start::near_uniform, FlowSettings::Start::adversarial, FlowSettings::Start::waterfall}) {
        FlowSettings s;
        s.start = start;
        const Tolerance tolerance{1e-8, 1e-10};
        const auto solution = solve_flow(s, logarithmic_times(0.1, 1e5, 200), tolerance);
        REQUIRE(solution.report.finished);
        double before = INFINITY;
        for (const FlowMoment& m : solution.moments) {
            REQUIRE(std::isfinite(m.loss));
            CHECK(m.loss <= before + 1e-6);
            before = m.loss;
            for (int k = 0; k < s.heads; ++k) {
                double sum = 0;
                for (int i = 0; i < s.positions; ++i) {
                    const double v = m.attention[static_cast<std::size_t>(k) * s.positions + i];
                    CHECK(v > -1e-7);
                    sum += v;
                }
                CHECK(sum == doctest::Approx(1).epsilon(1e-6));
            }
        }
        CHECK(solution.moments.back().loss < 1e-3);
    }
}

TEST_CASE("equal heads stay equal, as symmetry demands") {
    FlowSettings s;
    s.asymmetry = 0;
    const auto solution = solve_flow(s, logarithmic_times(0.1, 1e3, 30));
    REQUIRE(solution.report.finished);
    for (const FlowMoment& m : solution.moments)
        for (int i = 0; i < s.positions; ++i) {
            CHECK(std::isfinite(m.attention[i]));
            CHECK(m.attention[i] == doctest::Approx(m.attention[static_cast<std::size_t>(s.positions) + i]).epsilon(1e-6));
        }
}

TEST_CASE("patterns are acquired in the order of their strengths") {
    const FlowSettings s;
    const auto solution = solve_flow(s, logarithmic_times(0.1, 1e4, 400));
    const auto stages = flow_stages(s, solution);
    REQUIRE(stages.size() == 3);
    for (int j = 0; j < 3; ++j) CHECK(stages[j].pattern == j);
    CHECK(stages[0].time < stages[1].time);
    CHECK(stages[1].time < stages[2].time);
}

TEST_CASE("the error is below the tolerance asked for") {
    const FlowSettings s;
    const auto times = logarithmic_times(0.1, 1e5, 60);
    // The integrator is asked for 1/5000 of this: 2e-14.
    const auto reference = solve_flow(s, times, {1e-10, 1e-10});
    REQUIRE(reference.report.finished);
    for (double tolerance : {1e-4, 1e-6, 1e-8}) {
        const auto solution = solve_flow(s, times, {tolerance, tolerance});
        REQUIRE(solution.report.finished);
        double worst = 0;
        for (std::size_t i = 0; i < times.size(); ++i)
            for (std::size_t n = 0; n < reference.moments[i].attention.size(); ++n) {
                REQUIRE(std::isfinite(solution.moments[i].attention[n]));
                worst = std::max(worst, std::abs(solution.moments[i].attention[n] - reference.moments[i].attention[n]));
            }
        CAPTURE(tolerance);
        CHECK(worst < tolerance);
    }
}

TEST_CASE("settings that cannot be are refused in a sentence") {
    FlowSettings s;
    s.strengths.assign(60, 1.0);
    CHECK_THROWS_AS(solve_flow(s, {0, 1}), Error);
    s = {};
    s.strengths = {std::nan("")};
    CHECK_THROWS_AS(solve_flow(s, {0, 1}), Error);
}
