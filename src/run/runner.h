// A run in progress somewhere else: on threads natively, in web workers on the page. The interface side
// sends commands and collects what came back; no call waits.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/settings.h"
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "train/trainer.h"

namespace ladder {

class Runner {
public:
    virtual ~Runner() = default;

    // Starts a new run with these settings from step 0, paused or running; the run before is dropped.
    virtual void start(const Settings&, bool running) = 0;
    // Starts from a checkpoint instead of from step 0. With the settings it was made with, all that follows is bit
    // for bit what followed it then; its own snapshot is not made again. Other settings branch off there: any that
    // leave the model's shape and the spans. The run fails with a sentence when the checkpoint does not fit them.
    virtual void resume(const Settings&, std::shared_ptr<const RunCheckpoint>, bool running) = 0;
    virtual void play() = 0;
    virtual void pause() = 0;
    virtual void step() = 0;                     // exactly one training step, with an evaluation after it
    virtual void set_speed(double steps_per_second) = 0;  // 0: as fast as it goes; as step_interval() has it
    virtual void set_stop(std::int64_t step) = 0;

    // The checkpoint of the newest snapshot comes with take_checkpoints(), unless the run has none yet or it is larger than most_checkpoint_bytes.
    virtual void request_checkpoint() = 0;

    // What came back since the last call: checkpoints, new snapshots in order of step, and the newest status.
    // Every snapshot has its checkpoint where the model is small; large ones send that of each rung and phase
    // change, of the lowest validation loss, of the last step and of some between. A checkpoint may come later than
    // its snapshot, never sooner: take checkpoints first and use them after the snapshots.
    virtual std::vector<std::shared_ptr<const RunCheckpoint>> take_checkpoints() = 0;
    virtual std::vector<std::shared_ptr<const Snapshot>> take_snapshots() = 0;
    virtual RunnerStatus status() const = 0;
    // Sentences about what befell the run without ending it, since the last call.
    virtual std::vector<std::string> take_notices() { return {}; }
};

}  // namespace ladder
