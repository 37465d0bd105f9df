// Whole runs on a device: the trainer's course, many runs at once, the way back after divergence, refusals.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "cuda/device_runs.h"
#include "cuda/gpu.h"
#include "machines.h"
#include "run/training_loop.h"
#include "support/reference_run.h"
#include "support/worse.h"

using namespace ladder;

namespace {

Settings small() {
    Settings s;
    s.vocabulary = 8, s.spans = {1, 2}, s.length = 6, s.batch = 24, s.validation = 16, s.heads = 2, s.steps = 40;
    return s;
}

// `steps` steps of a trainer and of a device, given to the device in pieces. AdamW divides by the gradient's own size:
// an entry whose gradient is near zero moves by a share of the learning rate that rounding decides, 2e-3 as in the
// fixtures' test; the loss is touched by a hundredth of that.
void compare_course(const Settings& s, int steps, int piece) {
    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name);
        Trainer trainer(s);
        const auto device = test::on_machine(machine, {&trainer});
        const auto workspace = trainer.model().workspace();
        for (int step = 0; step < steps; step += piece) {
            const StepResult found = device->advance(piece).front();
            StepResult expected;
            for (int i = 0; i < piece; ++i) expected = trainer.train_step(*workspace);
            REQUIRE(found.step == expected.step);
            REQUIRE(std::isfinite(found.loss));
            CHECK(std::abs(found.loss - expected.loss) < 1e-4);
            CHECK(std::abs(found.gradient_norm - expected.gradient_norm) < 2e-3);
        }
        const Checkpoint found = device->checkpoint(0), expected = trainer.checkpoint();
        CHECK(found.step == expected.step);
        CHECK(found.schedule == expected.schedule);
        double most = 0;
        for (std::size_t i = 0; i < expected.parameters.size(); ++i) {
            REQUIRE(std::isfinite(found.parameters[i]));
            most = test::worse(most, std::abs(static_cast<double>(found.parameters[i]) - static_cast<double>(expected.parameters[i])));
        }
        CHECK(most < 2e-3);
    }
}

}  // namespace

TEST_CASE("a device makes the trainer's steps") {
    compare_course(small(), 20, 5);
    Settings s = small();
    s.schedule = ScheduleKind::cosine, s.weight_decay = 0.1, s.clip = 0;
    compare_course(s, 12, 4);
    s = small();
    s.optimizer = OptimizerKind::sgd, s.learning_rate = 0.2, s.data = DataSource::finite, s.sequences = 60;
    for (const double momentum : {0.0, 0.5, 0.9}) {
        s.momentum = momentum;
        compare_course(s, 12, 3);
    }
}

TEST_CASE("a plateau lowers the device's rate where it lowers the trainer's") {
    Settings s = small();
    s.learning_rate = 0.2, s.schedule = ScheduleKind::plateau, s.patience = 2;
    Trainer trainer(s);
    const auto device = test::on_machine(test::test_machines().front(), {&trainer});
    const auto workspace = trainer.model().workspace();
    for (int i = 0; i < 30; ++i) trainer.train_step(*workspace);
    device->advance(30);
    REQUIRE(trainer.checkpoint().schedule.factor < 1);
    CHECK(device->checkpoint(0).schedule.factor == trainer.checkpoint().schedule.factor);
}

TEST_CASE("runs that share a device have the bits that they have alone") {
    std::vector<std::unique_ptr<Trainer>> trainers;
    std::vector<const Trainer*> together;
    for (int i = 0; i < 3; ++i) {
        Settings s = small();
        s.seed = 3 + static_cast<std::uint64_t>(i), s.learning_rate = 0.02 * (i + 1), s.importance = 1.2 + i, s.query_init = InitKind::uniform, s.query_scale = 0.1 * (i + 1);
        together.push_back(trainers.emplace_back(std::make_unique<Trainer>(s)).get());
    }
    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name);
        const auto device = test::on_machine(machine, together);
        const std::vector<StepResult> results = device->advance(6);
        for (int i = 0; i < 3; ++i) {
            const auto alone = test::on_machine(machine, {together[static_cast<std::size_t>(i)]});
            alone->advance(2);
            const StepResult result = alone->advance(4).front();
            CHECK(result.loss == results[static_cast<std::size_t>(i)].loss);
            CHECK(result.gradient_norm == results[static_cast<std::size_t>(i)].gradient_norm);
            CHECK(alone->checkpoint(0).parameters == device->checkpoint(i).parameters);
            CHECK(alone->checkpoint(0).second_moment == device->checkpoint(i).second_moment);
        }
    }
}

TEST_CASE("a run goes on from a checkpoint to the same bits") {
    const Trainer trainer(small());
    const test::TestMachine machine = test::test_machines().front();
    const auto straight = test::on_machine(machine, {&trainer}), first = test::on_machine(machine, {&trainer}), second = test::on_machine(machine, {&trainer});
    straight->advance(9);
    first->advance(4);
    const Checkpoint begun = second->checkpoint(0), reached = first->checkpoint(0);
    second->restore(0, reached);
    CHECK(second->checkpoint(0).parameters == reached.parameters);
    CHECK(begun.parameters != reached.parameters);
    second->advance(5);
    first->advance(5);
    CHECK(second->checkpoint(0).parameters == straight->checkpoint(0).parameters);
    CHECK(first->checkpoint(0).second_moment == straight->checkpoint(0).second_moment);
    CHECK(second->checkpoint(0).step == 9);
}

