// Solving in slices, and what was solved set beside the run on screen.
#include "ui/theory_state.h"

#include <chrono>

#include "base/error.h"

namespace ladder {

bool FlowView::follow(const FlowSettings& wanted) {
    problem.clear();
    if (next ? next->settings() != wanted : !ready() || settings != wanted) {
        next.reset();
        next_milliseconds = 0;
        try {
            next = std::make_unique<FlowSolver>(wanted, logarithmic_times(0.01, wanted.end, 300));
        } catch (const Error& e) {
            problem = e.what();
        }
    }
    if (!next) return false;
    // A third of a frame at most; a step of the integrator takes some tens of microseconds.
    constexpr double slice = 5;
    const auto start = std::chrono::steady_clock::now();
    double spent = 0;
    bool more = true;
    while (more && spent < slice) {
        more = next->advance(4);
        spent = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    next_milliseconds += spent;
    if (more) return false;
    settings = next->settings();
    solution = next->solution();
    milliseconds = next_milliseconds;
    next.reset();
    return true;
}

namespace {

// Nothing of a comparison may be read beside another run, which can have fewer or more spans and heads.
void forget_comparison(TheoryPanelState& state) {
    state.run = {};
    state.comparison = {};
    state.compared_run = -1, state.compared_step = -1;
    state.steps.clear(), state.measured.clear(), state.predicted.clear();
}

}  // namespace

std::string_view no_comparison(const RunView& view) {
    if (view.chain.ngrams()) return no_flow_of_text;
    if (view.ready() && view.history[0].step > 0) return "The run on screen goes on with a model that was trained before, and the equations begin with an untrained one. Reset begins the run anew.";
    return "";
}

bool is_compared(const RunView& view, const TheoryPanelState& state) { return view.ready() && state.compared_run == view.run; }

void follow_theory(const RunView& view, TheoryPanelState& state) {
    if (state.view == TheoryPanelState::View::equations) {
        state.equations.follow(state.settings);
        return;
    }
    if (!view.ready() || !no_comparison(view).empty()) {
        forget_comparison(state);
        return;
    }
    const Snapshot& first = view.history[0];
    const FlowSettings wanted = flow_of_run(view.chain, first.evaluation, state.settings);
    if (state.run.ready() && (state.run.settings.heads != wanted.heads || state.run.settings.strengths.size() != wanted.strengths.size())) forget_comparison(state);
    const bool solved = state.run.follow(wanted);
    const std::int64_t newest = view.history.newest().step;
    if (!state.run.ready() || (!solved && state.compared_run == view.run && state.compared_step == newest)) return;
    state.compared_run = view.run, state.compared_step = newest;
    state.steps.clear(), state.measured.clear(), state.predicted.clear();
    const std::size_t h = static_cast<std::size_t>(view.chain.span_count()), heads = static_cast<std::size_t>(first.evaluation.heads);
    // As many moments as a plot has use for.
    const std::size_t stride = view.history.size() / 200 + 1;
    for (std::size_t i = 0; i < view.history.size(); i += stride) {
        const auto& mass = view.history[i].evaluation.span_mass;
        if (mass.size() < heads * h) continue;
        state.steps.push_back(static_cast<double>(view.history[i].step));
        state.measured.insert(state.measured.end(), mass.begin(), mass.begin() + static_cast<std::ptrdiff_t>(heads * h));
    }
    state.comparison = compare(view.chain, state.run.settings, state.run.solution, view.history.readout().reached(), state.steps, state.measured, static_cast<int>(heads));
    if (state.comparison.fitted == 0) return;
    for (double step : state.steps)
        for (std::size_t a = 0; a < heads; ++a)
            for (std::size_t k = 0; k < h; ++k)
                state.predicted.push_back(static_cast<float>(predicted_mass(view.chain, state.run.settings, state.run.solution, state.comparison.head[a], static_cast<int>(k), step / state.comparison.steps_per_time)));
}

}  // namespace ladder
