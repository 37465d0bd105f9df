// A sweep on runners that only pretend: who runs what, what is collected, and that a failing run stops nobody.
#include "experiment/sweep_run.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <memory>

#include "base/settings.h"

using namespace ladder;

namespace {

// Makes a run in as many polls as it is asked for snapshots; importance 3 diverges half-way.
class FakeRunner final : public Runner {
public:
    explicit FakeRunner(int& alive, bool broken = false) : alive_(alive), broken_(broken) { ++alive_; }
    ~FakeRunner() override { --alive_; }
    void start(const Settings& s, bool running) override {
        CHECK(running);
        CHECK(s.workers == 1);
        CHECK(s.speed == 0);
        settings_ = s, step_ = 0, status_ = {};
        if (broken_) status_.state = RunnerStatus::State::failed, status_.message = "No worker could be started.";
    }
    void resume(const Settings&, std::shared_ptr<const RunCheckpoint>, bool) override {}
    void play() override {}
    void pause() override {}
    void step() override {}
    void set_speed(double) override {}
    void set_stop(std::int64_t) override {}
    void request_checkpoint() override {}
    std::vector<std::shared_ptr<const RunCheckpoint>> take_checkpoints() override { return {}; }
    std::vector<std::shared_ptr<const Snapshot>> take_snapshots() override {
        if (status_.state == RunnerStatus::State::diverged || broken_) return {};
        auto s = std::make_shared<Snapshot>();
        s->step = step_;
        s->evaluation.heads = 1, s->evaluation.predictions = 20, s->evaluation.positions = 25;
        s->evaluation.attention.assign(20 * 25, 0.04f);
        s->evaluation.span_mass = {0.1f, 0.1f, 0.1f};
        s->evaluation.kl = {4, 3, 2, 1};
        s->evaluation.loss = static_cast<double>(settings_.seed);
        step_ += 10;
        if (settings_.importance == 3 && step_ > 10) status_.state = RunnerStatus::State::diverged, status_.message = "Training diverged.";
        return {s};
    }
    RunnerStatus status() const override { return status_; }

private:
    int& alive_;
    const bool broken_;  // cannot begin anything
    Settings settings_;
    std::int64_t step_ = 0;
    RunnerStatus status_;
};

}  // namespace

TEST_CASE("a sweep on screen: every run once, failures beside the others, no more runners than asked for") {
    Settings base;
    base.steps = 20;
    int alive = 0, most = 0;
    SweepRun sweep(plan_sweep(base, {{"importance", {"1.5", "3"}}, {"hidden", {"255", "64"}}, {"model", {"full"}}}, {1, 2}), [&] { return std::make_unique<FakeRunner>(alive); }, 2);
    REQUIRE(sweep.runs().size() == 8);
    CHECK(sweep.finished() == 4);  // 64 is not divisible by 3 heads
    CHECK(sweep.failed() == 4);
    for (int i = 0; i < 20 && !sweep.done(); ++i) {
        sweep.poll();
        most = std::max(most, alive);
        CHECK(sweep.progress() <= 1);
    }
    REQUIRE(sweep.done());
    CHECK(most == 2);
    CHECK(alive == 0);
    CHECK(sweep.progress() == 1);
    CHECK(sweep.failed() == 6);
    for (const RunRecord& run : sweep.runs()) {
        CAPTURE(run.label);
        if (run.settings.hidden == 64) {
            CHECK(run.empty());
            CHECK(run.failure == "The hidden width 64 cannot be divided among 3 heads. This run was left out.");
        } else if (run.settings.importance == 3) {
            CHECK(run.failure == "Training diverged.");
        } else {
            CHECK(run.failure.empty());
            REQUIRE(run.moments.size() == 3);
            CHECK(run.last().step == 20);
            CHECK(run.last().validation_loss == static_cast<double>(run.settings.seed));
        }
    }
    CHECK(sweep_table(sweep.runs()).find("Training diverged.") != std::string::npos);
}

TEST_CASE("a runner that can begin nothing is done without; without any other, each run is named as failed") {
    Settings base;
    base.steps = 20;
    for (const int broken : {1, 3}) {
        CAPTURE(broken);
        int alive = 0, made = 0;
        SweepRun sweep(plan_sweep(base, {}, {1, 2, 3, 4, 5, 6}), [&] { return std::make_unique<FakeRunner>(alive, made++ < broken); }, 3);
        for (int i = 0; i < 60 && !sweep.done(); ++i) sweep.poll();
        REQUIRE(sweep.done());
        CHECK(alive == 0);
        CHECK(sweep.failed() == (broken == 1 ? 0 : 6));
        for (const RunRecord& run : sweep.runs()) {
            CHECK(run.failure == (broken == 1 ? "" : "No worker could be started."));
            CHECK(run.moments.size() == (broken == 1 ? 3 : 0));
        }
    }
}

TEST_CASE("a sweep that is stopped keeps what it reached") {
    Settings base;
    base.steps = 1000;
    int alive = 0;
    SweepRun sweep(plan_sweep(base, {}, {1, 2, 3}), [&] { return std::make_unique<FakeRunner>(alive); }, 2);
    for (int i = 0; i < 4; ++i) sweep.poll();
    sweep.stop();
    CHECK(sweep.done());
    CHECK(alive == 0);
    CHECK(sweep.runs()[0].moments.size() == 3);
    CHECK(sweep.runs()[0].failure == "Stopped.");
    CHECK(sweep.runs()[2].empty());
}

TEST_CASE("values of an axis as they are typed") {
    CHECK(parse_values("1.3, 1.5,,") == std::vector<std::string>{"1.3", "1.5"});
    CHECK(parse_values(" 2 2 2 ; 4, 4") == std::vector<std::string>{"2 2 2", "4, 4"});
    CHECK(parse_values("").empty());
}
