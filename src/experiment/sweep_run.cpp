#include "experiment/sweep_run.h"

#include <algorithm>
#include <utility>

namespace ladder {

using State = RunnerStatus::State;

SweepRun::SweepRun(std::vector<SweepJob> jobs, const std::function<std::unique_ptr<Runner>()>& make, int at_once) : over_(jobs.size()), returned_(jobs.size()) {
    for (SweepJob& job : jobs) {
        runs_.push_back({std::move(job.label), job.settings, {}, {}});
        // What contradicts itself is no run; no runner is asked.
        Settings possible = job.settings;
        if (const auto problems = reconcile(possible); !problems.empty()) {
            runs_.back().failure = left_out(problems.front());
            over_[runs_.size() - 1] = true;
        } else {
            waiting_.push_back(runs_.size() - 1);
        }
    }
    for (std::size_t i = 0; i < std::min(waiting_.size(), static_cast<std::size_t>(std::max(at_once, 1))); ++i) slots_.push_back({make(), none});
}

void SweepRun::poll() {
    for (Slot& slot : slots_) {
        if (slot.run != none) collect(slot);
        if (slot.run == none && slot.runner) begin_next(slot);
    }
}

void SweepRun::collect(Slot& slot) {
    RunRecord& run = runs_[slot.run];
    slot.runner->take_checkpoints();
    for (const auto& snapshot : slot.runner->take_snapshots())
        if (run.empty() || snapshot->step > run.last().step) run.moments.push_back(to_moment(*snapshot));
    const RunnerStatus status = slot.runner->status();
    const bool failed = status.state == State::diverged || status.state == State::failed;
    if (status.state == State::failed && run.empty() && give_back(slot)) return;
    if (failed) run.failure = status.message;
    if (!failed && (run.empty() || run.last().step < run.settings.steps)) return;
    over_[slot.run] = true;
    slot.run = none;
}

bool SweepRun::give_back(Slot& slot) {
    const bool others = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& other) { return &other != &slot && other.runner; });
    if (!others || returned_[slot.run]) return false;
    returned_[slot.run] = true;
    waiting_.push_front(slot.run);
    slot = {};
    return true;
}

void SweepRun::begin_next(Slot& slot) {
    if (waiting_.empty()) return slot.runner.reset();  // its worker goes with it
    slot.run = waiting_.front();
    waiting_.pop_front();
    Settings settings = runs_[slot.run].settings;
    settings.workers = 1;
    settings.speed = 0;
    slot.runner->start(settings, true);
}

void SweepRun::stop() {
    slots_.clear();
    for (std::size_t i = 0; i < runs_.size(); ++i)
        if (!over_[i]) runs_[i].failure = "Stopped.", over_[i] = true;
    waiting_.clear();
}

std::size_t SweepRun::finished() const { return static_cast<std::size_t>(std::count(over_.begin(), over_.end(), true)); }

std::size_t SweepRun::failed() const {
    return static_cast<std::size_t>(std::count_if(runs_.begin(), runs_.end(), [](const RunRecord& r) { return !r.failure.empty(); }));
}

double SweepRun::progress() const {
    double all = 0, past = 0;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        const double steps = runs_[i].settings.steps;
        all += steps;
        past += over_[i] ? steps : runs_[i].empty() ? 0 : std::min(static_cast<double>(runs_[i].last().step), steps);
    }
    return all > 0 ? past / all : 1;
}

}  // namespace ladder
