// The runner of the page: a run on workers that can only be sent bytes. Who starts them and carries the
// bytes is given (WorkerPool), so that this is tested without a browser.
#pragma once

#include <span>
#include <utility>

#include "run/runner.h"
#include "run/worker_protocol.h"

namespace ladder {

// Starts workers and carries bytes to them. What they say comes back through WorkerRunner::receive, what
// happens to them through WorkerRunner::lost.
class WorkerPool {
public:
    virtual ~WorkerPool() = default;
    // Sees to it that workers 0 .. count - 1 exist and are linked to each other. After a loss all are new.
    virtual void ensure(int count) = 0;
    virtual void post(int rank, std::vector<std::byte>) = 0;
};

class WorkerRunner final : public Runner {
public:
    // cores: workers that the machine can run at once.
    WorkerRunner(std::unique_ptr<WorkerPool>, int cores);

    void start(const Settings&, bool running) override;
    void resume(const Settings&, std::shared_ptr<const RunCheckpoint>, bool running) override;
    void play() override;
    void pause() override;
    void step() override;
    void set_speed(double steps_per_second) override;
    void set_stop(std::int64_t step) override;
    void request_checkpoint() override;
    std::vector<std::shared_ptr<const RunCheckpoint>> take_checkpoints() override;
    std::vector<std::shared_ptr<const Snapshot>> take_snapshots() override;
    RunnerStatus status() const override { return status_; }
    std::vector<std::string> take_notices() override { return std::exchange(notices_, {}); }

    // A hidden page: training stands still and goes on exactly where it was.
    void hold(bool);
    // A report of a worker. What belongs to a dropped run is ignored.
    void receive(int rank, std::span<const std::byte>);
    // A worker could not be started, broke down or does not answer any more. New ones take the place of all; the run goes
    // on from its newest checkpoint, to the bits it would have come to. One that cannot even be started a second time is done without.
    // What is lost again and again before anything new is learned ends the run with a sentence.
    void lost(int rank, const std::string& why);

private:
    void launch();
    void tell_lead(WorkerCommand::Kind, double value = 0);
    void fail(const std::string& sentence);

    std::unique_ptr<WorkerPool> pool_;
    const int cores_;
    int limit_ = 1 << 10;  // workers that can be started; less once one could not
    Settings settings_;
    std::shared_ptr<const RunCheckpoint> from_;  // where the run goes on if a worker is lost: the newest one, at first what it began with; empty: step 0
    bool running_ = false, held_ = false;
    bool begun_ = false;                         // these workers have shown that they work
    bool checkpoint_wanted_ = false;
    std::int64_t newest_ = -1;                   // step of the newest snapshot
    int losses_ = 0;                             // of workers since then
    std::uint32_t epoch_ = 0;
    int peers_ = 0;
    RunnerStatus status_;
    std::vector<std::shared_ptr<const Snapshot>> snapshots_;
    std::vector<std::shared_ptr<const RunCheckpoint>> checkpoints_;
    std::vector<std::string> notices_;
};

}  // namespace ladder
