// History in bounded memory: what is thinned, what stays, and that any step can be found again.
#include <doctest/doctest.h>

#include <cstdlib>

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
    History history(chain, 64);
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
    History history(chain, 64);
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
    History history(chain, 8);
    for (int i = 0; i < 1000; ++i) {
        history.add(snapshot(i, i % 2));
        CHECK(history.size() <= 8);
        CHECK(history.newest().step == i);
    }
    CHECK(history[0].step == 0);
}

TEST_CASE("the moment of lowest validation loss stays, however much is thinned") {
    const Chain chain(small_chain());
    History history(chain, 16);
    for (int i = 0; i < 2000; ++i) {
        auto s = std::make_shared<Snapshot>(*snapshot(i, 1));
        s->evaluation.loss = std::abs(i - 777) * 0.01;
        history.add(s);
        CHECK(history.size() <= 16);
        CHECK(history[history.best()].step == std::min(i, 777));
    }
}
