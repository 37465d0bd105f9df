// Checkpoints: through bytes and back into a run that goes on bit for bit, and every kind of damage.
#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "run/training_loop.h"

using namespace ladder;

namespace {

Settings small_for_files() {
    Settings s;
    s.vocabulary = 7;
    s.length = 5;
    s.batch = 24;
    s.validation = 16;
    s.steps = 130;
    s.evaluate_every = 5;
    s.workers = 2;
    return s;
}

// Losses of each step after `from`, and the bytes of every snapshot.
struct Trace {
    std::vector<double> losses;
    std::vector<std::vector<std::byte>> snapshots;
    std::shared_ptr<const RunCheckpoint> middle;
};

Trace go_on(TrainingLoop& loop, const Settings& s, std::int64_t keep) {
    Trace trace;
    while (loop.trainer().step() < s.steps) {
        trace.losses.push_back(loop.advance().loss);
        if (evaluation_due(loop.trainer().step(), s.evaluate_every, s.steps)) trace.snapshots.push_back(encode(*loop.evaluate()));
        if (loop.trainer().step() == keep) trace.middle = loop.evaluated();
    }
    return trace;
}

}  // namespace

TEST_CASE("a run that goes on from a checkpoint has the same next 100 losses, snapshots and end, bit for bit") {
    Settings s = small_for_files();
    SUBCASE("minimal model, online data") {}
    SUBCASE("finite data, plateaus") { s.data = DataSource::finite, s.sequences = 100, s.schedule = ScheduleKind::plateau, s.patience = 4; }
    SUBCASE("cosine, SGD") { s.schedule = ScheduleKind::cosine, s.optimizer = OptimizerKind::sgd, s.learning_rate = 0.3; }
    SUBCASE("full model with dropout") { s.model = ModelKind::full, s.blocks = 2, s.hidden = 9, s.mlp = 8, s.dropout = 0.2, s.data = DataSource::finite, s.sequences = 50; }
    TrainingLoop straight(s);
    REQUIRE(straight.evaluate());
    const Trace all = go_on(straight, s, 30);
    REQUIRE(all.middle);
    CHECK(all.middle->step() == 30);

    const auto bytes = encode(*all.middle);
    const auto checkpoint = std::make_shared<const RunCheckpoint>(decode_checkpoint(bytes));
    CHECK(encode(*checkpoint) == bytes);
    Settings other = s;
    other.workers = 1;
    TrainingLoop resumed(other, Kernels::fast, checkpoint);
    CHECK(resumed.is_evaluated());
    const Trace rest = go_on(resumed, s, 0);
    REQUIRE(rest.losses.size() == 100);
    for (const double loss : rest.losses) REQUIRE(std::isfinite(loss));
    CHECK(rest.losses == std::vector<double>(all.losses.end() - 100, all.losses.end()));
    CHECK(rest.snapshots == std::vector<std::vector<std::byte>>(all.snapshots.begin() + 6, all.snapshots.end()));
    CHECK(encode(*resumed.evaluated()) == encode(*straight.evaluated()));
}

TEST_CASE("damaged checkpoints, and those of other runs, are refused with a sentence") {
    TrainingLoop loop(small_for_files());
    REQUIRE(loop.evaluate());
    const RunCheckpoint good = *loop.evaluated();
    const auto bytes = encode(good);
    CHECK(bytes.size() <= good.bytes() + 64);
    for (std::size_t n = 0; n < bytes.size(); n += n < 64 || n + 400 > bytes.size() ? 1 : 97) CHECK_THROWS_AS(decode_checkpoint(std::span(bytes).first(n)), Error);
    auto longer = bytes;
    longer.push_back(std::byte{0});
    CHECK_THROWS_AS(decode_checkpoint(longer), Error);

    const auto resume = [](const RunCheckpoint& c) { TrainingLoop(small_for_files(), Kernels::fast, std::make_shared<const RunCheckpoint>(c)); };
    CHECK_NOTHROW(resume(good));
    RunCheckpoint bad = good;
    bad.state.parameters.pop_back();
    CHECK_THROWS_AS(resume(bad), Error);
    bad = good;
    bad.state.first_moment.pop_back();
    CHECK_THROWS_AS(resume(bad), Error);
    bad = good;
    bad.readout.reached.pop_back();
    CHECK_THROWS_AS(resume(bad), Error);
    bad = good;
    bad.readout.current.heads[0].span = 99;
    CHECK_THROWS_AS(resume(bad), Error);
}
