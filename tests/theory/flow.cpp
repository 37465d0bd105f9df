// The gradient flow against closed forms and the constraints it must keep.
#include "theory/flow.h"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("from every start the flow finds the target") {
    for (auto start : {FlowSettings::Start::near_uniform, FlowSettings::Start::adversarial, FlowSettings::Start::waterfall}) {
        FlowSettings s;
        s.start = start;
        const auto solution = solve_flow(s, {0, 1e5});
        REQUIRE(solution.report.finished);
        CHECK(solution.moments.back().loss < 1e-7);  // of 6 at the start: attention's last gaps close as 1 / t, see below, and the loss as their squares, 1e-10
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
            CHECK(m.attention[i] == doctest::Approx(m.attention[static_cast<std::size_t>(s.positions) + i]).epsilon(1e-6));  // no more than the solver is asked for
        }
}

TEST_CASE("patterns are acquired in the order of their strengths") {
    const FlowSettings s;
    const auto solution = solve_flow(s, logarithmic_times(0.1, 1e4, 400));
    const auto stages = solution.stages;
    REQUIRE(stages.size() == 3);
    for (int j = 0; j < 3; ++j) CHECK(stages[j].pattern == j);
    CHECK(stages[0].time < stages[1].time);
    CHECK(stages[1].time < stages[2].time);
}

namespace {

// Greatest difference in attention, values and loss contributions, as a tolerance that is both absolute and relative counts it;
// infinite where one is not finite or ends early.
double greatest_difference(const FlowSolution& a, const FlowSolution& b) {
    if (a.moments.size() != b.moments.size()) return INFINITY;
    double worst = 0;
    const auto compare = [&](const std::vector<double>& x, const std::vector<double>& y) {
        for (std::size_t n = 0; n < x.size(); ++n) worst = std::isfinite(x[n] - y[n]) ? std::max(worst, std::abs(x[n] - y[n]) / (1 + std::abs(y[n]))) : INFINITY;
    };
    for (std::size_t i = 0; i < a.moments.size(); ++i) {
        compare(a.moments[i].attention, b.moments[i].attention);
        compare(a.moments[i].value, b.moments[i].value);
        compare(a.moments[i].contribution, b.moments[i].contribution);
    }
    return worst;
}

using Values = FlowSettings::Values;
using Start = FlowSettings::Start;

}  // namespace

TEST_CASE("the error is below the tolerance asked for") {
    const FlowSettings s;
    const auto times = logarithmic_times(0.1, 1e5, 60);
    // The integrator is asked for 1/5000 of what solve_flow is: of this 1e-12.
    const auto reference = solve_flow(s, times, {5e-9, 5e-9});
    REQUIRE(reference.report.finished);
    for (double tolerance : {1e-4, 1e-6, 1e-7}) {
        CAPTURE(tolerance);
        CHECK(greatest_difference(solve_flow(s, times, {tolerance, tolerance}), reference) < tolerance);
    }
}

TEST_CASE("every start and variant keeps the tolerance, the simplex and a falling loss") {
    const auto times = logarithmic_times(0.1, 3e3, 40);
    for (Start start : {Start::near_uniform, Start::adversarial, Start::waterfall})
        for (Values values : {Values::flow, Values::fixed, Values::optimal})
            for (bool twice : {false, true}) {
                FlowSettings s;
                s.positions = 12, s.start = start, s.values = values, s.metric_twice = twice;
                s.decay = values == Values::flow && twice ? 0.02 : 0;
                // Heads that are always optimal and nearly equal have values as large as their difference is small, and are known
                // no better than that times the rounding: they are given differences of a size.
                if (values == Values::optimal) s.asymmetry = 1;
                CAPTURE(static_cast<int>(start));
                CAPTURE(static_cast<int>(values));
                CAPTURE(twice);
                const auto solution = solve_flow(s, times);
                REQUIRE(solution.report.finished);
                CHECK(greatest_difference(solution, solve_flow(s, times, {1e-8, 1e-8})) < flow_tolerance.absolute);
                double before = INFINITY;
                for (const FlowMoment& m : solution.moments) {
                    // What descends is the loss with the decay's share.
                    double descending = m.loss;
                    for (double v : m.value) descending += 0.5 * s.decay * v * v;
                    REQUIRE(std::isfinite(descending));
                    CHECK(descending <= before + 1e-6);
                    before = descending;
                    for (int k = 0; k < s.heads; ++k) {
                        double sum = 0, least = 1;
                        for (int i = 0; i < s.positions; ++i) {
                            const double v = m.attention[static_cast<std::size_t>(k * s.positions + i)];
                            sum += v, least = std::min(least, v);
                        }
                        CHECK(least > -1e-7);
                        CHECK(std::abs(sum - 1) < 1e-7);
                    }
                }
            }
}

TEST_CASE("a stage is where half of a pattern's loss is gone: log(2) / 2 for one head on one position") {
    FlowSettings s;
    s.features = 1, s.positions = 1, s.heads = 1, s.strengths = {1.7};
    const auto stages = solve_flow(s, logarithmic_times(0.01, 1e5, 300)).stages;
    REQUIRE(stages.size() == 1);
    CHECK(stages[0].time == doctest::Approx(std::log(2.0) / 2).epsilon(1e-6));
}

