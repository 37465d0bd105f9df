// A run in progress somewhere else: on threads natively, in web workers on the page. The interface side
// sends commands and collects what came back; no call waits.
#pragma once

#include <memory>
#include <vector>

#include "base/settings.h"
#include "run/snapshot.h"
#include "train/trainer.h"

namespace ladder {

class Runner {
public:
    virtual ~Runner() = default;

    // Starts a new run with these settings from step 0, paused or running; the run before is dropped.
    virtual void start(const Settings&, bool running) = 0;
    virtual void play() = 0;
    virtual void pause() = 0;
    virtual void step() = 0;                     // exactly one training step, with an evaluation after it
    virtual void set_speed(double steps_per_second) = 0;  // 0: as fast as it goes
    virtual void set_stop(std::int64_t step) = 0;

    // What came back since the last call: new snapshots in order of step, and the newest status.
    virtual std::vector<std::shared_ptr<const Snapshot>> take_snapshots() = 0;
    virtual RunnerStatus status() const = 0;
};

}  // namespace ladder
