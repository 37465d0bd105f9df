// The paper's figures and sweeps: which of their runs comes next, and what became of those before.
#include <utility>

#include "base/error.h"
#include "run/presets.h"
#include "ui/app_impl.h"

namespace ladder {

// The first run of a figure; the others follow by themselves. seeds: of a figure that takes several. False: no run was begun.
bool App::Impl::run_figure(const std::string& id, int seeds) {
    const Figure* figure = find_figure(id);
    if (!figure) return false;
    if (figure->plot == FigurePlot::flow) {
        figures_panel.flow = std::make_unique<FlowFigure>(solve_flow_figure(figures_panel.seed));
        figures_panel.outcomes[id] = {{}, judge_flow(*figures_panel.flow), figures_panel.seed};
        lessons.judged = id;
        return false;  // the equations are solved; whatever run there is stays as it is
    }
    figures_panel.running = std::make_unique<FigureRun>(*figure, figures_panel.seed, figure->plot == FigurePlot::best_excess ? seeds : 1);
    figures_panel.running_id = id;
    figures_panel.full_speed = true;
    next_figure_run();
    return true;
}

void App::Impl::next_figure_run() {
    const FigureRun& run = *figures_panel.running;
    preset = run.current().preset;
    begin_run(at_pace_of(runs.training().settings, run.settings()));  // the reader's speed, for the runs after these
    set_pace();
    if (run.index() > 0) runs.play();
}

void App::Impl::follow_figure() {
    FigureRun* run = figures_panel.running.get();
    if (!run) return;
    const RunnerStatus& status = runs.status();
    const bool failed = status.state == RunnerStatus::State::diverged || status.state == RunnerStatus::State::failed;
    if (!failed && !run->run_complete()) return;
    run->end_run(failed ? status.message : "");
    if (!run->done()) return next_figure_run();
    figures_panel.outcomes[figures_panel.running_id] = {run->runs(), run->verdict(), figures_panel.seed, static_cast<int>(run->count() / run->figure().runs.size())};
    lessons.judged = figures_panel.running_id;
    end_figure();
}

// Its run stays where it is, and goes on, if it does, as the reader's.
void App::Impl::end_figure() {
    figures_panel.running.reset();
    set_pace();
}

void App::Impl::sweep(const Actions& a) {
    SweepState& state = figures_panel.sweep;
    if (a.stop_sweep && state.run) state.run->stop();
    if (a.save_sweep && state.run) requests.push_back({HostRequest::Kind::save, "attention-ladder-sweep.csv", sweep_table(state.run->runs())});
    try {
        if (a.copy_sweep) requests.push_back({HostRequest::Kind::copy, "", sweep_command(state, preset, runs.shown().settings)});
        if (!a.run_sweep || !background.make_runner) return;
        end_figure();
        runs.pause();  // the cores are the sweep's
        state.run = std::make_unique<SweepRun>(plan(state, runs.shown().settings), background.make_runner, background.at_once);
    } catch (const Error& e) {
        state.problem = e.what();
    }
}

}  // namespace ladder
