// Runs begun, branched, gone on from, and the moment of them that is on screen: what else the interface keeps of a run follows.
#include <algorithm>
#include <utility>

#include "run/presets.h"
#include "ui/app_impl.h"
#include "ui/words.h"

namespace ladder {

// Whatever a person starts ends the runs of a figure.
void App::Impl::start(Settings next, bool running) {
    figures_panel.running.reset();
    figures_panel.seed = next.seed;
    begin_run(std::move(next), running);
}

void App::Impl::begin_run(Settings next, bool running) {
    for (const SettingProblem& problem : reconcile(next)) report(problem.message());
    close_motion();
    curves.playback.stop();
    if (editor.branch_step >= 0) editor.open = false;
    attention.displayed.clear();
    attention.what_if = {};
    attention.block = 0;
    ladder.height = -1;
    chain_panel.dragged = -1;
    runs.begin(preset, std::move(next), running && presentation.autoplay);
}

// Once a frame: what came back of all that trains.
void App::Impl::follow_runs() {
    for (const auto& snapshot : runs.collect())
        if (figures_panel.running) figures_panel.running->observe(*snapshot);
    if (figures_panel.sweep.run) figures_panel.sweep.run->poll();
    for (const std::string& notice : runs.take_notices()) report(notice);
    follow_figure();
    if (runs.arrives()) set_pace();
}

// After the desk was asked to go on from a moment: nothing of what was there stands over it. False: it does not, which is said.
bool App::Impl::went_on(const std::string& problem) {
    if (!problem.empty()) report(problem);
    else close_motion(), figures_panel.running.reset(), curves.playback.stop();
    return problem.empty();
}

void App::Impl::branch(std::size_t moment, Settings next) {
    for (const SettingProblem& problem : reconcile(next)) report(problem.message());
    if (went_on(runs.go_on_from(moment, &next, true))) curves.hides_other = false;  // both runs are drawn over one another, as was said
}

// Which moment is on screen, and going on from it.
void App::Impl::travel(const Actions& a) {
    if (runs.shown().history->empty()) return;
    const History& shown = *runs.shown().history;
    if (a.show) runs.show(shown[std::min(*a.show, shown.size() - 1)].step);
    if (a.follow) runs.show(-1);
    const std::int64_t now = runs.shown_step();
    if (a.show || a.follow) curves.playback.stop();
    if (a.playback_speed) curves.playback.next_speed();
    if (a.playback_rate) curves.playback.set_speed(*a.playback_rate);
    if (a.playback) {
        if (*a.playback == 0) curves.playback.stop();
        else curves.playback.play(*a.playback, now, shown[0].step, shown.newest().step);
        runs.show(now);
    }
    if (a.show_before) runs.show_before(*a.show_before);
    if (a.edit_branch) {
        editor.open = true;
        editor.draft = editor.base = runs.shown().settings;
        editor.branch_step = shown[shown.with_checkpoint(shown.at_step(now))].step;
        editor.problem.clear();
    }
    if (a.resume) went_on(runs.go_on_from(shown.at_step(now), nullptr, true));
    if (a.stop_here) {
        const std::size_t at = shown.at_step(now);
        report("Stopped early, as asked. " + early_stop_sentence(runs.chain(), shown[at], shown.newest()));
        went_on(runs.go_on_from(at, nullptr, false));
    }
    if (a.branch) branch(shown.at_step(a.branch_at.value_or(editor.branch_step)), *a.branch);
    if ((a.leave_branch || a.keep_branch) && runs.other()) {
        const int number = runs.training().number;
        const std::string problem = runs.drop_other(a.leave_branch);
        if (!problem.empty() || runs.training().number != number) went_on(problem);
    }
}

// Settings in the place of those on screen: at once where the run can go on with them, else as a new run.
void App::Impl::apply(const Settings& next) {
    const Settings& shown = runs.shown().settings;
    if (needs_restart(shown, next)) return start(next);
    // A figure's run that stops elsewhere is the figure's no more: nothing would come of waiting for its last step.
    if (next.steps != shown.steps && figures_panel.running) end_figure();
    if (next.speed != shown.speed) figures_panel.full_speed = false;
    runs.change(next);
    set_pace();
}

const Settings& App::Impl::preset_settings() const {
    const Preset* p = find_preset(preset);
    return (p ? *p : presets().front()).settings;
}

void App::Impl::choose_preset(const std::string& name) {
    const Preset* p = find_preset(name);
    if (!p) return;
    preset = name;
    // What belongs to the viewer rather than the experiment stays as it is.
    Settings next = at_pace_of(runs.training().settings, p->settings);
    next.seed = runs.training().settings.seed;
    start(next);
}

// The settings of a branch stand for the moment that it would begin with, which the run may have left, or its state may be gone.
void App::Impl::follow_editor() {
    if (!editor.open || editor.branch_step < 0) return;
    const History& run = *runs.shown().history;
    const std::size_t from = run.empty() ? 0 : run.with_checkpoint(run.at_step(editor.branch_step));
    if (from < run.size()) editor.branch_step = run[from].step;
    else editor.open = false;
}

// On screen is the newest moment of the run in training, and nothing moves away from it by itself.
void App::Impl::go_live() {
    runs.go_live();
    curves.playback.stop();
}

// The run goes on, is on screen, and what stands over it of the step before is put away.
void App::Impl::play() {
    close_motion();
    go_live();
    runs.play();
}

// Slow motion begins when the run has come to rest; until its last part the moment before the step stays on screen.
void App::Impl::follow_motion(const FrameInput& input) {
    const KeptRun& run = runs.training();
    if (run.history->empty()) return;
    if (motion.asked() && runs.status().state == RunnerStatus::State::paused) {
        motion.begin(run.history->newest().step, input.seconds, make_model(run.settings)->table().size());
        runs.step();
    }
    if (!motion.open()) return;
    motion.follow(run.history->newest().step, input.seconds, !input.reduced_motion);
    runs.show(motion.shows_result() ? -1 : motion.before());
}

void App::Impl::close_motion() {
    if (motion.open()) runs.show(-1);
    motion.close();
}

std::string App::Impl::motion_sentence() const {
    const KeptRun& run = runs.training();
    return slow_motion_sentence(motion.part(), run.settings, runs.chain(), motion.parameters(), motion.stepped() ? &run.history->newest() : nullptr);
}

RunView App::Impl::view_on_screen() const {
    RunView view = runs.view();
    view.block = attention.block;
    view.linkable = !address.empty();
    view.speed = speed();
    view.hidden = hidden;
    view.embedded = presentation.embedded;
    view.has_page = toolbar.has_form;
    for (const auto& [name, r] : seen_panels) view.seen_panels.push_back(name);
    return view;
}

}  // namespace ladder
