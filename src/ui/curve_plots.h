// The curves of the run on screen as a plot: distances to the classes, losses, or what the heads read.
#pragma once

#include "ui/plot.h"
#include "ui/run_view.h"

namespace ladder {

// With the axes and without the curves that the panel's state asks for.
Plot curve_plot(const RunView&, const Theme&, const CurvesPanelState&, CurvesPanelState::View);

}  // namespace ladder
