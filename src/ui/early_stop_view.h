// Early stopping on screen: when it would have paid, and the model of the lowest validation loss beside the one shown.
#pragma once

#include "ui/heatmap.h"
#include "ui/panels.h"

namespace ladder {

bool overfits(const RunView&);
// Attention, class, losses and heads of the best moment and of the one shown (of the newest where that is the best), side
// by side, or in a slim place one under the other; and the ways to look at the best one or to go back to it.
void draw_beside_best(const RunView&, const Theme&, Rect, HeatmapRenderer&, int block, Actions&);

}  // namespace ladder
