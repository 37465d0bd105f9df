// Batches made on a device are the trainer's, token for token.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "cuda/batch_source.h"
#include "machines.h"

using namespace ladder;

namespace {

// The device's batches of steps 0 .. steps - 1 against those of a trainer that is put to each step.
void compare_batches(const Settings& s, int steps) {
    Trainer trainer(s);
    const std::size_t size = static_cast<std::size_t>(trainer.settings().batch) * trainer.sampler().sequence_length();
    for (const test::TestMachine& entry : test::test_machines()) {
        INFO(entry.name << ", d " << s.vocabulary << ", w " << window(s) << ", L " << s.length << ", batch " << s.batch << ", scale " << s.scale);
        const auto machine = entry.open();
        const Trainer* const trainers[] = {&trainer};
        const auto source = cuda::make_batch_source(*machine, trainers);
        cuda::DeviceArray<cuda::RunState> state(*machine, 1);
        cuda::DeviceArray<cuda::RunConstants> constants(*machine, 1);
        const cuda::RunConstants known{s.seed};
        constants.put_all(&known);
        Checkpoint at = trainer.checkpoint();
        for (int step = 0; step < steps; ++step) {
            const cuda::RunState stands{step};
            state.put_all(&stands);
            REQUIRE(source->enter(0, step) > 0);
            source->run({constants.data(), state.data()});
            std::vector<std::int32_t> tokens(size);
            machine->to_host(tokens.data(), source->tokens().of(0), size * sizeof(std::int32_t));
            at.step = step;
            trainer.restore(at);
            REQUIRE(tokens == trainer.batch_tokens(0, trainer.settings().batch));
        }
    }
}

Settings sampled(int d, std::vector<int> spans, int length, int batch) {
    Settings s;
    s.vocabulary = d, s.spans = std::move(spans), s.length = length, s.batch = batch, s.validation = 1;
    return s;
}

}  // namespace

TEST_CASE("sampled tokens are the processor's") {
    compare_batches(sampled(50, {2, 2, 2}, 20, 33), 3);
    for (const int d : {2, 3, 5, 17, 107}) compare_batches(sampled(d, {2, 1}, 7, 19), 2);
    compare_batches(sampled(9, {1}, 1, 1), 2);
    compare_batches(sampled(9, {4, 4, 4}, 20, 16), 2);
}

TEST_CASE("tokens of a chain so sharp that products underflow are the processor's") {
    Settings s = sampled(10, {2, 2}, 12, 40);
    s.scale = 30, s.importance = 3;
    compare_batches(s, 4);
}

TEST_CASE("batches of finite data follow the epochs' orders") {
    Settings s = sampled(6, {1, 2}, 5, 7);
    s.data = DataSource::finite, s.sequences = 23;
    compare_batches(s, 8);  // three batches an epoch
}

TEST_CASE("batches of a text are cut where the processor cuts them") {
    Settings s = sampled(6, {1, 2}, 5, 7);
    s.data = DataSource::text;
    for (int i = 0; i < 900; ++i) s.text += static_cast<char>('a' + i * i % 5);
    compare_batches(s, 3);
}
