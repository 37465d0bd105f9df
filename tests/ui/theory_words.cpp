// The sentences of the equations say what the solution and the comparison show, and no more.
#include "ui/theory_words.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("the figure's system is told as competition, then cooperation, stage by stage") {
    const FlowSettings s;
    const FlowSolution solution = solve_flow(s, logarithmic_times(0.1, 1e4, 100));
    const auto lines = stage_sentences(s, solution);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "1. Pattern 1, strength 2.89, at time 4.55");
    CHECK(flow_sentence(s, solution) == "At the first stage all heads attend most to pattern 1: they compete. At the end each pattern is attended to most by a head of its own: they cooperate.");
    FlowMoment m = solution.moments.back();
    m.attention.assign(static_cast<std::size_t>(s.heads * s.positions), 0);
    const auto attends = [&](int pattern, double mass) { m.attention[static_cast<std::size_t>(pattern_position(s, pattern))] = mass; };
    attends(0, 0.52), attends(1, 0.05), attends(2, 0.4);
    CHECK(head_at(s, m, 0) == "pattern 1, 0.52; 3, 0.40");
    attends(2, 0.09);
    CHECK(head_at(s, m, 0) == "pattern 1, 0.52");
}

TEST_CASE("before more than one pattern is learned nothing is said to cooperate") {
    for (const std::uint64_t seed : {7, 13}) {
        FlowSettings s;
        s.seed = seed, s.end = 8;
        const FlowSolution solution = solve_flow(s, logarithmic_times(0.1, s.end, 100));
        REQUIRE(solution.stages.size() == 1);
        CHECK(flow_sentence(s, solution).ends_with("they compete. At the end only pattern 1 is learned."));
    }
}

TEST_CASE("a head serves a pattern that it attends to clearly more than evenly, and each counts once") {
    FlowSettings s;
    FlowSolution solution;
    FlowMoment& m = solution.moments.emplace_back();
    m.attention.assign(static_cast<std::size_t>(s.heads * s.positions), 1.0 / s.positions);
    const auto attends = [&](int head, int pattern, double mass) { m.attention[static_cast<std::size_t>(head * s.positions + pattern_position(s, pattern))] = mass; };
    solution.stages = {{0, 1}, {1, 2}, {2, 3}};
    attends(0, 0, 0.0251), attends(1, 1, 0.0251), attends(2, 2, 0.0251);
    CHECK(serving_heads(s, solution) == 0);
    CHECK(favourite_pattern(s, m, 0) == -1);
    attends(0, 0, 0.6), attends(0, 1, 0.3);
    CHECK(serving_heads(s, solution) == 1);
    attends(1, 1, 0.5);
    CHECK(serving_heads(s, solution) == 2);
    CHECK(favourite_pattern(s, m, 1) == 1);
    solution.stages.pop_back();
    attends(2, 2, 0.9);
    CHECK(serving_heads(s, solution) == 2);  // pattern 3 is attended to, not acquired
}

TEST_CASE("what is not learned is named") {
    FlowSettings s;
    s.strengths = {3, 0.1, 0.05}, s.decay = 0.5, s.end = 100;
    const FlowSolution solution = solve_flow(s, logarithmic_times(0.1, 100, 30));
    const auto lines = stage_sentences(s, solution);
    REQUIRE(lines.size() == 2);
    CHECK(lines[1] == "Patterns 2, 3 are not learned by time 100.");
}

TEST_CASE("a comparison says whether order and times fit, and names its one fitted number") {
    FlowComparison c;
    CHECK(scale_sentence(c) == "No stage is known on both sides yet, so there is no time scale to fit.");
    c.fitted = 3, c.steps_per_time = 12.44, c.worst_factor = 1.2;
    c.stages = {{1, 100 / c.steps_per_time, 120}, {2, 200 / c.steps_per_time, 210}, {3, 0, -1}};
    CHECK(scale_sentence(c).starts_with("One unit of the equations\u2019 time is 12.4 steps: the one number that is fitted"));
    CHECK(comparison_sentence(c, true) == "The stages come in the predicted order, and at the predicted times within a factor of 1.2.");
    // 40 / 8.53; beside it stand step 9 and step 40.
    c.stages[0] = {1, 8.53 / c.steps_per_time, 40}, c.worst_factor = 4.69;
    CHECK(comparison_sentence(c, true).find("but not at the predicted times: one is off by a factor of 4.44,") != std::string::npos);
    CHECK(comparison_sentence(c, true).find("AdamW") != std::string::npos);
    CHECK(comparison_sentence(c, false).find("AdamW") == std::string::npos);
    c.same_order = false;
    CHECK(comparison_sentence(c, true) == "The run\u2019s stages come in another order than the equations predict.");
}
