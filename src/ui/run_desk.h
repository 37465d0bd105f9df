// The runs that the interface keeps: the one in training, after a branch the one that it parted from or that parted from it,
// and the moment of them that is on screen. Knows no screen; why something cannot be done is handed back as a sentence.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/branch.h"
#include "run/history.h"
#include "run/run_events.h"
#include "run/runner.h"
#include "ui/background.h"
#include "ui/run_view.h"

namespace ladder {

struct KeptRun {
    Settings settings;
    std::unique_ptr<History> history;
    std::vector<Parting> partings;
    int number = 0;  // RunView::run
};

class RunDesk {
public:
    // members may be null. limits: of every run's history.
    RunDesk(std::unique_ptr<Runner>, MemberService* members, const HistoryLimits& limits = {});

    const KeptRun& training() const { return training_; }
    const KeptRun& shown() const { return shows_other_ ? *other_ : training_; }
    const KeptRun* other() const { return other_ ? &*other_ : nullptr; }  // of a branch: the one that is not in training
    const Chain& chain() const { return *chain_; }                       // of both
    const RunnerStatus& status() const { return status_; }
    const MemberService::State* members() const { return members_.state(); }
    // The run on screen, and the moment of it.
    RunView view() const;
    // Whether the moment on screen is the run's newest and stays so.
    bool follows() const { return shown_step_ < 0 || shown().history->empty(); }
    // Of the moment on screen; played back it may lie between two that are kept. The run has been measured.
    std::int64_t shown_step() const { return follows() ? shown().history->newest().step : shown_step_; }

    // Once a frame: takes what came back, and hands on the snapshots.
    std::vector<std::shared_ptr<const Snapshot>> collect();
    std::string take_events() { return events_.take(); }

    // A new run, its settings reconciled; those before are dropped. preset: the name that a host page is told.
    void begin(const std::string& preset, Settings, bool running);
    // The new run goes on from a checkpoint of its own instead.
    void begin_from(std::shared_ptr<const RunCheckpoint>);
    // The run on screen goes on from the last moment at or before this one whose state was kept; with other settings as a branch, beside
    // which the run so far stays for comparison. Empty, or why it does not: then nothing has changed.
    std::string go_on_from(std::size_t moment, const Settings* branch, bool running);
    // Of a branch and the run before it, one alone stays; if it is not the one in training it comes to its end, at rest.
    std::string drop_other(bool keep_before);
    // Settings for which no run need begin anew, of those in which these differ from the shown run's.
    void change(const Settings&);
    void choose_speed(double steps_per_second);

    // A step of the run on screen, or -1: the newest, whichever that is.
    void show(std::int64_t step) { shown_step_ = step; }
    // Of a branch: the run before it, or the branch.
    void show_before(bool before) { shows_other_ = other_ && before != before_trains_; }
    // On screen is the newest moment of the run in training.
    void go_live() { shown_step_ = -1, shows_other_ = false; }
    // The run goes to this step as fast as it can, to be shown there at rest.
    void await(std::int64_t step) { awaited_ = step; }
    // Once a frame: whether it has just come to rest there.
    bool arrives();

    void play() { runner_->play(); }
    void pause() { runner_->pause(); }
    void step() { runner_->step(); }
    // Of the training itself, whatever speed the settings have.
    void set_pace(double steps_per_second) { runner_->set_speed(steps_per_second); }
    std::vector<std::string> take_notices() { return runner_->take_notices(); }

private:
    void follow_members();

    std::unique_ptr<Runner> runner_;
    MemberDesk members_;
    HistoryLimits limits_;
    std::unique_ptr<Chain> chain_;
    KeptRun training_;
    std::optional<KeptRun> other_;
    RunnerStatus status_;
    RunEvents events_;
    int numbered_ = 0;                // the newest KeptRun::number
    std::int64_t shown_step_ = -1, awaited_ = -1;
    std::int64_t branch_step_ = 0;    // where the two part
    bool shows_other_ = false, before_trains_ = false;
};

}  // namespace ladder
