// What the workspace of the differential equations keeps: their settings, the solution on screen and the one being made,
// the moment looked at, and how the equations stand beside the run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/flow_comparison.h"
#include "theory/flow.h"
#include "ui/run_view.h"

namespace ladder {

// The newest solution, and the next one while it is being made. Solving is spread over frames, so that none is held up.
struct FlowView {
    FlowSettings settings;                 // of the solution on screen
    FlowSolution solution;                 // without moments: none yet
    double milliseconds = 0;               // that it took, over all frames
    std::string problem;                   // why what is wanted cannot be solved, a sentence; the solution on screen stays
    std::unique_ptr<FlowSolver> next;      // null: nothing is being solved
    double next_milliseconds = 0;

    // Begins anew where `wanted` is not what is shown or being solved, then solves for a few milliseconds. True: a new solution is shown.
    bool follow(const FlowSettings& wanted);
    bool ready() const { return !solution.moments.empty(); }
};

struct TheoryPanelState {
    enum class View { equations, run } view = View::equations;
    FlowSettings settings;                 // what the sliders say
    FlowView equations, run;
    double time = 0;                       // the moment looked at; 0: the end
    bool playing = false;
    float column_height = 0;               // that the sliders and the words below them took when they were last drawn, in pixels
    FlowComparison comparison;
    int compared_run = -1;                 // the run, as RunView::run, and its newest step that the comparison belongs to
    std::int64_t compared_step = -1;
    std::vector<double> steps;             // of the compared moments
    std::vector<float> measured, predicted;  // (moments, heads, h): span masses of the run, and of the equations' heads matched to it
};

// Solves a little further what the panel is to show; once a frame while it is open.
void follow_theory(const RunView&, TheoryPanelState&);
// Why nothing of the equations can stand beside this run; empty: it can.
std::string_view no_comparison(const RunView&);
// Whether what was compared last is the run on screen: its spans and heads are those that it is drawn with.
bool is_compared(const RunView&, const TheoryPanelState&);

}  // namespace ladder
