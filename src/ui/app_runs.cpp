// Runs begun, branched, gone on from, and the moment of them that is on screen.
#include <algorithm>
#include <utility>

#include "base/error.h"
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
    for (const SettingProblem& problem : reconcile(next)) report(problem.message);
    settings = std::move(next);
    chain = std::make_unique<Chain>(settings);
    // A host page may hold a dozen of these, so each keeps less of its past in full.
    HistoryLimits limits;
    if (presentation.embedded) limits.attention_bytes = std::size_t{8} << 20, limits.checkpoint_bytes = std::size_t{4} << 20;
    history = std::make_unique<History>(*chain, limits);
    number = ++numbered;
    events.load(preset, settings, *chain);
    other.reset();
    partings.clear();
    showing_other = before_trains = false;
    close_motion();
    curves.playback.stop();
    if (editor.branch_step >= 0) editor.open = false;
    shown_step = -1;
    attention.displayed.clear();
    attention.what_if = {};
    attention.block = 0;
    ladder.height = -1;
    chain_panel.dragged = -1;
    status = {};
    members.forget();
    members.follow(settings, settings.learned);
    runner->start(settings, running && presentation.autoplay);
    if (awaited_step >= 0) runner->set_speed(0);
}

void App::Impl::present(Presentation next) {
    presentation = std::move(next);
    arrangement = {{}, presentation.chosen, presentation.embedded};
    for (const std::string& name : presentation.panels) arrangement.panels.push_back(static_cast<Panel>(static_cast<int>(Panel::chain) + (std::find(panel_names().begin(), panel_names().end(), name) - panel_names().begin())));
    hidden = presentation.hidden;
    // What would lead a reader away from the text around.
    if (presentation.embedded)
        for (Control c : {Control::workspace, Control::preset, Control::new_seed, Control::share, Control::theme}) hidden.add(c);
    awaited_step = presentation.step;
    toolbar.text_size = presentation.text_size;
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
    Settings next = at_pace_of(settings, p->settings);
    next.seed = settings.seed;
    start(next);
}

// The settings of a branch stand for the moment that it would begin with, which the run may have left, or its state may be gone.
void App::Impl::follow_editor() {
    if (!editor.open || editor.branch_step < 0) return;
    const History& run = shown_history();
    const std::size_t from = run.empty() ? 0 : run.with_checkpoint(run.at_step(editor.branch_step));
    if (from < run.size()) editor.branch_step = run[from].step;
    else editor.open = false;
}

// The run that is on screen goes on from the last moment at or before this one whose state was kept; with other
// settings as a branch, beside which the run so far stays for comparison.
void App::Impl::go_on_from(std::size_t moment, const Settings* branch, bool running) {
    const std::size_t at = shown_history().with_checkpoint(moment);
    if (at >= shown_history().size()) {
        report("The state of the model at this step was not kept, so the run cannot go on from there. Choose a later step, or Reset to start again from step 0.");
        return;
    }
    std::shared_ptr<const RunCheckpoint> from = shown_history().checkpoint(at);
    if (branch) {
        Settings next = *branch;
        for (const SettingProblem& problem : reconcile(next)) report(problem.message);
        if (const std::string problem = branch_problem(shown_settings(), next); !problem.empty()) {
            report(problem);
            return;
        }
        if (!showing_other) other = OtherRun{std::make_unique<History>(*history), settings, partings, number};
        partings = partings_at(other->partings, from->step());
        partings.push_back({from->step(), branch_difference(other->settings, next)});
        from = branch_checkpoint(std::move(from), other->settings, next);
        history = std::make_unique<History>(*other->history);
        settings = std::move(next);
        branch_step = from->step();
        before_trains = false;
        curves.hides_other = false;  // both runs are drawn over one another, as was said
    } else if (showing_other) {
        std::swap(history, other->history);
        std::swap(settings, other->settings);
        std::swap(partings, other->partings);
        std::swap(number, other->number);
        before_trains = !before_trains;
    }
    // A branch that goes on from a moment that both runs have in common parts there.
    if (other && !before_trains) branch_step = std::min(branch_step, from->step());
    partings = partings_at(std::move(partings), from->step());
    showing_other = false;
    close_motion();
    history->rewind(at);
    number = ++numbered;
    events.rewind(history->readout().stages().size());
    figures_panel.running.reset();
    curves.playback.stop();
    shown_step = awaited_step = -1;
    status = {};
    members.forget();
    members.follow(settings, settings.learned);
    runner->resume(settings, std::move(from), running);
}

