// The dataset-size experiment as the paper draws it: excess loss and class at the best checkpoint against the number of
// training sequences, a point for each seed, their means joined; beside them what training to the end comes to.
#pragma once

#include <vector>

#include "experiment/data_size.h"
#include "ui/plot.h"

namespace ladder {

// h: the top rung.
void draw_sizes(const Theme&, Rect, const std::vector<SizePoint>&, int h);

}  // namespace ladder
