// Figure 10 of the paper: the differential equations, which need no training, solved with the figure's settings and
// judged like the runs are.
#pragma once

#include <cstdint>

#include "experiment/verdict.h"
#include "theory/flow.h"

namespace ladder {

struct FlowFigure {
    FlowSettings settings;
    FlowSolution solution;  // up to time 1e5, logarithmically spaced
};

FlowFigure solve_flow_figure(std::uint64_t seed);
// Attention of a head on a pattern's position.
double attention(const FlowFigure&, const FlowMoment&, int head, int pattern);
// Holds when the patterns are acquired in the order of their strengths, all heads first attend to the strongest
// one, and at the end each pattern is attended to most by a head of its own.
Verdict judge_flow(const FlowFigure&);

}  // namespace ladder
