// --device: which machine makes the training steps.
#pragma once

#include <string>

#include "train/step_device.h"

namespace CLI {
class App;
}

namespace ladder::cli {

void add_device(CLI::App& command, std::string& device);

// "cpu": empty, the steps are made by threads. "cuda": the GPU of this machine. "emulated": the GPU's kernels on this
// processor. Error: no GPU can be used.
MakeStepDevice step_device(const std::string& device);

}  // namespace ladder::cli