TEST_CASE("a run that diverges stands where the trainer would, and the others go on") {
    // SGD: the first update leaves the range of float, the second step's loss is no number, and the first is taken back.
    // AdamW: the same, an update later.
    Settings wild = small(), adamw = small();
    wild.optimizer = OptimizerKind::sgd, wild.learning_rate = 1e38, wild.weight_decay = 100, wild.clip = 0;
    adamw.learning_rate = 1e36, adamw.weight_decay = 1;
    for (const Settings& s : {wild, adamw}) {
        Settings tame = s;
        tame.learning_rate = 0.1, tame.weight_decay = 0;
        const Trainer bad(s), good(tame);
        Trainer trainer(s);
        const auto workspace = trainer.model().workspace();
        StepResult expected;
        for (int i = 0; i < 8 && !expected.diverged; ++i) expected = trainer.train_step(*workspace);
        REQUIRE(expected.diverged);
        for (const test::TestMachine& machine : test::test_machines()) {
            INFO(machine.name);
            const auto device = test::on_machine(machine, {&bad, &good});
            const auto results = device->advance(8);
            CHECK(results[0].diverged);
            CHECK(results[0].step == expected.step);
            CHECK(results[0].failed_step == expected.failed_step);
            CHECK_FALSE(results[1].diverged);
            CHECK(results[1].step == 8);
            const auto kept = test::on_machine(machine, {&bad});
            if (expected.step > 0) kept->advance(static_cast<int>(expected.step));
            CHECK(device->checkpoint(0).parameters == kept->checkpoint(0).parameters);
            CHECK(device->checkpoint(0).first_moment == kept->checkpoint(0).first_moment);
            CHECK(device->checkpoint(0).second_moment == kept->checkpoint(0).second_moment);
            for (const float p : device->checkpoint(0).parameters) REQUIRE(std::isfinite(p));
            CHECK(device->advance(1)[0].step == expected.step);  // and stays there
        }
    }
}

TEST_CASE("the minimal model's reference runs are reproduced by a device") {
    for (const test::TestMachine& machine : test::test_machines())
        for (const char* name : {"train-minimal", "train-minimal-small-init"}) {
            INFO(machine.name);
            test::check_reference_run(name, [&](const Fixture& fixture) {
                return replay(fixture, 20, Kernels::fast, [&](std::span<const Trainer* const> trainers) { return cuda::make_device_runs(machine.open(), trainers); });
            });
        }
}

TEST_CASE("the full model's reference runs are reproduced by a device") {
    for (const test::TestMachine& machine : test::test_machines()) {
        INFO(machine.name);
        const auto run = [&](const Fixture& fixture) {
            return replay(fixture, 20, Kernels::fast, [&](std::span<const Trainer* const> trainers) { return cuda::make_device_runs(machine.open(), trainers); });
        };
        if (machine.name == "processor, backward") continue;  // tests/cuda/full.cpp compares the orders
        for (const char* name : {"train-full", "train-full-bias-2-blocks"}) test::check_reference_run(name, run);
        test::check_reference_run("train-full-sgd", run, test::drift_past_a_kink);
    }
}

TEST_CASE("a training loop on a device evaluates as one without") {
    const Settings s = small();
    TrainingLoop here(s), there(s);
    there.attach(test::on_machine(test::test_machines().front(), {&there.trainer()}));
    const auto compare = [&] {
        const auto a = here.evaluate(), b = there.evaluate();
        REQUIRE(a);
        REQUIRE(b);
        CHECK(a->step == b->step);
        CHECK(std::abs(a->evaluation.loss - b->evaluation.loss) < 1e-4);
        CHECK(std::abs(a->train_loss - b->train_loss) < 1e-4);
        CHECK(a->reading.rung == b->reading.rung);
    };
    compare();
    for (int i = 0; i < 10; ++i) here.advance();
    CHECK(there.advance(10).step == 10);
    CHECK(there.step() == 10);
    compare();
    CHECK(there.is_evaluated());
}

TEST_CASE("what a device cannot do is refused in words") {
    Settings deep = small(), other = small();
    deep.blocks = 2;
    other.batch = 25;
    const Trainer trainer(small()), two_blocks(deep), other_batch(other);
    const test::TestMachine machine = test::test_machines().front();
    CHECK_THROWS_WITH(test::on_machine(machine, {&two_blocks}), doctest::Contains("one block"));
    CHECK_THROWS_WITH(test::on_machine(machine, {&trainer, &other_batch}), doctest::Contains("different shapes"));
    Checkpoint wrong = trainer.checkpoint();
    wrong.parameters.pop_back();
    const auto device = test::on_machine(machine, {&trainer});
    CHECK_THROWS_AS(device->restore(0, wrong), Error);
}
