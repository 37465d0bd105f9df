// Figure 10 of the paper for `ladder reproduce`: the differential equations need no training, so their verdict and
// plots come from the solution.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/verdict.h"

namespace ladder::cli {

// Holds when the patterns are acquired in the order of their strengths, all heads first attend to the strongest
// one, and at the end each pattern is attended to most by a head of its own.
Verdict flow_verdict(std::uint64_t seed);
// Attention, values and loss contributions against logarithmic time, as <svg> elements.
std::vector<std::string> flow_plots(std::uint64_t seed);

}  // namespace ladder::cli
