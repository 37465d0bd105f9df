// The training thread: waits for a run, then for leave to go on, takes a step, publishes. Every wish of the
// interface is a field that is read between two steps; a new run drops the old one there.
#include "run/thread_runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "run/pace.h"
#include "run/speed_meter.h"
#include "run/training_loop.h"

namespace ladder {

using Clock = std::chrono::steady_clock;
using State = RunnerStatus::State;

struct NextRun {
    Settings settings;
    std::shared_ptr<const RunCheckpoint> from;  // empty: from step 0
};

struct ThreadRunner::Impl {
    Impl(Kernels k, MakeStepDevice make) : kernels(k), make_device(std::move(make)), thread([this](const std::stop_token& stop) { live(stop); }) {}

    const Kernels kernels;
    const MakeStepDevice make_device;  // empty: the pool of threads makes the steps
    mutable std::mutex mutex;
    std::condition_variable_any changed;
    // Wishes, under the mutex.
    std::optional<NextRun> next_run;
    bool playing = false;
    int single_steps = 0;
    double speed = 0;  // steps a second, 0: unlimited
    std::int64_t stop_step = 0;
    std::uint64_t wishes = 0;  // counts every change of these
    // Results, under the mutex.
    std::vector<std::shared_ptr<const Snapshot>> snapshots;
    std::vector<std::shared_ptr<const RunCheckpoint>> checkpoints;
    std::shared_ptr<const RunCheckpoint> newest;  // of the newest snapshot
    RunnerStatus status;
    std::jthread thread;  // last: it ends before the rest goes

    template <class F>
    void wish(F&& change) {
        {
            const std::scoped_lock lock(mutex);
            change();
            ++wishes;
        }
        changed.notify_all();
    }

    void live(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::optional<NextRun> next;
            {
                std::unique_lock lock(mutex);
                if (!changed.wait(lock, stop, [this] { return next_run.has_value(); })) return;
                next.swap(next_run);
            }
            try {
                run(*next, stop);
            } catch (const std::exception& e) {
                fail(sentence_of(e));
            } catch (...) {
                fail("The training thread stopped for an unknown reason.");
            }
        }
    }

    void fail(const std::string& sentence) {
        const std::scoped_lock lock(mutex);
        if (next_run) return;  // a new run is waiting: it does not inherit the failure
        playing = false;
        status.state = State::failed;
        status.message = sentence;
    }