TEST_CASE("symmetric heads on one position share it: each value relaxes as m / h (1 - exp(-h t))") {
    FlowSettings s;
    s.features = 1, s.positions = 1, s.heads = 4, s.strengths = {2};
    for (const FlowMoment& m : solve_flow(s, {0, 0.1, 0.3, 1, 4}).moments)
        for (double v : m.value) {
            REQUIRE(std::isfinite(v));
            CHECK(std::abs(v - 0.5 * (1 - std::exp(-4 * m.time))) < 1e-7);
        }
}

TEST_CASE("one head, one pattern, two positions, a fixed value: attention x keeps log(x / (1 - x)) + 1 / (1 - x) - 2 m^2 t") {
    FlowSettings s;
    s.features = 1, s.positions = 2, s.heads = 1, s.strengths = {1.3}, s.values = Values::fixed, s.asymmetry = 0;
    for (const FlowMoment& m : solve_flow(s, {0, 0.1, 0.5, 1, 2, 5}, {1e-9, 1e-9}).moments) {
        const double x = pattern_mass(s, m, 0, 0);
        REQUIRE(std::isfinite(x));
        // From x = 1/2, where the sum is 2. The derivative by x is 1 / (x (1 - x)^2), below 3000 here.
        CHECK(std::abs(std::log(x / (1 - x)) + 1 / (1 - x) - 2 * 1.69 * m.time - 2) < 3000 * 1e-9);
    }
}

TEST_CASE("values that are always optimal leave no slope of the loss behind") {
    FlowSettings s;
    s.positions = 9, s.values = Values::optimal, s.asymmetry = 1, s.decay = 0.1;
    for (const FlowMoment& m : solve_flow(s, {0, 1, 10}).moments)
        for (int k = 0; k < s.heads; ++k)
            for (int j = 0; j < 3; ++j) {
                // Row j of (G - P) s_k - decay V_k.
                double slope = s.strengths[static_cast<std::size_t>(j)] * pattern_mass(s, m, k, j) - s.decay * m.value[static_cast<std::size_t>(k * 3 + j)];
                for (int q = 0; q < s.heads; ++q)
                    for (int i = 0; i < s.positions; ++i)
                        slope -= m.value[static_cast<std::size_t>(q * 3 + j)] * m.attention[static_cast<std::size_t>(q * s.positions + i)] * m.attention[static_cast<std::size_t>(k * s.positions + i)];
                REQUIRE(std::isfinite(slope));
                CHECK(std::abs(slope) < 1e-12);
            }
}

TEST_CASE("heads so nearly equal that the equations are stiff end with an honest report, in bounded work") {
    FlowSettings s;
    s.positions = 6, s.values = Values::optimal, s.asymmetry = 0.02, s.end = 10;
    const auto solution = solve_flow(s, logarithmic_times(0.1, 10, 5), {1e-4, 1e-4});
    CHECK(solution.report.stabilised > 0);
    CHECK(solution.report.finished);
    for (const FlowMoment& m : solution.moments) CHECK(std::isfinite(m.loss));
}

TEST_CASE("a pattern may spread over positions: the head ends with its distribution") {
    FlowSettings s;
    s.positions = 8, s.heads = 1, s.strengths = {2}, s.target = {0, 0, 0, 0, 0, 0, 0.7, 0.3};
    const auto solution = solve_flow(s, logarithmic_times(0.1, 1e5, 20));
    REQUIRE(solution.report.finished);
    const FlowMoment& last = solution.moments.back();
    // What lies on each of the six other positions falls as 1 / t, and the loss as the square of that.
    CHECK(std::abs(last.attention[6] - 0.7) < 6e-5);
    CHECK(std::abs(pattern_mass(s, last, 0, 0) - 1) < 6e-5);
    CHECK(last.loss < 1e-8);
    s.target[6] = 0.9;
    CHECK_THROWS_AS(check(s), Error);
}

TEST_CASE("a given first attention is where the heads start") {
    FlowSettings s;
    s.positions = 4, s.heads = 2, s.strengths = {2, 1}, s.first_attention = {0.1, 0.2, 0.3, 0.4, 0.4, 0.3, 0.2, 0.1};
    CHECK(solve_flow(s, {0, 1}).moments.front().attention == s.first_attention);
    s.first_attention.pop_back();
    CHECK_THROWS_AS(check(s), Error);
}

TEST_CASE("a solver that is carried on in parts gives the same solution") {
    const FlowSettings s;
    const auto times = logarithmic_times(0.1, 1e3, 20);
    FlowSolver solver(s, times);
    while (solver.advance(7)) {}
    CHECK(solver.solution().report.finished);
    CHECK(greatest_difference(solver.solution(), solve_flow(s, times)) == 0);
}

TEST_CASE("settings that cannot be are refused in a sentence") {
    FlowSettings s;
    s.strengths.assign(60, 1.0);
    CHECK_THROWS_WITH_AS(solve_flow(s, {0, 1}), doctest::Contains("more patterns (60) than features (50)"), Error);
    s = {};
    s.strengths = {std::nan("")};
    CHECK_THROWS_AS(solve_flow(s, {0, 1}), Error);
    s = {};
    s.end = 0;
    CHECK_THROWS_AS(check(s), Error);
}
