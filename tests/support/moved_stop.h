// A run whose stop is moved, the same for every runner. settle(state, step) lets the runner work until it is so, and says whether it
// came to that.
#pragma once

#include <doctest/doctest.h>

#include "run/runner.h"

namespace ladder {

// A run of more than six steps.
template <class Settle>
void move_the_stop_at_rest(Runner& runner, const Settings& settings, Settle&& settle) {
    using State = RunnerStatus::State;
    runner.start(settings, false);
    REQUIRE(settle(State::paused, 0));
    runner.step();
    REQUIRE(settle(State::paused, 1));
    runner.set_stop(1);
    CHECK(settle(State::finished, 1));
    runner.set_stop(1000);
    CHECK(settle(State::paused, 1));  // not finished: Run goes on with it
    runner.set_stop(6);
    runner.play();
    CHECK(settle(State::finished, 6));
    CHECK(runner.take_snapshots().back()->step == 6);
}

// Whatever step it is at when its stop is moved below that, its end is evaluated before it is finished.
template <class Settle>
void lower_the_stop(Runner& runner, Settings settings, Settle&& settle, bool playing) {
    using State = RunnerStatus::State;
    settings.steps = 100000, settings.evaluate_every = 100000, settings.speed = 0.001;
    runner.start(settings, true);
    REQUIRE(settle(State::running, 1));  // the first step is due at once, the next one after a while
    if (!playing) {
        runner.pause();
        REQUIRE(settle(State::paused, 1));
    }
    runner.take_snapshots();
    runner.set_stop(0);
    REQUIRE(settle(State::finished, 1));
    const auto snapshots = runner.take_snapshots();
    REQUIRE(snapshots.size() == 1);
    CHECK(snapshots[0]->step == 1);
    CHECK(runner.take_checkpoints().back()->step() == 1);
}

}  // namespace ladder
