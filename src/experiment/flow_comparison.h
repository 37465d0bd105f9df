// The differential equations beside a run: the equations' settings that the run's chain and first attention give, and how
// their prediction stands against what was measured. One number is fitted: how many steps a unit of the equations' time is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ladder/evaluation.h"
#include "task/chain.h"
#include "theory/flow.h"

namespace ladder {

// What there is to say instead, where the run's data are a text.
inline constexpr const char* no_flow_of_text =
    "The equations know a chain by its spans and the strengths of their features; a text has no features, so nothing is predicted for it. "
    "Choose a preset with a chain to compare.";

// Strengths, targets, heads, positions and the heads' first attention from the run; how the values move, the metric, the decay
// and the end from `variant`. first: the evaluation of the untrained model. Of several blocks, the first.
// A pattern is a span, the most important first: its target lies on the span's lags as its weights do. There are as many positions as give
// even attention the share of a lag that causal attention gives it on average. Error: a text.
FlowSettings flow_of_run(const Chain&, const Evaluation& first, const FlowSettings& variant);

struct FlowComparison {
    struct Stage {
        int rank;               // of the span and of the class that its acquisition reaches, 1..h
        double predicted;       // time at which half of its loss is gone; 0: never
        std::int64_t measured;  // step at which the run's class was first F_rank; < 0: not yet
    };
    std::vector<Stage> stages;      // by rank
    double steps_per_time = 0;      // fitted: exp of the mean of log(measured / predicted), the least squares of the logarithms; 0: nothing to fit
    int fitted = 0;                 // stages that are known on both sides
    double worst_factor = 1;        // by which a predicted time is off, after the fit
    bool same_order = true;         // of the stages known on both sides
    std::vector<int> head;          // [run's head]: the equations' head drawn beside it
};

// reached: Readout::reached(). measured: (moments, heads, h) span masses of the run at `steps`, spans oldest first. The equations' heads carry no
// names: each of the run's is given the one whose masses come nearest, by least squares over the moments.
FlowComparison compare(const Chain&, const FlowSettings&, const FlowSolution&, const std::vector<std::int64_t>& reached, std::span<const double> steps, std::span<const float> measured, int heads);

// Mass that the equations' head has on a span (index, oldest first) at a time, between the solution's moments linearly in time.
double predicted_mass(const Chain&, const FlowSettings&, const FlowSolution&, int head, int span, double time);

}  // namespace ladder
