// History in bounded memory: what is thinned, what stays, and that any step can be found again.
#include <doctest/doctest.h>

#include <cstdlib>

#include "base/error.h"
#include "run/history.h"

using namespace ladder;

namespace {

// kl is lowest at `rung`; the margins are far beyond any hysteresis.
std::shared_ptr<const Snapshot> snapshot(std::int64_t step, int rung) {
    auto s = std::make_shared<Snapshot>();
    s->step = step;
    s->evaluation.heads = 1;
    s->evaluation.predictions = 20;
    s->evaluation.positions = 25;
    s->evaluation.attention.assign(20 * 25, 0.04f);
    s->evaluation.span_mass = {0.1f, 0.1f, 0.1f};
    for (int k = 0; k <= 3; ++k) s->evaluation.kl.push_back(0.01 + 5.0 * std::abs(k - rung));
    return s;
}

Settings small_chain() {
    Settings s;
    s.vocabulary = 8;
    return s;
}

}  // namespace

TEST_CASE("history keeps everything until it is full, then thins by halves but never the marks") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 64});
    CHECK(history.empty());
    for (int i = 0; i < 10000; ++i) {
        history.add(snapshot(10 * i, i < 777 ? 0 : i < 2345 ? 1 : 2));
        CHECK(history.size() <= 64);
        CHECK(history.newest().step == 10 * i);
        CHECK(history[0].step == 0);
        if (i == 63) CHECK(history.size() == 64);
    }
    CHECK(history.size() >= 16);
    CHECK(history[history.at_step(7770)].step == 7770);
    CHECK(history[history.at_step(23450)].step == 23450);
    REQUIRE(history.readout().rung_changes().size() == 2);
    CHECK(history.readout().reached()[1] == 7770);
    for (std::size_t i = 1; i < history.size(); ++i) CHECK(history[i - 1].step < history[i].step);
}

TEST_CASE("a step is found at the last kept moment at or before it") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 64});
    for (const int step : {5, 10, 20}) history.add(snapshot(step, 0));
    CHECK(history[history.at_step(0)].step == 5);
    CHECK(history[history.at_step(5)].step == 5);
    CHECK(history[history.at_step(19)].step == 10);
    CHECK(history[history.at_step(20)].step == 20);
    CHECK(history[history.at_step(1 << 30)].step == 20);
    history.add(snapshot(20, 0));
    history.add(snapshot(15, 0));
    CHECK(history.size() == 3);
}

TEST_CASE("a run that changes its rung all the time stays within the memory too") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 8});
    for (int i = 0; i < 1000; ++i) {
        history.add(snapshot(i, i % 2));
        CHECK(history.size() <= 8);
        CHECK(history.newest().step == i);
    }
    CHECK(history[0].step == 0);
}

TEST_CASE("the moment of lowest validation loss stays, however much is thinned") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 16});
    for (int i = 0; i < 2000; ++i) {
        auto s = std::make_shared<Snapshot>(*snapshot(i, 1));
        s->evaluation.loss = std::abs(i - 777) * 0.01;
        history.add(s);
        CHECK(history.size() <= 16);
        CHECK(history[history.best()].step == std::min(i, 777));
    }
}

TEST_CASE("where nothing but marks is left, the first moment, the best and their attention maps stay") {
    const Chain chain(small_chain());
    const std::size_t map = 20 * 25 * sizeof(float);
    History few(chain, {.moments = 16}), light(chain, {.moments = 1024, .attention_bytes = 6 * map});
    for (int i = 0; i < 400; ++i) {
        auto s = std::make_shared<Snapshot>(*snapshot(i, i / 2 % 2));  // a rung stands when it is read twice: every second moment marks
        s->evaluation.loss = std::abs(i - 201) * 0.01;
        few.add(s);
        light.add(s);
        CHECK(few.size() <= 16);
        CHECK(few[0].step == 0);
        CHECK(few[few.best()].step == std::min(i, 201));
        CHECK_FALSE(light[0].evaluation.attention.empty());
        CHECK_FALSE(light[light.best()].evaluation.attention.empty());
    }
    REQUIRE(few.readout().rung_changes().size() > 100);
    std::size_t maps = 0;
    for (std::size_t i = 0; i < light.size(); ++i) maps += !light[i].evaluation.attention.empty();
    CHECK(maps <= 6);
}

namespace {

std::shared_ptr<const RunCheckpoint> checkpoint(const History& history, std::int64_t step, std::size_t parameters) {
    RunCheckpoint c;
    c.state.step = step;
    c.state.parameters.assign(parameters, 1.0f);
    c.state.first_moment = c.state.second_moment = c.state.parameters;
    c.readout = history.readout().state();
    return std::make_shared<const RunCheckpoint>(std::move(c));
}

// A run of 10^6 steps that is evaluated every so many, with this many heads in all and a checkpoint at each moment.
void fill(History& history, int every, int heads, int predictions, int positions, std::size_t parameters) {
    for (int step = 0; step <= 1000000; step += every) {
        auto s = std::make_shared<Snapshot>(*snapshot(step, step < 78000 ? 0 : step < 234000 ? 1 : step < 500000 ? 2 : 3));
        Evaluation& e = s->evaluation;
        e.loss = 1 + std::abs(step - 600000) * 1e-6;
        e.heads = heads, e.predictions = predictions, e.positions = positions;
        e.span_mass.assign(static_cast<std::size_t>(heads) * 3, 0.1f);
        e.attention.assign(static_cast<std::size_t>(heads) * static_cast<std::size_t>(predictions) * static_cast<std::size_t>(positions), 0.01f);
        s->reading.heads.resize(static_cast<std::size_t>(heads));
        history.add(s);
        history.attach(checkpoint(history, step, parameters));
        if (step / every % 16 == 0) REQUIRE(history.bytes() < std::size_t{64} << 20);
    }
}

}  // namespace

