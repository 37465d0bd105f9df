// The runs on screen, with a runner that only pretends: what is in training, what is shown, and what of it a branch leaves.
#include "ui/run_desk.h"

#include <doctest/doctest.h>

using namespace ladder;

namespace {

// Trains by hand: measure() is what it has got to, and it keeps what it was told.
class HandRunner final : public Runner {
public:
    struct Told {
        Settings settings;
        std::int64_t from = 0;  // of the checkpoint that it went on from; 0: from the start
        bool running = false;
        double speed = -1;
        std::int64_t stop = -1;
    };
    explicit HandRunner(Told& told) : told_(told) {}
    void start(const Settings& s, bool running) override {
        told_ = {s, 0, running};
        status_ = {};
        readout_.emplace(Chain(s));
    }
    void resume(const Settings& s, std::shared_ptr<const RunCheckpoint> from, bool running) override {
        told_ = {s, from->step(), running};
        status_ = {};
        readout_->restore(from->readout);
    }
    void play() override { told_.running = true; }
    void pause() override { told_.running = false; }
    void step() override {}
    void set_speed(double speed) override { told_.speed = speed; }
    void set_stop(std::int64_t stop) override { told_.stop = stop; }
    void request_checkpoint() override {}
    std::vector<std::shared_ptr<const RunCheckpoint>> take_checkpoints() override { return std::exchange(checkpoints_, {}); }
    std::vector<std::shared_ptr<const Snapshot>> take_snapshots() override { return std::exchange(snapshots_, {}); }
    RunnerStatus status() const override { return status_; }

    void measure(std::int64_t step, bool kept) {
        auto s = std::make_shared<Snapshot>();
        s->step = status_.step = step;
        s->evaluation.heads = told_.settings.heads;
        s->evaluation.kl.assign(told_.settings.spans.size() + 1, 0.1);
        s->evaluation.span_mass.assign(static_cast<std::size_t>(told_.settings.heads) * told_.settings.spans.size(), 0.1f);
        s->evaluation.loss = 2;
        readout_->observe(step, s->evaluation);
        snapshots_.push_back(s);
        if (!kept) return;
        auto checkpoint = std::make_shared<RunCheckpoint>();
        checkpoint->state.step = step;
        checkpoint->readout = readout_->state();
        checkpoints_.push_back(checkpoint);
    }

private:
    Told& told_;
    RunnerStatus status_;
    std::optional<Readout> readout_;
    std::vector<std::shared_ptr<const RunCheckpoint>> checkpoints_;
    std::vector<std::shared_ptr<const Snapshot>> snapshots_;
};

// A run of steps 0, 10 .. 40, of which those after 0 were kept.
struct Desk {
    HandRunner::Told told;
    HandRunner* runner;
    RunDesk runs;

    Desk() : Desk(std::make_unique<HandRunner>(told)) {}
    void measure(std::int64_t from, std::int64_t to) {
        for (std::int64_t step = from; step <= to; step += 10) runner->measure(step, step > 0);
        runs.collect();
    }
    Settings faster() const {
        Settings s = runs.shown().settings;
        s.learning_rate *= 2;
        return s;
    }
    std::string branch_at(std::int64_t step) {
        const Settings next = faster();
        return runs.go_on_from(runs.shown().history->at_step(step), &next, true);
    }

private:
    explicit Desk(std::unique_ptr<HandRunner> made) : runner(made.get()), runs(std::move(made), nullptr) {
        Settings s;
        s.vocabulary = 7;
        runs.begin("default", s, true);
        measure(0, 40);
    }
};

}  // namespace

TEST_CASE("the moment on screen is the newest until another is shown, and again when a run goes on") {
    Desk d;
    CHECK(d.runs.view().live);
    CHECK(d.runs.view().now().step == 40);
    d.runs.show(25);
    d.measure(50, 50);
    CHECK_FALSE(d.runs.view().live);
    CHECK(d.runs.view().now().step == 20);  // the last that was measured before
    CHECK(d.runs.shown_step() == 25);
    const int number = d.runs.training().number;
    CHECK(d.runs.go_on_from(d.runs.view().shown, nullptr, false).empty());
    CHECK(d.told.from == 20);
    CHECK_FALSE(d.told.running);
    CHECK(d.runs.view().live);
    CHECK(d.runs.view().now().step == 20);
    CHECK(d.runs.training().number != number);
    CHECK(d.runs.other() == nullptr);
}

TEST_CASE("a moment whose state was not kept is refused, and nothing changes") {
    Desk d;
    d.runs.show(0);
    CHECK(d.runs.go_on_from(0, nullptr, true).starts_with("The state of the model at this step was not kept"));
    CHECK(d.runs.view().now().step == 0);
    CHECK(d.told.from == 0);
    Settings other = d.runs.shown().settings;
    other.heads += 1;
    CHECK_FALSE(d.runs.go_on_from(2, &other, true).empty());
    CHECK(d.runs.other() == nullptr);
    CHECK(d.told.from == 0);
}

