// Runs made together on a device: the records that each has alone, failures that stay their own, devices too small for all.
#include "experiment/run_together.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "base/out_of_memory.h"
#include "cuda/device_runs.h"
#include "cuda/host_machine.h"
#include "experiment/run.h"

using namespace ladder;

namespace {

Settings shared_shape() {
    Settings s;
    s.vocabulary = 6, s.spans = {1, 2}, s.length = 5, s.batch = 16, s.validation = 20, s.heads = 2, s.steps = 25, s.evaluate_every = 10;
    return s;
}

std::vector<SweepJob> jobs_of(std::vector<Settings> settings) {
    std::vector<SweepJob> jobs;
    for (Settings& s : settings) jobs.push_back({std::to_string(jobs.size()), "run " + std::to_string(jobs.size()), std::move(s)});
    return jobs;
}

std::unique_ptr<StepDevice> emulated(std::span<const Trainer* const> trainers) { return cuda::make_device_runs(cuda::make_host_machine(), trainers); }

// The emulated device until it has advanced `advances` times; from then on whatever is asked of it fails.
class Failing final : public StepDevice {
public:
    Failing(std::unique_ptr<StepDevice> device, int advances) : device_(std::move(device)), left_(advances) {}

    std::string name() const override { return device_->name(); }
    int runs() const override { return device_->runs(); }
    std::vector<StepResult> advance(int steps) override {
        check();
        --left_;
        return device_->advance(steps);
    }
    Contribution gradient(int run) override { return check(), device_->gradient(run); }
    Checkpoint checkpoint(int run) override { return check(), device_->checkpoint(run); }
    void restore(int run, const Checkpoint& c) override { check(), device_->restore(run, c); }
    void forward(int run, const TokenBatch& batch, std::span<float> logits, std::span<float> attention, bool all_rows) override {
        check();
        device_->forward(run, batch, logits, attention, all_rows);
    }

private:
    void check() const {
        if (left_ == 0) throw Error("The GPU failed at its work: an illegal memory access was encountered.");
    }

    std::unique_ptr<StepDevice> device_;
    int left_;
};

void check_same(const RunRecord& a, const RunRecord& b) {
    CHECK(a.label == b.label);
    CHECK(a.failure == b.failure);
    REQUIRE(a.moments.size() == b.moments.size());
    for (std::size_t i = 0; i < a.moments.size(); ++i) {
        CHECK(a.moments[i].step == b.moments[i].step);
        CHECK(a.moments[i].validation_loss == b.moments[i].validation_loss);
        CHECK(a.moments[i].train_loss == b.moments[i].train_loss);
    }
}

}  // namespace

TEST_CASE("runs of one shape with evaluations at the same steps form a group") {
    Settings a = shared_shape(), b = shared_shape(), wide = shared_shape(), rare = shared_shape();
    b.seed = 9, b.learning_rate = 0.01, b.importance = 2;
    wide.batch = 20;
    rare.evaluate_every = 5;
    const auto jobs = jobs_of({a, wide, b, rare, a});
    CHECK(groups_of_runs(jobs, 10) == std::vector<std::vector<std::size_t>>{{0, 2, 4}, {1}, {3}});
    CHECK(groups_of_runs(jobs, 2) == std::vector<std::vector<std::size_t>>{{0, 2}, {1}, {3}, {4}});
}

TEST_CASE("runs made together have the records that they have alone, and these are the processor's to rounding") {
    Settings a = shared_shape(), b = shared_shape();
    b.seed = 9, b.importance = 2.5;
    const auto jobs = jobs_of({a, b});
    std::int64_t steps = 0;
    const auto together = run_together(jobs, emulated, 2, [&](std::int64_t made) {
        steps += made;
        return true;
    });
    CHECK(steps == 50);
    REQUIRE(together.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        check_same(together[i], run_together(std::span(jobs).subspan(i, 1), emulated, 1).front());
        const RunRecord here = run_experiment(jobs[i].settings, jobs[i].label);
        REQUIRE(together[i].moments.size() == here.moments.size());
        // As in tests/cuda/runs.cpp: rounding decides 2e-3 of a parameter, and a hundredth of that reaches the loss.
        for (std::size_t m = 0; m < here.moments.size(); ++m) CHECK(std::abs(together[i].moments[m].validation_loss - here.moments[m].validation_loss) < 1e-4);
    }
}

