// The full model's kernels against the processor's: gradients with and without dropout, maps, products of awkward sizes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cuda/device_runs.h"
#include "cuda/host_machine.h"
#include "cuda/program.h"
#include "machines.h"
#include "support/difference.h"

using namespace ladder;

namespace {

Settings full_settings() {
    Settings s;
    s.model = ModelKind::full;
    s.vocabulary = 5, s.spans = {1, 2}, s.length = 4, s.batch = 21, s.validation = 1, s.heads = 2, s.hidden = 12, s.mlp = 7, s.learning_rate = 0.01, s.dropout = 0;
    return s;
}

// Gradients, tensor by tensor, relative to the tensor's largest entry: sums over a few hundred rows of terms that a chain
// of some twenty roundings led to, partly cancelling; 1e-4 is what the fixtures' test allows the processor. What is 0 in
// exact arithmetic (keys' biases) is rounding, below 1e-6 of the whole gradient.
void compare_full(const Settings& s) {
    Trainer trainer(s);
    const auto workspace = trainer.model().workspace();
    TreeSum sum(trainer.shards());
    for (int shard = 0; shard < trainer.shards(); ++shard) sum.add({0, shard}, trainer.gradient(shard, *workspace));
    const Contribution expected = sum.take_root();
    const std::size_t B = static_cast<std::size_t>(s.batch), T = static_cast<std::size_t>(input_length(s));
    const std::vector<std::int32_t> tokens = trainer.batch_tokens(0, s.batch);
    const TokenBatch batch{tokens, s.batch, input_length(s) + 1};
    std::vector<float> logits(B * static_cast<std::size_t>(s.length * s.vocabulary)), maps(B * static_cast<std::size_t>(s.blocks * s.heads) * T * T), some_maps(maps.size()), first_gradient;
    trainer.model().forward(batch, logits, maps, true, *workspace);
    trainer.model().forward(batch, logits, some_maps, false, *workspace);

    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name << ", d " << s.vocabulary << ", T " << T << ", heads " << s.heads << ", blocks " << s.blocks << ", hidden " << s.hidden << ", dropout " << s.dropout);
        const auto device = test::on_machine(machine, {&trainer});
        const Contribution found = device->gradient(0);
        CHECK(found.loss == doctest::Approx(expected.loss).epsilon(1e-5));
        const double whole = *std::max_element(expected.gradient.begin(), expected.gradient.end());
        for (const ParameterInfo& p : trainer.model().table().entries()) {
            CAPTURE(p.name);
            const std::span<const float> a = std::span(found.gradient).subspan(p.offset, p.size()), b = std::span(expected.gradient).subspan(p.offset, p.size());
            if (p.name.find("key_proj.bias") == std::string::npos) CHECK(relative_difference(a, b) < 1e-4);
            else
                for (const float x : a) CHECK(std::abs(x) < 1e-6 * whole);
        }
        std::vector<float> found_logits(logits.size()), found_maps(maps.size());
        device->forward(0, batch, found_logits, found_maps, true);
        CHECK(relative_difference(found_logits, logits) < 1e-5);
        CHECK(relative_difference(found_maps, maps) < 1e-5);
        device->forward(0, batch, found_logits, found_maps, false);
        CHECK(relative_difference(found_logits, logits) < 1e-5);
        CHECK(relative_difference(found_maps, some_maps) < 1e-5);
        if (machine.name == "processor, forward") first_gradient = found.gradient;
        if (machine.name == "processor, backward") CHECK(found.gradient == first_gradient);  // no thread reads what its neighbours write
    }
}

}  // namespace

TEST_CASE("the device's full model has the processor's gradients") {
    compare_full(full_settings());
    Settings s = full_settings();
    s.blocks = 3, s.bias = true, s.heads = 3;
    compare_full(s);
    s = full_settings();
    s.batch = 1, s.length = 1, s.spans = {1}, s.heads = 1, s.hidden = 1, s.mlp = 1;
    compare_full(s);
    s = full_settings();
    s.batch = 5, s.vocabulary = 67, s.hidden = 70, s.mlp = 65, s.heads = 5, s.length = 15;  // products of 65 rows and more go through the large tiles
    compare_full(s);
    s.mlp = 33, s.vocabulary = 9;  // and those that are wide, or high, alone
    compare_full(s);
    s = full_settings();
    s.batch = 400, s.hidden = 4, s.mlp = 3;  // so many rows that their sums are cut into pieces
    compare_full(s);
    s = full_settings();
    s.vocabulary = 256, s.hidden = 255, s.heads = 3, s.batch = 2;  // the embeddings' sums, 261 KB, find no room in a block
    compare_full(s);
}

TEST_CASE("the device draws the processor's dropout masks") {
    Settings s = full_settings();
    s.dropout = 0.4, s.blocks = 2, s.bias = true;
    compare_full(s);
    s.hidden = 9, s.heads = 3;  // rows that are no whole groups of four
    compare_full(s);
}

TEST_CASE("runs of the full model that share a device have the bits that they have alone") {
    Settings s = full_settings(), other = s;
    s.dropout = 0.1, other.dropout = 0.3;
    other.seed = 12, other.learning_rate = 0.003;
    const Trainer first(s), second(other);
    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name);
        const auto together = test::on_machine(machine, {&first, &second}), alone = test::on_machine(machine, {&second});
        together->advance(3);
        alone->advance(3);
        CHECK(together->checkpoint(1).parameters == alone->checkpoint(0).parameters);
        CHECK(together->checkpoint(0).parameters != alone->checkpoint(0).parameters);
    }
}

TEST_CASE("the full model's gradient has the same bits wherever a block keeps the embeddings' sums") {
    Settings s = full_settings();
    s.vocabulary = 200, s.hidden = 48, s.batch = 5;
    const Trainer trainer(s);
    const Trainer* const trainers[] = {&trainer};
    const auto gradient = [&](std::size_t shared) { return cuda::make_device_runs(cuda::make_host_machine(cuda::HostOrder::forward, shared), trainers)->gradient(0).gradient; };
    CHECK(gradient(36 * 1024) == gradient(227 * 1024));  // 200 x 48 sums are 38 KB
}

TEST_CASE("sequences too long for a block of the device are refused in words") {
    const Trainer trainer(full_settings());
    const Trainer* const trainers[] = {&trainer};
    CHECK_THROWS_WITH(cuda::make_device_runs(cuda::make_host_machine(cuda::HostOrder::forward, 1000), trainers), doctest::Contains("shorter sequences"));
    // And before anything is allocated: of this batch there would not be memory enough either.
    Settings huge = full_settings();
    huge.batch = 1 << 28;
    const auto machine = cuda::make_host_machine(cuda::HostOrder::forward, 1000);
    CHECK_THROWS_WITH(cuda::make_full_program(*machine, huge, trainer.model().table(), 1), doctest::Contains("shorter sequences"));
}
