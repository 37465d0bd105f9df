// Finished runs as plots: the curves of one record with its stages, and several side by side as small multiples.
#pragma once

#include <string>
#include <vector>

#include "experiment/record.h"
#include "ui/plot.h"

namespace ladder {

ImU32 class_colour(const Theme&, int k);
// Excess loss and KL divergences against the step, the stretches on each rung behind them.
Plot run_plot(const Theme&, const RunRecord&);
// What the lines of such plots are, for a legend; classes: the rungs above 0.
std::vector<LegendEntry> run_legend(const Theme&, int classes, const char* more);
// "step 600: F\u2083, excess 0.012"; for finite data the best moment too; the failure where there is one.
std::string run_summary(const RunRecord&);
// Runs side by side, at most two in a row, with one legend under them.
void draw_runs(const Theme&, Rect, const std::vector<RunRecord>&);

}  // namespace ladder