namespace {

// One that goes well, one that diverges at once and one that cannot be made.
struct OddOnes {
    Settings calm, wild, impossible;
};
OddOnes odd_ones() {
    OddOnes odd{shared_shape(), shared_shape(), shared_shape()};
    odd.wild.optimizer = OptimizerKind::sgd, odd.wild.learning_rate = 1e38, odd.wild.weight_decay = 100, odd.wild.clip = 0;
    odd.calm = odd.wild;
    odd.calm.learning_rate = 0.1, odd.calm.weight_decay = 0;
    odd.impossible.spans = {8, 8, 8, 8, 8, 8, 8, 8}, odd.impossible.length = 20;
    return odd;
}

}  // namespace

TEST_CASE("a run that diverges or cannot be made leaves the others as they are") {
    const auto [calm, wild, impossible] = odd_ones();
    const auto jobs = jobs_of({wild, calm, impossible});
    const auto records = run_together(jobs, emulated, 1);
    CHECK(records[0].failure.find("diverged at step 2") != std::string::npos);
    CHECK(records[0].failure.find("put back to step " + std::to_string(records[0].last().step) + ".") != std::string::npos);
    for (const RunRecord& r : records) CHECK_FALSE(r.machine_failed);
    CHECK(records[1].failure.empty());
    CHECK(records[1].last().step == 25);
    check_same(records[1], run_together(std::span(jobs).subspan(1, 1), emulated, 1).front());
}

TEST_CASE("a device without memory for all runs is given fewer at once, and what fits nowhere says so") {
    const auto jobs = jobs_of({shared_shape(), shared_shape(), shared_shape()});
    const auto one_at_a_time = [](std::span<const Trainer* const> trainers) {
        if (trainers.size() > 1) throw OutOfMemory("The GPU has not enough memory.");
        return emulated(trainers);
    };
    const auto records = run_together(jobs, one_at_a_time, 1), together = run_together(jobs, emulated, 1);
    REQUIRE(records.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) check_same(records[i], together[i]);
    const auto none = run_together(jobs, [](std::span<const Trainer* const>) -> std::unique_ptr<StepDevice> { throw OutOfMemory("The GPU has not enough memory."); }, 1);
    for (const RunRecord& r : none) {
        CHECK(r.failure == "The GPU has not enough memory.");
        CHECK(r.machine_failed);
    }
    const auto short_of_memory = run_together(jobs, [](std::span<const Trainer* const>) -> std::unique_ptr<StepDevice> { throw std::bad_alloc(); }, 1);
    for (const RunRecord& r : short_of_memory) CHECK(r.failure == not_enough_memory);
}

TEST_CASE("what a device that fails was making has its sentence, and what was over before stays as it was") {
    const auto [calm, wild, impossible] = odd_ones();
    const auto jobs = jobs_of({calm, wild, impossible, calm});
    const auto whole = run_together(jobs, emulated, 1);
    for (const int advances : {0, 1, 2}) {
        int made = 0;
        const auto records = run_together(jobs, [&](std::span<const Trainer* const> trainers) { return ++made, std::make_unique<Failing>(emulated(trainers), advances); }, 1);
        CAPTURE(advances);
        CHECK(made == 1);  // fewer runs would fail as well
        REQUIRE(records.size() == 4);
        for (const std::size_t i : {0u, 3u}) {
            CHECK(records[i].failure == "The GPU failed at its work: an illegal memory access was encountered.");
            CHECK(records[i].machine_failed);
            REQUIRE_FALSE(records[i].empty());
            CHECK(records[i].last().step < 25);
        }
        CHECK(records[2].failure == whole[2].failure);
        CHECK_FALSE(records[2].machine_failed);
        if (advances < 2) continue;  // it failed before a checkpoint of the run that diverges came back
        CHECK(records[1].failure == whole[1].failure);
        CHECK_FALSE(records[1].machine_failed);
    }
}

TEST_CASE("a device that refuses its runs for another reason than memory is not given fewer") {
    const auto jobs = jobs_of({shared_shape(), shared_shape(), shared_shape()});
    int made = 0;
    const auto none = [&](std::span<const Trainer* const>) -> std::unique_ptr<StepDevice> {
        ++made;
        throw Error("No NVIDIA GPU can be used here.");
    };
    const auto records = run_together(jobs, none, 1);
    CHECK(made == 1);
    REQUIRE(records.size() == 3);
    for (const RunRecord& r : records) {
        CHECK(r.failure == "No NVIDIA GPU can be used here.");
        CHECK(r.machine_failed);
    }
}

TEST_CASE("runs made together end early when they are told to") {
    const auto jobs = jobs_of({shared_shape(), shared_shape()});
    const auto records = run_together(jobs, emulated, 1, [](std::int64_t) { return false; });
    for (const RunRecord& r : records) {
        CHECK(r.failure.empty());
        CHECK(r.last().step < 25);
    }
}
