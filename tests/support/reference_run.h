// Every number of a reference training run (tests/fixtures/train-*) against a replay of it.
#pragma once

#include <functional>
#include <string>

#include "train/replay.h"

namespace ladder::test {

TensorFile load_reference(const std::string& name);

// What parameters and gradient norms may differ by after 20 steps.
inline constexpr double usual_drift = 2e-3;
// At step 7 of train-full-sgd one input of a ReLU is 3e-7 in exact arithmetic, as small as the rounding of the six steps
// before. Where rounding makes it negative, one gradient entry is missing and the runs part by 9e-3.
inline constexpr double drift_past_a_kink = 2e-2;

// replay: makes 20 steps of the fixture.
void check_reference_run(const std::string& name, const std::function<Replay(const Fixture&)>& replay, double drift = usual_drift);

}  // namespace ladder::test
