#include "ui/run_desk.h"

#include <algorithm>
#include <utility>

namespace ladder {

RunDesk::RunDesk(std::unique_ptr<Runner> runner, MemberService* members, const HistoryLimits& limits) : runner_(std::move(runner)), members_(members), limits_(limits) {}

RunView RunDesk::view() const {
    const KeptRun& run = shown();
    RunView view{run.settings, *chain_, *run.history, status_, run.number};
    if (view.ready()) view.shown = follows() ? view.history.size() - 1 : view.history.at_step(shown_step_);
    view.trains = !shows_other_;
    view.live = follows() && view.trains;
    view.members = members_.state();
    if (!other_) return view;
    view.other = (shows_other_ ? training_ : *other_).history.get();
    view.branch_step = branch_step_;
    view.branch_difference = before_trains_ ? branch_difference(training_.settings, other_->settings) : branch_difference(other_->settings, training_.settings);
    view.showing_before = shows_other_ != before_trains_;
    return view;
}

std::vector<std::shared_ptr<const Snapshot>> RunDesk::collect() {
    const auto checkpoints = runner_->take_checkpoints();
    auto snapshots = runner_->take_snapshots();
    History& history = *training_.history;
    for (const auto& snapshot : snapshots) {
        history.add(snapshot);
        events_.snapshot(*chain_, *snapshot, history.readout().stages());
    }
    for (const auto& checkpoint : checkpoints) history.attach(checkpoint);
    members_.poll(history);
    status_ = runner_->status();
    events_.status(status_, history.readout().reached());
    return snapshots;
}

void RunDesk::begin(const std::string& preset, Settings settings, bool running) {
    chain_ = std::make_unique<Chain>(settings);
    auto history = std::make_unique<History>(*chain_, limits_);
    training_ = {std::move(settings), std::move(history), {}, ++numbered_};
    other_.reset();
    go_live();
    before_trains_ = false;
    status_ = {};
    events_.load(preset, training_.settings, *chain_);
    follow_members();
    runner_->start(training_.settings, running);
    if (awaited_ >= 0) runner_->set_speed(0);
}

void RunDesk::begin_from(std::shared_ptr<const RunCheckpoint> checkpoint) { runner_->resume(training_.settings, std::move(checkpoint), false); }

std::string RunDesk::go_on_from(std::size_t moment, const Settings* branch, bool running) {
    const std::size_t at = shown().history->with_checkpoint(moment);
    if (at >= shown().history->size()) return "The state of the model at this step was not kept, so the run cannot go on from there. Choose a later step, or Reset to start again from step 0.";
    std::shared_ptr<const RunCheckpoint> from = shown().history->checkpoint(at);
    if (branch) {
        if (std::string problem = branch_problem(shown().settings, *branch); !problem.empty()) return problem;
        if (!shows_other_) other_ = std::move(training_);
        training_ = {*branch, std::make_unique<History>(*other_->history), partings_at(other_->partings, from->step()), 0};
        training_.partings.push_back({from->step(), branch_difference(other_->settings, *branch)});
        from = branch_checkpoint(std::move(from), other_->settings, *branch);
        branch_step_ = from->step();
        before_trains_ = false;
    } else if (shows_other_) {
        std::swap(training_, *other_);
        before_trains_ = !before_trains_;
    }
    // A branch that goes on from a moment that both runs have in common parts there.
    if (other_ && !before_trains_) branch_step_ = std::min(branch_step_, from->step());
    training_.partings = partings_at(std::move(training_.partings), from->step());
    training_.history->rewind(at);
    training_.number = ++numbered_;
    events_.rewind(training_.history->readout().stages().size());
    go_live();
    awaited_ = -1;
    status_ = {};
    follow_members();
    runner_->resume(training_.settings, std::move(from), running);
    return "";
}

std::string RunDesk::drop_other(bool keep_before) {
    if (keep_before != before_trains_) {
        shows_other_ = true;
        if (std::string problem = go_on_from(other_->history->size() - 1, nullptr, false); !problem.empty()) return problem;
    }
    other_.reset();
    shows_other_ = before_trains_ = false;
    return "";
}

void RunDesk::change(const Settings& next) {
    const Settings before = shown().settings;
    for (const SettingInfo& info : settings_table()) {
        if (info.restart || info.get(next) == info.get(before)) continue;
        info.put(training_.settings, info.get(next));
        if (other_) info.put(other_->settings, info.get(next));
    }
    members_.follow(training_.settings, training_.settings.learned);
    runner_->set_stop(training_.settings.steps);
}

void RunDesk::choose_speed(double steps_per_second) {
    training_.settings.speed = steps_per_second;
    if (other_) other_->settings.speed = steps_per_second;
}

bool RunDesk::arrives() {
    const History& history = *training_.history;
    if (awaited_ < 0 || history.empty() || (history.newest().step < awaited_ && !status_.ended())) return false;
    runner_->pause();
    shown_step_ = std::exchange(awaited_, -1);
    return true;
}

void RunDesk::follow_members() {
    members_.forget();
    members_.follow(training_.settings, training_.settings.learned);
}

}  // namespace ladder
