// Training runs whose every step is made by a Machine: the batch, the gradient, the update, for all runs in the same
// launches. The host keeps the learning rates' schedules and what it needs to start a step; a step's kernels are
// recorded once and replayed.
#pragma once

#include <memory>
#include <span>

#include "cuda/machine.h"
#include "train/step_device.h"

namespace ladder::cuda {

// Errors as MakeStepDevice.
std::unique_ptr<StepDevice> make_device_runs(std::unique_ptr<Machine>, std::span<const Trainer* const>);

}  // namespace ladder::cuda
