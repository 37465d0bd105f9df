// Commands go to the lead, which keeps the pace; only a start goes to all.
#include "run/worker_runner.h"

#include <algorithm>
#include <new>

#include "run/training_loop.h"

namespace ladder {

using Kind = WorkerCommand::Kind;
using State = RunnerStatus::State;

namespace {
constexpr int most_losses = 3;  // without a new snapshot between them
constexpr int most_failed_starts = 1;  // of a worker that can be done without: the first may have been one bad moment
}  // namespace

WorkerRunner::WorkerRunner(std::unique_ptr<WorkerPool> pool, int cores) : pool_(std::move(pool)), cores_(std::max(cores, 1)) {}

void WorkerRunner::start(const Settings& settings, bool running) { resume(settings, nullptr, running); }

void WorkerRunner::resume(const Settings& settings, std::shared_ptr<const RunCheckpoint> from, bool running) {
    settings_ = settings;
    from_ = std::move(from);
    running_ = running;
    checkpoint_wanted_ = false;
    newest_ = -1;
    losses_ = 0;
    snapshots_.clear();
    checkpoints_.clear();
    notices_.clear();
    status_ = {};
    if (from_) status_.step = from_->step();
    launch();
}

void WorkerRunner::launch() {
    begun_ = false;
    ++epoch_;
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
        c.running = running_;
        c.settings = settings_;
        c.from = from_;
        pool_->post(rank, encode(c));
    }
    if (held_) tell_lead(Kind::hold, 1);
    if (checkpoint_wanted_) tell_lead(Kind::checkpoint);
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

void WorkerRunner::request_checkpoint() {
    checkpoint_wanted_ = true;
    tell_lead(Kind::checkpoint);
}

std::vector<std::shared_ptr<const RunCheckpoint>> WorkerRunner::take_checkpoints() { return std::exchange(checkpoints_, {}); }
std::vector<std::shared_ptr<const Snapshot>> WorkerRunner::take_snapshots() { return std::exchange(snapshots_, {}); }

void WorkerRunner::receive(int rank, std::span<const std::byte> bytes) {
    try {
        WorkerReport report = decode_report(bytes);
        if (report.epoch != epoch_ || status_.state == State::failed) return;
        if (report.kind == WorkerReport::Kind::snapshot) {
            begun_ = true;
            auto snapshot = std::make_shared<const Snapshot>(decode_snapshot(report.payload));
            if (snapshot->step <= newest_) return;  // made a second time after a loss
            newest_ = snapshot->step;
            status_.step = std::max(status_.step, newest_);  // the lead tells its step less often: no moment may be ahead of the run
            losses_ = 0;
            snapshots_.push_back(std::move(snapshot));
            return;
        }
        if (report.kind == WorkerReport::Kind::checkpoint) {
            from_ = std::make_shared<const RunCheckpoint>(decode_checkpoint(report.payload));
            checkpoints_.push_back(from_);
            checkpoint_wanted_ = false;
            return;
        }
        RunnerStatus status = decode_status(report.payload);
        if (status.state != State::starting) begun_ = true;
        if (rank == 0 || status.state == State::failed) status_ = std::move(status);
    } catch (const std::bad_alloc&) {
        fail("This page has no memory left for the run. Close other pages, or use a smaller model, and reload.");
    } catch (const std::exception& e) {
        fail(e.what());
    }
}

void WorkerRunner::lost(int rank, const std::string& why) {
    if (status_.state == State::failed) return;
    if (rank >= peers_) return launch();  // it has no part in the run, but the others are gone with it
    ++losses_;
    if (begun_) {
        if (losses_ > most_losses) return fail("Training workers break down again and again (" + why + "). Reset starts the run again; a smaller model may mend it.");
        notices_.push_back("A training worker was lost at step " + std::to_string(status_.step) + " (" + why + "). New ones have taken over and go on from " +
                           (from_ ? "step " + std::to_string(from_->step()) : "the beginning") + ", to the same numbers.");
    } else if (losses_ > (rank > 0 ? most_failed_starts : most_losses)) {
        limit_ = std::min(limit_, rank);
        if (limit_ < 1) return fail("Training cannot run here: its worker could not be started (" + why + "). Reload the page, or use a newer browser.");
    }
    launch();
}

void WorkerRunner::fail(const std::string& sentence) {
    status_.state = State::failed;
    status_.message = sentence;
}

}  // namespace ladder
