#include "apps/cli/device_option.h"

#include <CLI/CLI.hpp>

#include "cuda/device_runs.h"
#include "cuda/gpu.h"
#include "cuda/host_machine.h"

namespace ladder::cli {

void add_device(CLI::App& command, std::string& device) {
    command.add_option("--device", device, "Where the training steps are made: cpu; cuda, an NVIDIA GPU; or emulated, the GPU's kernels on this processor, which is slow and shows that they are right")
        ->check(CLI::IsMember({"cpu", "cuda", "emulated"}))
        ->capture_default_str();
}

MakeStepDevice step_device(const std::string& device) {
    if (device == "cpu") return {};
    if (device == "cuda") static_cast<void>(cuda::open_gpu());  // before any work is done: whether there is one
    return [device](std::span<const Trainer* const> trainers) { return cuda::make_device_runs(device == "cuda" ? cuda::open_gpu() : cuda::make_host_machine(), trainers); };
}

}  // namespace ladder::cli
