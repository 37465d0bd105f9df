// A sweep in progress on several runners at once, each of which makes one run after the other: what the interface holds.
// A run that fails is recorded with its sentence, and the others go on; a runner that cannot begin its run is done without while
// there are others.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "experiment/record.h"
#include "experiment/sweep.h"
#include "run/runner.h"

namespace ladder {

class SweepRun {
public:
    // make: a further runner. at_once: how many are used, at least 1. The first runs begin with the first poll().
    SweepRun(std::vector<SweepJob>, const std::function<std::unique_ptr<Runner>()>& make, int at_once);

    // Collects what came back and gives every idle runner its next run. Call at every frame.
    void poll();
    // Ends the runs that go on, where they are; their records keep what was reached.
    void stop();

    bool done() const { return finished() == runs_.size(); }
    std::size_t finished() const;
    std::size_t failed() const;
    // Share of all steps done, 0 to 1.
    double progress() const;
    // In the order of the jobs; those not begun are empty.
    const std::vector<RunRecord>& runs() const { return runs_; }
    // Whether run i is over, well or not.
    bool over(std::size_t i) const { return over_[i]; }

private:
    struct Slot {
        std::unique_ptr<Runner> runner;
        std::size_t run = none;
    };
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    void collect(Slot&);
    void begin_next(Slot&);
    // A run of which nothing came: its runner may be at fault, for want of memory or of workers. While others are at work, one of
    // them takes the run, once, and that runner is done without. False: it is the run's own failure.
    bool give_back(Slot&);

    std::vector<RunRecord> runs_;
    std::vector<bool> over_;
    std::vector<bool> returned_;       // by a runner that could not begin it
    std::deque<std::size_t> waiting_;  // to be begun, in this order
    std::vector<Slot> slots_;
};

}  // namespace ladder