    // Under the lock: may the run take a step now?
    bool wanted(std::int64_t step) const { return single_steps > 0 || (playing && step < stop_step); }
    Clock::duration interval() const { return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(step_interval(speed))); }
    State resting(std::int64_t step) const { return step >= stop_step ? State::finished : playing ? State::running : State::paused; }

    void run(const NextRun& next, const std::stop_token& stop) {
        Settings settings = next.settings;
        settings.learned = false;  // a MemberService's work, beside the run
        TrainingLoop loop(settings, kernels, next.from);
        if (const Trainer* const trainers[] = {&loop.trainer()}; make_device) loop.attach(make_device(trainers));
        SpeedMeter meter;
        const auto origin = Clock::now();
        auto due = origin;  // when the speed limit allows the next step
        {
            const std::scoped_lock lock(mutex);
            if (next_run) return;
            status.workers = loop.workers();
            status.kernels = !loop.device_name().empty() ? loop.device_name() : kernels == Kernels::fast ? "SIMD" : "scalar";
            status.step = loop.step();
            if (next.from) status.train_loss = next.from->train_loss;
            newest = loop.evaluated();
        }
        if (!loop.is_evaluated() && !publish(loop)) return diverged(loop, settings, loop.step(), stop);

        while (!stop.stop_requested()) {
            bool single = false;
            {
                std::unique_lock lock(mutex);
                if (!wanted(loop.step())) {
                    if (next_run) return;
                    const State rest = resting(loop.step());
                    if (rest == State::finished && !loop.is_evaluated()) {  // the end is evaluated, wherever the stop put it
                        lock.unlock();
                        if (const std::int64_t end = loop.step(); !publish(loop)) return diverged(loop, settings, end, stop);
                        continue;
                    }
                    status.state = rest;
                    status.steps_per_second = status.sequences_per_second = 0;
                    meter.reset();
                    // Any wish wakes it: a stop that was moved changes what its rest is called.
                    changed.wait(lock, stop, [&, seen = wishes] { return next_run || wishes != seen; });
                    due = Clock::now();
                    continue;
                }
                if (next_run) return;
                single = single_steps > 0;
                if (!single && speed > 0 && Clock::now() < due) {
                    status.state = State::running;
                    // A wish wakes it early; then everything is looked at anew.
                    changed.wait_until(lock, stop, due, [this, seen = wishes] { return wishes != seen; });
                    if (speed > 0) due = std::min(due, Clock::now() + interval());
                    continue;
                }
                if (single) --single_steps;
                status.state = State::running;  // a single step too: it is at rest only when its snapshot is out
                if (speed > 0) due = std::max(due, Clock::now() - std::chrono::milliseconds(100)) + interval();
            }
            const std::int64_t before = loop.step();
            const StepResult result = loop.advance();
            if (result.diverged) return diverged(loop, settings, before + 1, stop);
            meter.step_done(std::chrono::duration<double>(Clock::now() - origin).count(), result.step);
            {
                const std::scoped_lock lock(mutex);
                if (next_run) return;
                status.step = result.step;
                status.train_loss = result.loss;
                status.steps_per_second = meter.steps_per_second();
                status.sequences_per_second = status.steps_per_second * settings.batch;
            }
            if (single || evaluation_due(result.step, settings.evaluate_every, result.step + 1)) {
                if (!publish(loop)) return diverged(loop, settings, result.step, stop);
            }
        }
    }

    // False when there is no snapshot to publish: the run has diverged.
    bool publish(TrainingLoop& loop) {
        std::shared_ptr<const Snapshot> snapshot = loop.evaluate();
        if (!snapshot) return false;
        const std::scoped_lock lock(mutex);
        if (next_run) return true;
        status.step = snapshot->step;
        status.train_loss = snapshot->train_loss;
        snapshots.push_back(std::move(snapshot));
        newest = loop.evaluated();
        checkpoints.push_back(newest);
        return true;
    }

    // Says so, and waits for a new run.
    void diverged(const TrainingLoop& loop, const Settings& settings, std::int64_t failed_step, const std::stop_token& stop) {
        std::unique_lock lock(mutex);
        if (!next_run) {
            playing = false;
            single_steps = 0;
            status.state = State::diverged;
            status.step = loop.step();
            status.steps_per_second = status.sequences_per_second = 0;
            status.message = divergence_message(settings, failed_step, status.step);
        }
        changed.wait(lock, stop, [this] { return next_run.has_value(); });
    }
};

ThreadRunner::ThreadRunner(Kernels kernels, MakeStepDevice make_device) : impl_(std::make_unique<Impl>(kernels, std::move(make_device))) {}
ThreadRunner::~ThreadRunner() = default;

void ThreadRunner::start(const Settings& settings, bool running) { resume(settings, nullptr, running); }

void ThreadRunner::resume(const Settings& settings, std::shared_ptr<const RunCheckpoint> from, bool running) {
    impl_->wish([&] {
        impl_->next_run = NextRun{settings, from};
        impl_->playing = running;
        impl_->single_steps = 0;
        impl_->speed = settings.speed;
        impl_->stop_step = settings.steps;
        impl_->snapshots.clear();
        impl_->checkpoints.clear();
        impl_->newest.reset();
        impl_->status = RunnerStatus{};
        if (from) impl_->status.step = from->step();
    });
}

void ThreadRunner::play() {
    impl_->wish([this] { impl_->playing = true; });
}
void ThreadRunner::pause() {
    impl_->wish([this] { impl_->playing = false; });
}
void ThreadRunner::step() {
    impl_->wish([this] {
        impl_->playing = false;
        if (impl_->status.state != State::diverged && impl_->status.state != State::failed) ++impl_->single_steps;
    });
}
void ThreadRunner::set_speed(double steps_per_second) {
    impl_->wish([&] { impl_->speed = std::max(steps_per_second, 0.0); });
}
void ThreadRunner::set_stop(std::int64_t step) {
    impl_->wish([&] { impl_->stop_step = step; });
}

void ThreadRunner::request_checkpoint() {
    const std::scoped_lock lock(impl_->mutex);
    if (impl_->newest) impl_->checkpoints.push_back(impl_->newest);
}

std::vector<std::shared_ptr<const RunCheckpoint>> ThreadRunner::take_checkpoints() {
    const std::scoped_lock lock(impl_->mutex);
    return std::exchange(impl_->checkpoints, {});
}

std::vector<std::shared_ptr<const Snapshot>> ThreadRunner::take_snapshots() {
    const std::scoped_lock lock(impl_->mutex);
    return std::exchange(impl_->snapshots, {});
}

RunnerStatus ThreadRunner::status() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->status;
}

}  // namespace ladder
