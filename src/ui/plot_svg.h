// A plot of the screen as a picture file: the same axes, stages, markers and curves, with a legend, for slides and papers.
#pragma once

#include <string>
#include <vector>

#include "ui/plot.h"
#include "ui/theme.h"

namespace ladder {

struct TitledPlot {
    std::string title;
    Plot plot;
    unsigned hidden = 0;  // a bit per curve that is left out
};

// One under the other in one <svg>; each width x height in CSS pixels. Colours are the plots' own, on the theme's ground.
std::string plots_svg(const Theme&, const std::vector<TitledPlot>&, int width = 760, int height = 340);

}  // namespace ladder