TEST_CASE("a run of a million steps stays below 64 MB, its stage boundaries and its best moment complete") {
    const Chain chain(small_chain());
    History history(chain);
    int every = 500, heads = 3, predictions = 20, positions = 25;
    std::size_t parameters = 3 * (25 * 25 + 20 * 20);
    SUBCASE("default sizes") {}
    SUBCASE("the largest attention maps") { heads = 64, predictions = 64, positions = 127, every = 2000; }
    SUBCASE("a full transformer of 300000 parameters") { parameters = 300000, every = 2000; }
    fill(history, every, heads, predictions, positions, parameters);
    CHECK(history.size() > 256);
    MESSAGE("kept: ", history.size(), " moments in ", history.bytes() >> 10, " KiB");
    for (const std::int64_t step : {78000, 234000, 500000, 600000}) {
        const std::size_t i = history.at_step(step);
        CHECK(history[i].step == step);
        CHECK_FALSE(history[i].evaluation.attention.empty());
        REQUIRE(history.checkpoint(i));
        CHECK(history.checkpoint(i)->step() == step);
    }
    CHECK(history.newest().step == 1000000);
    CHECK(history.checkpoint(history.size() - 1));
    CHECK_FALSE(history.newest().evaluation.attention.empty());
    CHECK(history.best() == history.at_step(600000));
    for (std::size_t i = 0; i < history.size(); ++i) {
        CHECK_FALSE(history[history.with_attention(i)].evaluation.attention.empty());
        CHECK(history.with_checkpoint(i) <= i);
    }
}

TEST_CASE("a checkpoint that is larger than all that may be kept is not kept, and the run goes on without") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 16, .checkpoint_bytes = 5000});
    for (int i = 0; i < 20; ++i) {
        history.add(snapshot(i, 0));
        history.attach(checkpoint(history, i, i < 10 ? 30 : 1000));
        CHECK(history.bytes() < 100000);
    }
    CHECK_FALSE(history.checkpoint(history.size() - 1));
    CHECK_THROWS_AS(history.rewind(history.size() - 1), Error);
}

TEST_CASE("after a way back the best is that of the moments that are left") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 8});
    for (int i = 0; i < 20; ++i) {
        auto s = std::make_shared<Snapshot>(*snapshot(10 * i, 0));
        s->evaluation.loss = i == 3 ? 2 : i < 12 ? 4 - 0.01 * i : 1;
        history.add(s);
        history.attach(checkpoint(history, 10 * i, 4));
    }
    REQUIRE(history[history.at_step(30)].step < 30);  // thinned, once a later one was lower
    const std::size_t back = history.at_step(119);
    REQUIRE(history[back].step > 30);
    history.rewind(back);
    CHECK(history[history.best()].evaluation.loss > 2);
    for (std::size_t i = 0; i < history.size(); ++i) CHECK(history[history.best()].evaluation.loss <= history[i].evaluation.loss);
}

TEST_CASE("a history that is taken back is as it was then") {
    const Chain chain(small_chain());
    History history(chain, {.moments = 64}), then(chain, {.moments = 64});
    for (int i = 0; i < 50; ++i) {
        auto s = std::make_shared<Snapshot>(*snapshot(10 * i, i < 20 ? 0 : i < 40 ? 1 : 2));
        s->evaluation.loss = 50 - i;
        history.add(s);
        history.attach(checkpoint(history, 10 * i, 4));
        if (i <= 30) then.add(s);
    }
    history.rewind(history.at_step(300));
    CHECK(history.newest().step == 300);
    CHECK(history.size() == then.size());
    CHECK(history.best() == then.best());
    CHECK(history.readout().rung_changes().size() == 1);
    CHECK(history.readout().reached() == then.readout().reached());
    CHECK(history.readout().stages().size() == 2);
    // What comes again is taken again, bit for bit the same readings.
    for (int i = 31; i < 45; ++i) history.add(snapshot(10 * i, i < 40 ? 1 : 2)), then.add(snapshot(10 * i, i < 40 ? 1 : 2));
    CHECK(history.readout().reached() == then.readout().reached());
    CHECK(history.size() == then.size());
}

TEST_CASE("divergences from the learned members join the moment they were measured at") {
    const Chain chain(small_chain());
    History history(chain);
    history.add_learned(0, {1, 2, 3});
    for (int i = 0; i < 3; ++i) history.add(snapshot(10 * i, 1));
    history.add_learned(10, {1, 2, 3});
    history.add_learned(15, {4, 5, 6});
    CHECK(history[0].evaluation.learned_kl.empty());
    CHECK(history[1].evaluation.learned_kl == std::vector<double>{1, 2, 3});
    CHECK(history[1].evaluation.kl == history[0].evaluation.kl);
    CHECK(history[2].evaluation.learned_kl.empty());
}
