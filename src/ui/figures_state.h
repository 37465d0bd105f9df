// What the workspace of the paper's figures keeps: which figure is looked at, and what its runs have shown so far.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "experiment/figure_run.h"
#include "experiment/flow_figure.h"
#include "ui/sweep_state.h"

namespace ladder {

inline constexpr const char* sweep_id = "sweep";  // stands among the figures' ids

struct FigureOutcome {
    std::vector<RunRecord> runs;
    Verdict verdict;
    std::uint64_t seed = 0;
    int seeds = 1;             // seed, seed + 1, ..
};

struct FiguresPanelState {
    std::string chosen;                             // id of the figure that is looked at; empty: the first
    std::unique_ptr<FigureRun> running;             // null: none
    std::string running_id;
    bool full_speed = true;                         // of the one that is running, until a person chooses another speed
    std::map<std::string, FigureOutcome> outcomes;  // by id, of figures that were run to their end
    std::unique_ptr<FlowFigure> flow;               // figure 10, once it was asked for
    std::uint64_t seed = 0;                         // that figures are run with: the one a person chose last
    int seeds = 3;                                  // how many, of a figure that takes several
    bool each_run = false;                          // the runs side by side instead of the figure's own plot
    SweepState sweep;                               // looked at when `chosen` is sweep_id
};

}  // namespace ladder
