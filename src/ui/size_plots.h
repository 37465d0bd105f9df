// The dataset-size experiment as the paper draws it: excess loss and class at the best checkpoint against the number of
// training sequences, a point for each seed, their means joined; beside them what training to the end comes to.
#pragma once

#include <array>
#include <vector>

#include "experiment/data_size.h"
#include "ui/plot.h"

namespace ladder {

// Without steps where nothing has been run.
struct SizePlots {
    std::array<const char*, 2> titles;
    std::array<Plot, 2> plots;
};

// h: the top rung.
SizePlots make_size_plots(const Theme&, const std::vector<SizePoint>&, int h);
void draw_sizes(const Theme&, Rect, const std::vector<SizePoint>&, int h);

}  // namespace ladder
