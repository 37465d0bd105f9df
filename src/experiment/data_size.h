// The dataset-size experiment: what early stopping keeps of runs that differ in their number of training sequences, N.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiment/record.h"

namespace ladder {

// One N, with an element for each seed that has been run so far.
struct SizePoint {
    std::string label;
    bool online = false;                          // fresh data at every step: N is what was drawn until the best checkpoint
    std::vector<std::uint64_t> seeds;
    std::vector<double> sequences;                // N
    std::vector<double> best_excess, last_excess; // excess loss, nats: at the lowest validation loss, at the end
    std::vector<int> best_class, last_class;      // k of the nearest F_k there
};

// runs: the cases of one seed, then those of the next, as many as are there; a run without moments adds nothing.
std::vector<SizePoint> size_points(std::span<const RunRecord> runs, std::size_t cases);

double mean(std::span<const double>);
double mean(std::span<const int>);

}  // namespace ladder
