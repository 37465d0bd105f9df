// Devices by the names that the programs' options give them.
#pragma once

#include <string>

#include "train/step_device.h"

namespace ladder::cuda {

// "cpu": empty, threads make the steps. "cuda": the GPU of this machine. "emulated": the GPU's kernels on this processor.
// Error: another name, no GPU that can be used; said at once, before a run is begun.
MakeStepDevice step_device(const std::string& name);

}  // namespace ladder::cuda
