// What a person takes away of the run on screen as a file: its curves, its numbers, its settings, its model, a report.
#pragma once

#include <string>
#include <vector>

#include "ui/app.h"
#include "ui/plot_svg.h"
#include "ui/run_view.h"

namespace ladder {

// What the files are made of.
struct TakeawayGround {
    const RunView& view;
    const std::string& preset;
    std::string link;                 // to this run; empty: there are no links
    std::string branched;             // what link and command cannot hold of it; empty: nothing
    std::vector<TitledPlot> plots;    // of the run's curves, in the colours of print_theme()
    std::vector<Drawing> drawings;    // of what is on screen, likewise
};

// The light palette: what is taken away is printed and put on slides.
Theme print_theme();
// The three views of the run's curves.
std::vector<TitledPlot> shown_plots(const RunView&, const CurvesPanelState&);

// Error: there is nothing to save yet.
HostRequest take_away(Actions::Share, const TakeawayGround&);
// One file of HTML that needs nothing else: what the run showed, its curves, its settings and how to make it again.
std::string run_report(const TakeawayGround&);

}  // namespace ladder