TEST_CASE("a branch trains beside the run before it, and either can be shown, kept and gone on with") {
    Desk d;
    const Settings before = d.runs.shown().settings;
    REQUIRE(d.branch_at(20).empty());
    CHECK(d.told.from == 20);
    CHECK(d.told.settings.learning_rate == 2 * before.learning_rate);
    REQUIRE(d.runs.other());
    CHECK(d.runs.other()->settings == before);
    CHECK(d.runs.other()->history->newest().step == 40);
    CHECK(d.runs.view().now().step == 20);
    CHECK(d.runs.view().branch_step == 20);
    CHECK_FALSE(d.runs.view().branch_difference.empty());
    REQUIRE(d.runs.training().partings.size() == 1);
    CHECK(d.runs.training().partings[0].step == 20);
    d.measure(30, 30);

    SUBCASE("the run before is looked at, and the branch is kept") {
        d.runs.show_before(true);
        CHECK(d.runs.view().showing_before);
        CHECK_FALSE(d.runs.view().trains);
        CHECK_FALSE(d.runs.view().live);  // it is at its end
        CHECK(d.runs.view().now().step == 40);
        CHECK(d.runs.view().other == d.runs.training().history.get());
        CHECK(d.runs.drop_other(false).empty());
        CHECK(d.runs.other() == nullptr);
        CHECK(d.runs.view().now().step == 30);
        CHECK(d.told.from == 20);  // it trains as it did
    }
    SUBCASE("the run before goes on: the branch stays beside it, at the same place") {
        d.runs.show_before(true);
        CHECK(d.runs.go_on_from(d.runs.shown().history->at_step(30), nullptr, true).empty());
        CHECK(d.told.from == 30);
        CHECK(d.told.settings == before);
        CHECK(d.runs.training().partings.empty());
        CHECK(d.runs.view().showing_before);
        CHECK(d.runs.view().trains);
        CHECK(d.runs.view().branch_step == 20);
        d.runs.show_before(false);
        CHECK(d.runs.view().now().step == 30);
        CHECK(d.runs.shown().settings.learning_rate == 2 * before.learning_rate);
    }
    SUBCASE("the branch is left: the run before rests at its end") {
        CHECK(d.runs.drop_other(true).empty());
        CHECK(d.told.from == 40);
        CHECK_FALSE(d.told.running);
        CHECK(d.told.settings == before);
        CHECK(d.runs.other() == nullptr);
        CHECK_FALSE(d.runs.view().showing_before);
    }
    SUBCASE("the branch goes on from before it parted: it parts there") {
        CHECK(d.runs.go_on_from(d.runs.shown().history->at_step(10), nullptr, true).empty());
        CHECK(d.runs.view().branch_step == 10);
        CHECK(d.runs.training().partings[0].step == 10);
    }
    SUBCASE("a new run ends both") {
        d.runs.show_before(true);
        d.runs.begin("default", before, true);
        CHECK(d.runs.other() == nullptr);
        CHECK(d.runs.training().partings.empty());
        CHECK(d.runs.training().history->empty());
    }
}

TEST_CASE("settings that need no new run change both runs of a branch") {
    Desk d;
    REQUIRE(d.branch_at(20).empty());
    Settings next = d.runs.shown().settings;
    next.steps = 12345, next.speed = 3;
    d.runs.change(next);
    CHECK(d.told.stop == 12345);
    CHECK(d.runs.training().settings.steps == 12345);
    CHECK(d.runs.other()->settings.steps == 12345);
    CHECK(d.runs.training().settings.learning_rate != d.runs.other()->settings.learning_rate);
    d.runs.choose_speed(7);
    CHECK(d.runs.other()->settings.speed == 7);
}

TEST_CASE("an awaited step is reached at full speed and shown at rest, once") {
    Desk d;
    d.runs.await(30);
    d.runs.begin("default", d.runs.shown().settings, true);
    CHECK(d.told.speed == 0);
    CHECK_FALSE(d.runs.arrives());
    d.measure(0, 20);
    CHECK_FALSE(d.runs.arrives());
    d.measure(30, 50);
    CHECK(d.runs.arrives());
    CHECK_FALSE(d.told.running);
    CHECK(d.runs.view().now().step == 30);
    CHECK_FALSE(d.runs.arrives());
}

TEST_CASE("a host page is told of each run that begins and of what is measured in it") {
    Desk d;
    const std::string told = d.runs.take_events();
    CHECK(told.find("\"type\":\"load\"") != std::string::npos);
    CHECK(told.find("\"step\":40") != std::string::npos);
    CHECK(d.runs.take_events().empty());
}
