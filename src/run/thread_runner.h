// The runner of native programs: one thread that trains, with a pool of threads under it. The interface's
// calls only leave wishes and collect results under a short lock.
#pragma once

#include <memory>

#include "run/runner.h"
#include "train/step_device.h"

namespace ladder {

class ThreadRunner final : public Runner {
public:
    // With a device, it makes the steps of every run.
    explicit ThreadRunner(Kernels = Kernels::fast, MakeStepDevice = {});
    ~ThreadRunner() override;

    void start(const Settings&, bool running) override;
    void resume(const Settings&, std::shared_ptr<const RunCheckpoint>, bool running) override;
    void play() override;
    void pause() override;
    void step() override;  // pauses; a step beyond the stop is done too: it was asked for
    void set_speed(double steps_per_second) override;
    void set_stop(std::int64_t step) override;
    void request_checkpoint() override;

    std::vector<std::shared_ptr<const RunCheckpoint>> take_checkpoints() override;
    std::vector<std::shared_ptr<const Snapshot>> take_snapshots() override;
    RunnerStatus status() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
