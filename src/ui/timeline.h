// The timeline under the curves: stages and phases as bands, the moment that is shown, and the transport that
// plays the run forwards and backwards.
#pragma once

#include "ui/panels.h"
#include "ui/plot.h"

namespace ladder {

// The playhead stands under its moment on the plot's axis of steps. Dragging shows other moments.
void draw_timeline(const RunView&, const Theme&, Rect, const PlotResult&, CurvesPanelState&, Actions&);
// Backwards, forwards, speed; side by side from `left`. Returns where it ends.
float draw_transport(const RunView&, const Theme&, ImVec2 left_middle, const CurvesPanelState&, Actions&);

}  // namespace ladder
