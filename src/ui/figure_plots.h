// A figure's runs drawn as the paper draws them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiment/figures.h"
#include "experiment/flow_figure.h"
#include "experiment/record.h"
#include "ui/panels.h"
#include "ui/plot.h"

namespace ladder {

// runs: those of one seed after those of the other. each: the runs side by side instead, where the figure lays them over one another.
void draw_figure_runs(const Theme&, Rect, const Figure&, std::span<const RunRecord> runs, bool each);
// All runs' excess loss in one plot, the moments at which a rung is entered as discs without a name.
Plot overlaid_plot(const Theme&, const Figure&, std::span<const RunRecord>);
// Figure 10: attention, values and loss contributions against logarithmic time.
void draw_flow_figure(const Theme&, Rect, const FlowFigure&);

}  // namespace ladder
