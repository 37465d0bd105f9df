// A plot of the screen as a picture file: the same axes, stages, markers and curves, with a legend, for slides and papers.
#pragma once

#include <string>
#include <vector>

#include "ui/plot.h"
#include "ui/svg_picture.h"
#include "ui/theme.h"

namespace ladder {

struct TitledPlot {
    std::string title;
    Plot plot;
    std::string note = {};   // under the title
    bool legend = true;      // of its own
};

// Colours are the plot's own.
Drawing plot_drawing(const Theme&, const TitledPlot&, int width, int height);
// Lines and their names side by side, for plots that share them.
Drawing legend_drawing(const Theme&, const Plot&, int width);
// One under the other in one <svg>; each width x height in CSS pixels, on the theme's ground.
std::string plots_svg(const Theme&, const std::vector<TitledPlot>&, int width = 760, int height = 340);

}  // namespace ladder
