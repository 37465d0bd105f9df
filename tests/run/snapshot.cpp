// Snapshots and statuses as bytes: the round trip, and every kind of damage.
#include <doctest/doctest.h>

#include <limits>

#include "base/error.h"
#include "run/snapshot.h"

using namespace ladder;

namespace {

Snapshot example() {
    Snapshot s;
    s.step = 1234567890123;
    s.train_loss = 3.25;
    s.gradient_norm = 0.125;
    Evaluation& e = s.evaluation;
    e.loss = 3.5;
    e.bayes_loss = 3.375;
    e.kl = {0.25, 0.125, 0.0625};
    e.blocks = 2;
    e.heads = 2;
    e.predictions = 3;
    e.positions = 4;
    for (int i = 0; i < 2 * 2 * 3 * 4; ++i) e.attention.push_back(static_cast<float>(i) / 64);
    for (int i = 0; i < 2 * 2 * 2; ++i) e.span_mass.push_back(static_cast<float>(i) / 8);
    s.reading.step = s.step;
    s.reading.rung = 2;
    s.reading.height = 1.75;
    s.reading.heads = {{0, 0.5}, {-1, 0.0}, {1, 0.25}, {1, 1.0}};
    s.reading.phase = Phase::cooperative;
    s.reading.specialisation = 0.75;
    return s;
}

}  // namespace

TEST_CASE("a snapshot survives the round trip") {
    const Snapshot a = example();
    const Snapshot b = decode_snapshot(encode(a));
    CHECK(b.step == a.step);
    CHECK(b.train_loss == a.train_loss);
    CHECK(b.gradient_norm == a.gradient_norm);
    CHECK(b.evaluation.loss == a.evaluation.loss);
    CHECK(b.evaluation.bayes_loss == a.evaluation.bayes_loss);
    CHECK(b.evaluation.kl == a.evaluation.kl);
    CHECK(b.evaluation.blocks == 2);
    CHECK(b.evaluation.predictions == 3);
    CHECK(b.evaluation.positions == 4);
    CHECK(b.evaluation.attention == a.evaluation.attention);
    CHECK(b.evaluation.span_mass == a.evaluation.span_mass);
    CHECK(b.reading.rung == 2);
    CHECK(b.reading.height == 1.75);
    REQUIRE(b.reading.heads.size() == 4);
    CHECK(b.reading.heads[1].span == -1);
    CHECK(b.reading.heads[2].mass == 0.25);
    CHECK(b.reading.phase == Phase::cooperative);
    CHECK(encode(b) == encode(a));
}

TEST_CASE("a snapshot cut at any byte is refused with a sentence") {
    const auto bytes = encode(example());
    for (std::size_t n = 0; n < bytes.size(); ++n) CHECK_THROWS_AS(decode_snapshot(std::span(bytes).first(n)), Error);
    auto longer = bytes;
    longer.push_back(std::byte{0});
    CHECK_THROWS_AS(decode_snapshot(longer), Error);
}

TEST_CASE("a snapshot with any byte changed is refused or still fits its own sizes") {
    const auto bytes = encode(example());
    for (std::size_t i = 0; i < bytes.size(); ++i)
        for (const int value : {0x00, 0x7F, 0xFF}) {
            auto damaged = bytes;
            damaged[i] = static_cast<std::byte>(value);
            try {
                const Snapshot s = decode_snapshot(damaged);
                const Evaluation& e = s.evaluation;
                const auto heads = static_cast<std::size_t>(e.blocks) * static_cast<std::size_t>(e.heads);
                CHECK(e.attention.size() == heads * static_cast<std::size_t>(e.predictions) * static_cast<std::size_t>(e.positions));
                CHECK(e.span_mass.size() == heads * (e.kl.size() - 1));
                CHECK(s.reading.rung < static_cast<int>(e.kl.size()));
            } catch (const Error&) {
            }
        }
}

TEST_CASE("another version is named") {
    auto bytes = encode(example());
    bytes[4] = std::byte{99};
    CHECK_THROWS_WITH_AS(decode_snapshot(bytes), doctest::Contains("another version"), Error);
}

TEST_CASE("a status survives the round trip and refuses damage") {
    RunnerStatus s;
    s.state = RunnerStatus::State::diverged;
    s.step = 42;
    s.train_loss = 3.5;
    s.steps_per_second = 31.5;
    s.sequences_per_second = 16128;
    s.workers = 2;
    s.kernels = "SIMD";
    s.message = "Training diverged.";
    const auto bytes = encode(s);
    const RunnerStatus t = decode_status(bytes);
    CHECK(t.state == s.state);
    CHECK(t.step == 42);
    CHECK(t.steps_per_second == 31.5);
    CHECK(t.workers == 2);
    CHECK(t.kernels == "SIMD");
    CHECK(t.message == s.message);
    for (std::size_t n = 0; n < bytes.size(); ++n) CHECK_THROWS_AS(decode_status(std::span(bytes).first(n)), Error);
    CHECK_THROWS_AS(decode_snapshot(bytes), Error);
}
