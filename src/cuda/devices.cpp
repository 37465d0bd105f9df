#include "cuda/devices.h"

#include "base/error.h"
#include "cuda/device_runs.h"
#include "cuda/gpu.h"
#include "cuda/host_machine.h"

namespace ladder::cuda {

MakeStepDevice step_device(const std::string& name) {
    if (name == "cpu") return {};
    if (name == "emulated") return [](std::span<const Trainer* const> trainers) { return make_device_runs(make_host_machine(), trainers); };
    if (name != "cuda") throw Error("There is no device named \"" + name + "\".", "The devices are cpu, cuda and emulated.");
    static_cast<void>(open_gpu());
    return [](std::span<const Trainer* const> trainers) { return make_device_runs(open_gpu(), trainers); };
}

}  // namespace ladder::cuda