// Which moment is on screen, and going on from it.
void App::Impl::travel(const Actions& a) {
    if (shown_history().empty()) return;
    const History& shown = shown_history();
    if (a.show) shown_step = shown[std::min(*a.show, shown.size() - 1)].step;
    if (a.follow) shown_step = -1;
    const std::int64_t now = shown_step < 0 ? shown.newest().step : shown_step;
    if (a.show || a.follow) curves.playback.stop();
    if (a.playback_speed) curves.playback.next_speed();
    if (a.playback_rate) curves.playback.set_speed(*a.playback_rate);
    if (a.playback) {
        if (*a.playback == 0) curves.playback.stop();
        else curves.playback.play(*a.playback, now, shown[0].step, shown.newest().step);
        shown_step = now;
    }
    if (a.show_before && other) showing_other = *a.show_before != before_trains;
    if (a.edit_branch) {
        editor.open = true;
        editor.draft = editor.base = shown_settings();
        editor.branch_step = shown[shown.with_checkpoint(shown.at_step(now))].step;
        editor.problem.clear();
    }
    if (a.resume) go_on_from(shown.at_step(now), nullptr);
    if (a.stop_here) {
        const std::size_t at = shown.at_step(now);
        report("Stopped early, as asked. " + early_stop_sentence(*chain, shown[at], shown.newest()));
        go_on_from(at, nullptr, false);
    }
    if (a.branch) go_on_from(shown.at_step(a.branch_at.value_or(editor.branch_step)), &*a.branch);
    if ((a.leave_branch || a.keep_branch) && other) drop_other(a.leave_branch);
}

// Of a branch and the run before it, one alone stays; if it is not the one in training it comes to its end, at rest.
void App::Impl::drop_other(bool keep_before) {
    if (keep_before != before_trains) {
        showing_other = true;
        go_on_from(other->history->size() - 1, nullptr, false);
        if (keep_before != before_trains) return;  // its state was not kept, which was said
    }
    other.reset();
    showing_other = before_trains = false;
}

void App::Impl::close_motion() {
    if (motion.open()) shown_step = -1;
    motion.close();
    motion_asked = false;
}

// On screen is the newest moment of the run in training, and nothing moves away from it by itself.
void App::Impl::go_live() {
    shown_step = -1;
    showing_other = false;
    curves.playback.stop();
}

// The run goes on, is on screen, and what stands over it of the step before is put away.
void App::Impl::play() {
    close_motion();
    go_live();
    runner->play();
}

// Slow motion begins when the run has come to rest; until its last part the moment before the step stays on screen.
void App::Impl::follow_motion(const FrameInput& input) {
    if (motion_asked && status.state == RunnerStatus::State::paused && !history->empty()) {
        motion_asked = false;
        motion.begin(history->newest().step, input.seconds);
        motion_parameters = make_model(settings)->table().size();
        runner->step();
    }
    if (!motion.open() || history->empty()) return;
    motion.follow(history->newest().step, input.seconds, !input.reduced_motion);
    shown_step = motion.shows_result() ? -1 : motion.before();
}

std::string App::Impl::motion_sentence() const {
    return slow_motion_sentence(motion.part(), settings, *chain, motion_parameters, motion.stepped() ? &history->newest() : nullptr);
}

// The moment that the address asks for: reached at full speed where the run goes, then shown at rest.
void App::Impl::await_step() {
    if (awaited_step < 0 || history->empty()) return;
    if (history->newest().step < awaited_step && !status.ended()) return;
    runner->set_speed(speed());
    runner->pause();
    shown_step = std::exchange(awaited_step, -1);
}

}  // namespace ladder
