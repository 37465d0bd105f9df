// The three plots of figure 10: attention of each head on each pattern, its values, and what each pattern still adds to
// the loss, against logarithmic time. One colour per head, one tint per pattern; used wherever a solution is drawn.
#pragma once

#include <array>
#include <vector>

#include "theory/flow.h"
#include "ui/plot.h"
#include "ui/run_view.h"
#include "ui/theory_state.h"

namespace ladder {

struct FlowPlots {
    std::array<Plot, 3> plots;
    std::array<const char*, 3> titles;
    std::array<const char*, 3> notes;  // what is drawn, with its symbols
};

// A plot for each head of a run: its measured attention on each span, and that of the equations' head beside it. Empty
// before the run has been measured twice.
std::vector<Plot> beside_run_plots(const RunView&, const Theme&, const TheoryPanelState&);

FlowPlots make_flow_plots(const Theme&, const FlowSettings&, const FlowSolution&);

// A pattern's line: which of a head's curves is which. Solid, dashed, dotted, then paler of these.
ImU32 flow_colour(const Theme&, int head, int pattern);
Stroke flow_stroke(int pattern);

}  // namespace ladder
