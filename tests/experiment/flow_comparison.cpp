// The equations beside a run: settings read off a chain, the fitted scale by hand, heads matched by what they attend to.
#include "experiment/flow_comparison.h"

#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "support/letters.h"

using namespace ladder;

namespace {

Settings small_chain() {
    Settings s;
    s.vocabulary = 6, s.spans = {1, 2}, s.importance = 2, s.length = 4;
    return s;
}

Evaluation untrained(int heads, std::vector<float> mass) {
    Evaluation e;
    e.heads = heads, e.predictions = 4, e.span_mass = std::move(mass);
    return e;
}

}  // namespace

TEST_CASE("strengths, targets and first attention come from the chain and the untrained model") {
    const Chain chain(small_chain());
    const FlowSettings s = flow_of_run(chain, untrained(2, {0.1f, 0.4f, 0.2f, 0.5f}), {});
    CHECK(s.heads == 2);
    // Rows see 3, 4, 5 and 6 positions: the harmonic mean is 4.21.
    CHECK(s.positions == 4);
    REQUIRE(s.strengths.size() == 2);
    CHECK(s.strengths[0] == doctest::Approx(4).epsilon(1e-4));  // m = 2 on each of two lags
    CHECK(s.strengths[1] == doctest::Approx(1).epsilon(1e-4));
    CHECK(s.target == std::vector<double>{0, 0, 0.5, 0.5, 0, 1, 0, 0});
    CHECK(s.first_attention[0] == doctest::Approx(0.5));
    CHECK(s.first_attention[1] == doctest::Approx(0.1));
    CHECK(s.first_attention[2] == doctest::Approx(0.2));
    CHECK_NOTHROW(check(s));
}

TEST_CASE("a text has no equations") {
    Settings text = small_chain();
    text.data = DataSource::text;
    text.text = test::five_letters();
    const Chain chain(text);
    CHECK_THROWS_AS(flow_of_run(chain, untrained(2, {0.1f, 0.4f, 0.2f, 0.5f}), {}), Error);
}

TEST_CASE("the time scale is the geometric mean, and the worst factor what is left") {
    const Chain chain(small_chain());
    const FlowSettings s = flow_of_run(chain, untrained(2, {0.1f, 0.4f, 0.2f, 0.5f}), {});
    FlowSolution solution = solve_flow(s, logarithmic_times(0.01, 1e4, 50));
    solution.stages = {{0, 2}, {1, 8}};
    const auto c = compare(chain, s, solution, {0, 20, 160}, {}, {}, 2);
    CHECK(c.fitted == 2);
    CHECK(c.steps_per_time == doctest::Approx(std::sqrt(10.0 * 20.0)));
    CHECK(c.worst_factor == doctest::Approx(std::sqrt(2.0)));
    CHECK(c.same_order);
    CHECK_FALSE(compare(chain, s, solution, {0, 160, 20}, {}, {}, 2).same_order);
    CHECK(compare(chain, s, solution, {0, 20, -1}, {}, {}, 2).fitted == 1);
    CHECK(compare(chain, s, solution, {}, {}, {}, 2).fitted == 0);
}

TEST_CASE("a run that does what the equations say, with its heads exchanged, is matched head by head") {
    const Chain chain(small_chain());
    const FlowSettings s = flow_of_run(chain, untrained(2, {0.1f, 0.4f, 0.3f, 0.35f}), {});
    const FlowSolution solution = solve_flow(s, logarithmic_times(0.01, 1e5, 100));
    REQUIRE(solution.stages.size() == 2);
    const std::vector<std::int64_t> reached{0, std::llround(100 * solution.stages[0].time), std::llround(100 * solution.stages[1].time)};
    std::vector<double> steps;
    std::vector<float> measured;
    for (double step = 10; step < 1e4; step *= 1.5) {
        steps.push_back(step);
        for (int head : {1, 0})
            for (int span : {0, 1}) measured.push_back(static_cast<float>(predicted_mass(chain, s, solution, head, span, step / 100)));
    }
    const auto c = compare(chain, s, solution, reached, steps, measured, 2);
    CHECK(c.steps_per_time == doctest::Approx(100).epsilon(0.01));
    CHECK(c.worst_factor < 1.01);
    CHECK(c.head == std::vector<int>{1, 0});
    CHECK(std::isnan(predicted_mass(chain, s, solution, 0, 0, 1e9)));
}
