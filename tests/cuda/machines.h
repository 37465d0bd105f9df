// The machines that the kernels are tested on: this processor with threads in either order, and the GPU where the build
// has CUDA and the machine has one. With LADDER_TEST_MACHINES=gpu in the environment the GPU alone; where there is none, every test fails.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cuda/machine.h"
#include "train/step_device.h"

namespace ladder::test {

struct TestMachine {
    std::string name;
    std::function<std::unique_ptr<cuda::Machine>()> open;
};
std::vector<TestMachine> test_machines();

// The runs of these trainers on a machine.
std::unique_ptr<StepDevice> on_machine(const TestMachine&, std::vector<const Trainer*>);

}  // namespace ladder::test
