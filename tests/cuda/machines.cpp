#include "machines.h"

#include <cstdlib>

#include "base/error.h"
#include "cuda/device_runs.h"
#include "cuda/gpu.h"
#include "cuda/host_machine.h"

namespace ladder::test {

std::vector<TestMachine> test_machines() {
    const TestMachine gpu{"GPU", [] { return cuda::open_gpu(); }};
    if (const char* chosen = std::getenv("LADDER_TEST_MACHINES"); chosen && std::string(chosen) == "gpu") {
        static_cast<void>(gpu.open());  // Error: the tests are to fail
        return {gpu};
    }
    std::vector<TestMachine> machines{{"processor, forward", [] { return cuda::make_host_machine(cuda::HostOrder::forward); }},
                                      {"processor, backward", [] { return cuda::make_host_machine(cuda::HostOrder::backward); }}};
    try {
        static_cast<void>(gpu.open());
        machines.push_back(gpu);
    } catch (const Error&) {  // none here
    }
    return machines;
}

std::unique_ptr<StepDevice> on_machine(const TestMachine& machine, std::vector<const Trainer*> trainers) { return cuda::make_device_runs(machine.open(), trainers); }

}  // namespace ladder::test
