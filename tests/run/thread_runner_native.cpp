// The runner on threads: commands, their order, and what a view gets to see.
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <new>
#include <thread>

#include "base/error.h"
#include "run/thread_runner.h"
#include "support/moved_stop.h"

using namespace ladder;
using State = RunnerStatus::State;

namespace {

Settings small_run() {
    Settings s;
    s.vocabulary = 8;
    s.length = 6;
    s.batch = 32;
    s.validation = 32;
    s.steps = 40;
    s.evaluate_every = 10;
    s.speed = 0;
    s.workers = 2;
    return s;
}

auto settle_threads(Runner& runner) {
    return [&runner](State state, std::int64_t step) {
        for (int i = 0; i < 2000; ++i) {
            const RunnerStatus now = runner.status();
            if (now.state == state && now.step == step) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    };
}

using Snapshots = std::vector<std::shared_ptr<const Snapshot>>;

// Collects until the condition holds; false after ten seconds.
template <class Condition>
bool wait_for(Runner& runner, Snapshots& seen, Condition&& condition) {
    for (int i = 0; i < 2000; ++i) {
        for (auto& s : runner.take_snapshots()) seen.push_back(std::move(s));
        if (condition(runner.status())) {
            for (auto& s : runner.take_snapshots()) seen.push_back(std::move(s));
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace

TEST_CASE("a run goes to its stop and publishes at its cadence") {
    ThreadRunner runner;
    Snapshots seen;
    runner.start(small_run(), true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& s) { return s.state == State::finished; }));
    std::vector<std::int64_t> steps;
    for (const auto& s : seen) steps.push_back(s->step);
    CHECK(steps == std::vector<std::int64_t>{0, 10, 20, 30, 40});
    CHECK(runner.status().workers >= 1);
    // The stop can be moved; the run goes on from where it is.
    runner.set_stop(45);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& s) { return s.state == State::finished && s.step == 45; }));
    CHECK(seen.back()->step == 45);
}

TEST_CASE("paused, stepped, played, paused: nothing is lost and the numbers are those of a straight run") {
    Snapshots straight, stepped;
    {
        ThreadRunner runner;
        runner.start(small_run(), true);
        REQUIRE(wait_for(runner, straight, [](const RunnerStatus& s) { return s.state == State::finished; }));
    }
    ThreadRunner runner;
    runner.start(small_run(), false);
    REQUIRE(wait_for(runner, stepped, [](const RunnerStatus& s) { return s.state == State::paused; }));
    CHECK(runner.status().step == 0);
    for (int i = 1; i <= 3; ++i) {
        runner.step();
        REQUIRE(wait_for(runner, stepped, [&](const RunnerStatus& s) { return s.state == State::paused && s.step == i; }));
        CHECK(stepped.back()->step == i);  // every single step is evaluated
    }
    runner.play();
    REQUIRE(wait_for(runner, stepped, [](const RunnerStatus& s) { return s.state == State::finished; }));
    for (const auto& s : straight)
        for (const auto& t : stepped)
            if (s->step == t->step) {
                CHECK(s->train_loss == t->train_loss);
                CHECK(s->evaluation.kl == t->evaluation.kl);
            }
    CHECK(stepped.back()->step == 40);
}

