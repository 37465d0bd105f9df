// What a host page is told of a run.
#include "run/run_events.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

using namespace ladder;
using Json = nlohmann::json;

namespace {

Snapshot at(std::int64_t step, int rung) {
    Snapshot s;
    s.step = step;
    s.reading.rung = rung;
    s.evaluation.kl = {0.3, 0.2, 0.1, 0.05};
    return s;
}

std::vector<std::string> types(const std::string& text) {
    std::vector<std::string> list;
    for (const Json& message : Json::parse(text)) list.push_back(message["type"]);
    return list;
}

using Types = std::vector<std::string>;

}  // namespace

TEST_CASE("a run is told from its load to its end, once each") {
    const Settings settings;
    const Chain chain(settings);
    RunEvents events;
    CHECK(events.take().empty());
    events.load("default", settings, chain);
    events.snapshot(chain, at(0, 0), {{0, 0, 0, -1}});
    CHECK(types(events.take()) == Types{"load", "rung", "stage", "step"});
    CHECK(events.take().empty());
    // Of several evaluations nobody fetched, the newest.
    events.snapshot(chain, at(10, 0), {{0, 10, 0, -1}});
    events.snapshot(chain, at(20, 1), {{0, 20, 0, -1}, {20, 20, 1, 2}});
    const Json told = Json::parse(events.take());
    REQUIRE(told.size() == 3);
    CHECK(told[0]["type"] == "rung");
    CHECK(told[0]["from"] == 0);
    CHECK(told[1]["span"] == 2);
    CHECK(told[2]["step"] == 20);
    RunnerStatus status;
    status.state = RunnerStatus::State::finished;
    status.step = 20;
    events.status(status, {0, 20, -1, -1});
    events.status(status, {0, 20, -1, -1});
    CHECK(types(events.take()) == Types{"finished"});
    status.state = RunnerStatus::State::running;
    events.status(status, {});
    status.state = RunnerStatus::State::diverged;
    status.message = "Bad \xff bytes";
    events.status(status, {});
    CHECK(Json::parse(events.take())[0]["code"] == "diverged");
}

TEST_CASE("a run that goes on from an earlier moment tells of the stages that it enters again") {
    const Settings settings;
    const Chain chain(settings);
    RunEvents events;
    events.load("default", settings, chain);
    const std::vector<Stage> first{{0, 10, 0, -1}}, second{{0, 20, 0, -1}, {20, 20, 1, 2}}, again{{0, 30, 0, -1}, {30, 30, 1, 2}};
    events.snapshot(chain, at(0, 0), first);
    events.snapshot(chain, at(20, 1), second);
    events.take();
    events.rewind(first.size());
    events.snapshot(chain, at(20, 0), first);
    events.snapshot(chain, at(30, 1), again);
    CHECK(types(events.take()) == Types{"rung", "rung", "stage", "step"});
}

TEST_CASE("what is not finite is null, and a host that never fetches costs bounded memory") {
    const Settings settings;
    const Chain chain(settings);
    RunEvents events;
    events.load("default", settings, chain);
    Snapshot s = at(10, 1);
    s.train_loss = std::numeric_limits<double>::quiet_NaN();
    s.evaluation.kl[1] = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 5000; ++i) {
        s.reading.rung = i % 2;
        events.snapshot(chain, s, {});
    }
    const Json told = Json::parse(events.take());
    CHECK(told.size() <= 201);
    CHECK(told.back()["trainLoss"].is_null());
    CHECK(told.back()["kl"][1].is_null());
}
