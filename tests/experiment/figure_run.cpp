// The order of a figure's runs, and figure 10's equations.
#include "experiment/figure_run.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "experiment/flow_figure.h"

using namespace ladder;

namespace {

Snapshot snapshot(std::int64_t step, int rung) {
    Snapshot s;
    s.step = step;
    s.evaluation.heads = 1;
    s.evaluation.predictions = 20;
    s.evaluation.positions = 25;
    s.evaluation.attention.assign(20 * 25, 0.04f);
    s.evaluation.span_mass = {0.1f, 0.1f, 0.1f};
    for (int k = 0; k <= 3; ++k) s.evaluation.kl.push_back(0.1 + std::abs(k - rung));
    s.evaluation.loss = 5 - rung;
    s.reading.rung = rung;
    return s;
}

}  // namespace

TEST_CASE("a figure's runs follow each other and are judged at the end") {
    const Figure* figure = find_figure("4-left");
    REQUIRE(figure);
    FigureRun run(*figure, 5);
    CHECK(run.settings().seed == 5);
    CHECK(run.progress(0) == 0);
    for (std::size_t i = 0; i < figure->runs.size(); ++i) {
        REQUIRE_FALSE(run.done());
        CHECK(run.index() == i);
        CHECK(run.runs().size() == i + 1);
        CHECK_FALSE(run.run_complete());
        const std::int64_t second = 100 + 10 * static_cast<std::int64_t>(i), last = run.settings().steps;
        for (std::int64_t step : {std::int64_t{0}, std::int64_t{50}, second, second, last}) run.observe(snapshot(step, step >= second ? 2 : step >= 50 ? 1 : 0));
        CHECK(run.runs().back().moments.size() == 4);  // the repeated one counts once
        CHECK(run.run_complete());
        CHECK(run.progress(last) == doctest::Approx(static_cast<double>(i + 1) / static_cast<double>(figure->runs.size())));
        run.end_run("");
    }
    CHECK(run.done());
    CHECK(run.verdict().holds);
    run.observe(snapshot(1, 0));  // late: nothing happens
    run.end_run("late");
    CHECK(run.verdict().holds);
}

TEST_CASE("with several seeds all runs are made once for each, and four fifths of the seeds decide") {
    const Figure* figure = find_figure("5");
    REQUIRE(figure);
    const std::size_t cases = figure->runs.size();
    // Classes at the best moment by N; with the seeds named the largest set does no better than the smallest.
    const auto judged = [&](std::vector<std::uint64_t> failing) {
        FigureRun run(*figure, 5, 5);
        CHECK(run.count() == 5 * cases);
        for (std::size_t i = 0; !run.done(); ++i) {
            CHECK(run.settings().seed == 5 + i / cases);
            CHECK(run.current().preset == figure->runs[i % cases].preset);
            const bool fails = std::find(failing.begin(), failing.end(), run.settings().seed) != failing.end();
            const int rung = fails ? 1 : std::min<int>(1 + static_cast<int>(i % cases), 3);
            run.observe(snapshot(0, 0));
            run.observe(snapshot(run.settings().steps, rung));
            run.end_run("");
        }
        CHECK(run.runs().size() == 5 * cases);
        return run.verdict();
    };
    CHECK(judged({}).holds);
    CHECK(judged({}).sentence == "It holds for 5 of 5 seeds.");
    CHECK(judged({7}).holds);
    CHECK(judged({7}).sentence.starts_with("It holds for 4 of 5 seeds, not for 7. Seed 7: Class at the lowest"));
    CHECK_FALSE(judged({7, 9}).holds);
    CHECK(judged({7, 9}).sentence.find("not for 7, 9.") != std::string::npos);
}

TEST_CASE("figure 10 holds for its own equations and not for heads that never part") {
    const FlowFigure figure = solve_flow_figure(7);
    CHECK(judge_flow(figure).holds);
    FlowFigure alike = figure;
    for (FlowMoment& m : alike.solution.moments)
        for (int head = 1; head < alike.settings.heads; ++head) std::copy_n(m.attention.begin(), alike.settings.positions, m.attention.begin() + head * alike.settings.positions);
    CHECK_FALSE(judge_flow(alike).holds);
}
