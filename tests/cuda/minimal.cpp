// The minimal model's kernels against the plain reference, at awkward sizes, with the sums in shared memory and without.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cuda/device_runs.h"
#include "cuda/host_machine.h"
#include "machines.h"
#include "support/difference.h"

using namespace ladder;

namespace {

Settings minimal_sized(int d, std::vector<int> spans, int heads, int length, int batch = 7) {
    Settings s;
    s.vocabulary = d, s.spans = std::move(spans), s.heads = heads, s.length = length, s.batch = batch, s.validation = 1;
    return s;
}

// As in tests/kernels/minimal_fast.cpp: sums of up to T H = 200 terms of one sign and a chain of about ten roundings.
constexpr double rounding = 2e-5;

void compare_minimal(const Settings& s, double scale = 1.0, double tolerance = rounding) {
    Trainer trainer(s, Kernels::reference);
    Checkpoint start = trainer.checkpoint();
    RandomSequence random(6, Stream::init);
    for (float& p : start.parameters) p = static_cast<float>((2 * random.uniform_double() - 1) * scale);
    trainer.restore(start);

    const auto workspace = trainer.model().workspace();
    const std::size_t B = static_cast<std::size_t>(s.batch), T = static_cast<std::size_t>(input_length(s)), L = static_cast<std::size_t>(s.length);
    const std::vector<std::int32_t> tokens = trainer.batch_tokens(0, s.batch);
    const TokenBatch batch{tokens, s.batch, input_length(s) + 1};
    std::vector<float> gradient(start.parameters.size()), logits(B * L * static_cast<std::size_t>(s.vocabulary)), maps(B * static_cast<std::size_t>(s.heads) * T * T), some_maps(maps.size());
    const double loss = trainer.model().gradient(batch, {}, static_cast<float>(1.0 / static_cast<double>(B * L)), gradient, *workspace);
    trainer.model().forward(batch, logits, maps, true, *workspace);
    trainer.model().forward(batch, logits, some_maps, false, *workspace);

    std::vector<float> first_gradient;
    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name << ", d " << s.vocabulary << ", T " << T << ", heads " << s.heads << ", batch " << s.batch);
        const auto device = test::on_machine(machine, {&trainer});
        std::vector<float> found_logits(logits.size()), found_maps(maps.size());
        const Contribution found = device->gradient(0);
        CHECK(found.loss == doctest::Approx(loss).epsilon(tolerance / 10));
        CHECK(relative_difference(found.gradient, gradient) < tolerance);
        device->forward(0, batch, found_logits, found_maps, true);
        CHECK(relative_difference(found_logits, logits) < tolerance);
        CHECK(relative_difference(found_maps, maps) < tolerance);
        device->forward(0, batch, found_logits, found_maps, false);
        CHECK(relative_difference(found_logits, logits) < tolerance);
        CHECK(relative_difference(found_maps, some_maps) < tolerance);
        if (machine.name == "processor, forward") first_gradient = found.gradient;
        if (machine.name == "processor, backward") CHECK(found.gradient == first_gradient);  // no thread reads what its neighbours write
    }
}

}  // namespace

TEST_CASE("the device's minimal kernels equal the reference") { compare_minimal(minimal_sized(50, {2, 2, 2}, 3, 20), 0.4); }

TEST_CASE("the device's minimal kernels equal the reference at awkward sizes") {
    for (const int d : {2, 3, 5, 17, 51}) compare_minimal(minimal_sized(d, {2, 1}, 3, 7));
    for (int heads = 1; heads <= 8; heads += 2) compare_minimal(minimal_sized(11, {2, 2, 2}, heads, 9));
    compare_minimal(minimal_sized(50, {1}, 1, 1));
    compare_minimal(minimal_sized(5, {2, 2}, 2, 1, 1));
    compare_minimal(minimal_sized(6, {3, 3}, 5, 70, 2));
    compare_minimal(minimal_sized(7, {1, 2}, 2, 5, 41));  // groups of unequal size
}

// At 227 KB, a GPU's and the emulated one's.
TEST_CASE("the device's minimal kernels equal the reference where a block has no room for their sums, or for a sequence") {
    compare_minimal(minimal_sized(60, {2, 2, 2}, 4, 32, 5));  // sums outside
    compare_minimal(minimal_sized(20, {2, 2, 2}, 8, 64, 2));  // all outside, forward too
}

TEST_CASE("the device's minimal kernels stay right at scores and logits far beyond the range of exponentials") {
    // At score magnitudes x float rounding of x itself is amplified: x eps.
    compare_minimal(minimal_sized(10, {2, 2}, 3, 12), 300, 1e-3);
}

TEST_CASE("a gradient has the same bits wherever a block keeps what it needs") {
    const Settings s = minimal_sized(20, {2, 2}, 2, 8, 20);
    const Trainer trainer(s);
    const Trainer* const trainers[] = {&trainer};
    const auto results = [&](std::size_t shared) {
        const auto device = cuda::make_device_runs(cuda::make_host_machine(cuda::HostOrder::forward, shared), trainers);
        std::vector<float> numbers(static_cast<std::size_t>(s.batch * s.length * s.vocabulary));
        device->forward(0, {trainer.batch_tokens(0, s.batch), s.batch, input_length(s) + 1}, numbers, {}, true);
        const std::vector<float> gradient = device->gradient(0).gradient;
        numbers.insert(numbers.end(), gradient.begin(), gradient.end());
        return numbers;
    };
    const std::vector<float> all_in_shared = results(227 * 1024);
    CHECK(results(16 * 1024) == all_in_shared);  // sums outside
    CHECK(results(4 * 1024) == all_in_shared);   // all outside
}
