#include "machines.h"

#include "base/error.h"
#include "cuda/device_runs.h"
#include "cuda/gpu.h"
#include "cuda/host_machine.h"

namespace ladder::test {

std::vector<TestMachine> test_machines() {
    std::vector<TestMachine> machines{{"processor, forward", [] { return cuda::make_host_machine(cuda::HostOrder::forward); }},
                                      {"processor, backward", [] { return cuda::make_host_machine(cuda::HostOrder::backward); }}};
    try {
        static_cast<void>(cuda::open_gpu());
        machines.push_back({"GPU", [] { return cuda::open_gpu(); }});
    } catch (const Error&) {  // none here
    }
    return machines;
}

std::unique_ptr<StepDevice> on_machine(const TestMachine& machine, std::vector<const Trainer*> trainers) { return cuda::make_device_runs(machine.open(), trainers); }

}  // namespace ladder::test
