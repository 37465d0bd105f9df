// What a machine promises to those who give it work: copies, recordings, and that a recording that failed leaves it as it was.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "machines.h"

using namespace ladder;

namespace {

// Adds 1 to each of 700 numbers of two runs, on `machine`, as often as the recording is replayed.
std::vector<float> after_replays(cuda::Machine& machine, int replays) {
    constexpr int size = 700, runs = 2;
    std::vector<float> numbers(size * runs), ones(numbers.size(), 1.0f);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
    cuda::DeviceArray<float> sums(machine, size, runs), step(machine, size, runs);
    sums.put_all(numbers.data());
    step.put_all(ones.data());
    const auto recording = machine.record([&] { machine.run(cuda::AddLastRows{{step.data(), size}, {sums.data(), size}, 1, 1, size}, {1, runs, 256, 0}); });
    for (int i = 0; i < replays; ++i) recording->replay();
    sums.get_all(numbers.data());
    return numbers;
}

}  // namespace

TEST_CASE("a recording does its work each time it is replayed, and not while it is made") {
    for (const test::TestMachine& entry : test::test_machines()) {
        const auto machine = entry.open();
        INFO(entry.name << ": " << machine->name());
        MESSAGE("kernels are tested on: " << entry.name << ", " << machine->name());
        for (const int replays : {0, 1, 3}) {
            const std::vector<float> found = after_replays(*machine, replays);
            for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == static_cast<float>(i) + static_cast<float>(replays));
        }
    }
}

TEST_CASE("a recording that fails is given up, and the machine works on") {
    for (const test::TestMachine& entry : test::test_machines()) {
        INFO(entry.name);
        const auto machine = entry.open();
        const cuda::DeviceArray<float> numbers(*machine, 4);
        const auto refused = [&] {
            const auto recording = machine->record([&] { machine->run(cuda::AddLastRows{{numbers.data(), 4}, {numbers.data(), 4}, 1, 1, 4}, {1, 1, 256, std::size_t{1} << 30}); });
            recording->replay();
        };
        CHECK_THROWS_WITH(refused(), doctest::Contains("memory of its own"));
        CHECK(after_replays(*machine, 2)[5] == 7.0f);
    }
}