TEST_CASE("a run that goes on from a checkpoint is the run it came from; other settings branch off there") {
    Snapshots straight, resumed, branched;
    ThreadRunner runner;
    Settings settings = small_run();
    settings.evaluate_every = 5;
    runner.start(settings, true);
    REQUIRE(wait_for(runner, straight, [](const RunnerStatus& s) { return s.state == State::finished; }));
    const auto checkpoints = runner.take_checkpoints();
    REQUIRE(checkpoints.size() == straight.size());
    CHECK(checkpoints[2]->step() == 10);
    settings.workers = 1;
    runner.resume(settings, checkpoints[2], true);
    REQUIRE(wait_for(runner, resumed, [](const RunnerStatus& s) { return s.state == State::finished; }));
    REQUIRE(resumed.size() == 6);  // 15, 20, .. 40: its own snapshot is not made again
    for (std::size_t i = 0; i < resumed.size(); ++i) CHECK(encode(*resumed[i]) == encode(*straight[i + 3]));
    settings.learning_rate *= 3;
    runner.resume(settings, checkpoints[2], false);
    REQUIRE(wait_for(runner, branched, [](const RunnerStatus& s) { return s.state == State::paused; }));
    CHECK(runner.status().step == 10);
    CHECK(branched.empty());
    runner.request_checkpoint();
    const auto asked = runner.take_checkpoints();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0]->step() == 10);
    runner.play();
    REQUIRE(wait_for(runner, branched, [](const RunnerStatus& s) { return s.state == State::finished; }));
    REQUIRE(branched.size() == 6);
    CHECK(branched[0]->evaluation.loss != straight[3]->evaluation.loss);
    settings.vocabulary = 9;
    runner.resume(settings, checkpoints[2], true);
    REQUIRE(wait_for(runner, branched, [](const RunnerStatus& s) { return s.state == State::failed; }));
    CHECK(runner.status().message.find("does not fit") != std::string::npos);
}

TEST_CASE("lifting the speed limit is felt at once") {
    ThreadRunner runner;
    Snapshots seen;
    Settings s = small_run();
    s.speed = 20;
    s.steps = 100000;
    runner.start(s, true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.step >= 10; }));
    runner.set_speed(0.01);
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    const auto slow = runner.status().step;
    runner.set_speed(0);
    REQUIRE(wait_for(runner, seen, [&](const RunnerStatus& st) { return st.step > slow + 20; }));
    runner.pause();
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.state == State::paused; }));
}

TEST_CASE("a new run drops the old one") {
    ThreadRunner runner;
    Snapshots seen;
    Settings endless = small_run();
    endless.steps = 1000000;
    runner.start(endless, true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& s) { return s.step > 15; }));
    Settings other = small_run();
    other.seed = 99;
    seen.clear();
    runner.start(other, false);
    Snapshots fresh;
    REQUIRE(wait_for(runner, fresh, [](const RunnerStatus& s) { return s.state == State::paused; }));
    REQUIRE(fresh.size() == 1);
    CHECK(fresh[0]->step == 0);
}

TEST_CASE("divergence stops the run with a sentence and only finite snapshots") {
    ThreadRunner runner;
    Snapshots seen;
    Settings s = small_run();
    s.learning_rate = 1e4;
    s.weight_decay = 1e3;
    s.evaluate_every = 1;
    s.steps = 1000;
    runner.start(s, true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.state == State::diverged; }));
    CHECK(runner.status().message.find("learning rate") != std::string::npos);
    for (const auto& snapshot : seen) CHECK(snapshot->evaluation.finite());
    // It can be started again.
    runner.start(small_run(), true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.state == State::finished; }));
}

TEST_CASE("what goes wrong in the training thread is told as a failure") {
    ThreadRunner runner;
    Snapshots seen;
    Settings s = small_run();
    s.validation = 0;  // impossible: the settings table does not allow it
    runner.start(s, true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.state == State::failed; }));
    CHECK_FALSE(runner.status().message.empty());
    runner.start(small_run(), true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& st) { return st.state == State::finished; }));
}

TEST_CASE("memory that runs out is said in a sentence") {
    ThreadRunner runner(Kernels::fast, [](std::span<const Trainer* const>) -> std::unique_ptr<StepDevice> { throw std::bad_alloc(); });
    Snapshots seen;
    runner.start(small_run(), true);
    REQUIRE(wait_for(runner, seen, [](const RunnerStatus& s) { return s.state == State::failed; }));
    CHECK(runner.status().message == not_enough_memory);
}

TEST_CASE("a stop that is moved at rest says whether the run is finished, on threads") {
    ThreadRunner runner;
    move_the_stop_at_rest(runner, small_run(), settle_threads(runner));
}

TEST_CASE("a run that ends because its stop came to lie below its step is evaluated there, on threads") {
    for (const bool playing : {false, true}) {
        CAPTURE(playing);
        ThreadRunner runner;
        lower_the_stop(runner, small_run(), settle_threads(runner), playing);
    }
}
