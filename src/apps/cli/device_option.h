// --device: which machine makes the training steps.
#pragma once

#include <string>

#include "cuda/devices.h"

namespace CLI {
class App;
}

namespace ladder::cli {

using cuda::step_device;

void add_device(CLI::App& command, std::string& device);

}  // namespace ladder::cli
