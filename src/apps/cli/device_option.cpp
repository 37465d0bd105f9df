#include "apps/cli/device_option.h"

#include <CLI/CLI.hpp>

#include "apps/cli/option_checks.h"

namespace ladder::cli {

void add_device(CLI::App& command, std::string& device) {
    command.add_option("--device", device, "Where the training steps are made: cpu; cuda, an NVIDIA GPU; or emulated, the GPU's kernels on this processor, which is slow and shows that they are right")
        ->check(one_of({"cpu", "cuda", "emulated"}))
        ->capture_default_str();
}

}  // namespace ladder::cli
