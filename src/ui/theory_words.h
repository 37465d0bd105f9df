// Sentences of the workspace of the differential equations: what they predict, and how that stands beside the run.
#pragma once

#include <string>
#include <vector>

#include "experiment/flow_comparison.h"
#include "theory/flow.h"

namespace ladder {

// One a stage, "1. Pattern 1, strength 2.89, at time 4.55", then one for all that are not learned.
std::vector<std::string> stage_sentences(const FlowSettings&, const FlowSolution&);
// Competition at the first stage and cooperation at the end, as far as the solution shows them.
std::string flow_sentence(const FlowSettings&, const FlowSolution&);
// Which pattern a head attends to most at a moment, and how much: "pattern 2, 0.98"; with the second where a tenth of its
// attention or more is there: "pattern 1, 0.52; 3, 0.48".
std::string head_at(const FlowSettings&, const FlowMoment&, int head);
// Whether order and times of the run's stages are as predicted. adaptive: the run's optimizer is AdamW.
std::string comparison_sentence(const FlowComparison&, bool adaptive);
// "One unit of the equations' time is 12.4 steps: the one number that is fitted, .."
std::string scale_sentence(const FlowComparison&);
// A number with three significant digits.
std::string three_digits(double);

}  // namespace ladder
