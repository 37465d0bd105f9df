// Commands go to the lead, which keeps the pace; only a start goes to all.
#include "run/worker_runner.h"

#include <algorithm>
#include <utility>

#include "run/training_loop.h"

namespace ladder {

using Kind = WorkerCommand::Kind;
using State = RunnerStatus::State;

WorkerRunner::WorkerRunner(std::unique_ptr<WorkerPool> pool, int cores) : pool_(std::move(pool)), cores_(std::max(cores, 1)) {}

void WorkerRunner::start(const Settings& settings, bool running) { resume(settings, nullptr, running); }

void WorkerRunner::resume(const Settings& settings, std::shared_ptr<const RunCheckpoint> from, bool running) {
    settings_ = settings;
    from_ = std::move(from);
    running_ = running;
    begun_ = false;
    ++epoch_;
    snapshots_.clear();
    checkpoints_.clear();
    status_ = {};
    if (from_) status_.step = from_->step();
    if (limit_ < 1) return fail("Training cannot run here: no worker could be started. Reload the page, or use a newer browser.");
    peers_ = std::min(useful_workers(settings_, cores_), limit_);
    status_.workers = peers_;
    pool_->ensure(peers_);
    for (int rank = 0; rank < peers_; ++rank) {
        WorkerCommand c;
        c.kind = Kind::start;
        c.epoch = epoch_;
        c.rank = rank;
        c.peers = peers_;
        c.running = running;
        c.settings = settings_;
        c.from = from_;
        pool_->post(rank, encode(c));
    }
    if (held_) tell_lead(Kind::hold, 1);
}

void WorkerRunner::tell_lead(Kind kind, double value) {
    if (peers_ == 0 || status_.state == State::failed) return;
    WorkerCommand c;
    c.kind = kind;
    c.epoch = epoch_;
    c.value = value;
    pool_->post(0, encode(c));
}

void WorkerRunner::play() {
    running_ = true;
    tell_lead(Kind::play);
}
void WorkerRunner::pause() {
    running_ = false;
    tell_lead(Kind::pause);
}
void WorkerRunner::step() {
    running_ = false;
    tell_lead(Kind::step);
}
void WorkerRunner::set_speed(double steps_per_second) {
    settings_.speed = std::max(steps_per_second, 0.0);
    tell_lead(Kind::speed, settings_.speed);
}
void WorkerRunner::set_stop(std::int64_t step) {
    settings_.steps = static_cast<int>(step);
    tell_lead(Kind::stop, static_cast<double>(step));
}
void WorkerRunner::hold(bool held) {
    held_ = held;
    tell_lead(Kind::hold, held ? 1 : 0);
}

void WorkerRunner::request_checkpoint() { tell_lead(Kind::checkpoint); }

std::vector<std::shared_ptr<const RunCheckpoint>> WorkerRunner::take_checkpoints() { return std::exchange(checkpoints_, {}); }
std::vector<std::shared_ptr<const Snapshot>> WorkerRunner::take_snapshots() { return std::exchange(snapshots_, {}); }

void WorkerRunner::receive(int rank, std::span<const std::byte> bytes) {
    try {
        WorkerReport report = decode_report(bytes);
        if (report.epoch != epoch_ || status_.state == State::failed) return;
        if (report.kind == WorkerReport::Kind::snapshot) {
            snapshots_.push_back(std::make_shared<const Snapshot>(decode_snapshot(report.payload)));
            begun_ = true;
            return;
        }
        if (report.kind == WorkerReport::Kind::checkpoint) {
            checkpoints_.push_back(std::make_shared<const RunCheckpoint>(decode_checkpoint(report.payload)));
            return;
        }
        RunnerStatus status = decode_status(report.payload);
        if (status.state != State::starting) begun_ = true;
        if (rank == 0 || status.state == State::failed) status_ = std::move(status);
    } catch (const std::exception& e) {
        fail(e.what());
    }
}

void WorkerRunner::lost(int rank, const std::string& why) {
    if (rank >= peers_ || status_.state == State::failed) return;
    if (begun_) return fail("A training worker broke down (" + why + "). Reset starts the run again.");
    limit_ = std::min(limit_, rank);
    if (limit_ < 1) return fail("Training cannot run here: its worker could not be started (" + why + "). Reload the page, or use a newer browser.");
    resume(settings_, from_, running_);
}

void WorkerRunner::fail(const std::string& sentence) {
    status_.state = State::failed;
    status_.message = sentence;
}

}  // namespace ladder
