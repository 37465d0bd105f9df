// Plans of sweeps and their tables.
#include "experiment/sweep.h"

#include <doctest/doctest.h>

#include <limits>

#include "base/error.h"
#include "experiment/svg.h"

using namespace ladder;

TEST_CASE("a sweep runs every combination for every seed") {
    const auto jobs = plan_sweep(Settings{}, {{"importance", {"1.3", "1.5"}}, {"spans", {"2 2 2", "4 4"}}}, {3, 4, 5});
    REQUIRE(jobs.size() == 12);
    CHECK(jobs[0].label == "importance 1.3, spans 2 2 2, seed 3");
    CHECK(jobs[0].id == "0000");
    CHECK(jobs[4].settings.spans == std::vector<int>{4, 4});
    CHECK(jobs[11].settings.importance == 1.5);
    CHECK(jobs[11].settings.seed == 5);
    CHECK(plan_sweep(Settings{}, {}, {1}).size() == 1);
}

TEST_CASE("a sweep is counted without being made, and refused as it would be") {
    Settings base;
    base.text.assign(100000, 'x');
    const std::vector<SweepAxis> axes{{"importance", {"1.3", "1.5"}}, {"spans", {"2 2 2", "4 4"}}};
    CHECK(count_sweep(base, axes, {3, 4, 5}) == plan_sweep(base, axes, {3, 4, 5}).size());
    // Of so many runs not one could be made: their texts alone are 10 GB.
    CHECK(count_sweep(base, {}, parse_seeds("1..100000")) == 100000);
    CHECK_THROWS_AS(count_sweep(base, axes, parse_seeds("1..25001")), Error);
    CHECK_THROWS_AS(plan_sweep(base, axes, parse_seeds("1..25001")), Error);
    CHECK_THROWS_AS(count_sweep(base, {{"importance", {"99"}}}, {1}), Error);
}

TEST_CASE("a sweep that cannot be planned is refused with a sentence") {
    const std::vector<std::uint64_t> seeds{1};
    CHECK_THROWS_AS(plan_sweep({}, {{"colour", {"red"}}}, seeds), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"seed", {"1"}}}, seeds), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"importance", {}}}, seeds), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"importance", {"99"}}}, seeds), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"heads", {"1"}}, {"heads", {"2"}}}, seeds), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"speed", {"1", "2"}}}, seeds), Error);
    CHECK_THROWS_WITH_AS(plan_sweep({}, {{"heads", {"99"}}}, seeds), "\"99\" is no value for \"heads\". It takes 1 to 8.", Error);
    CHECK_THROWS_WITH_AS(plan_sweep({}, {{"heads", {"1", "2"}}, {"importance", {"1.5", "2", "1.50"}}}, seeds), "\"1.5\" is given twice for \"importance\". Give each value once.", Error);
    CHECK_THROWS_WITH_AS(plan_sweep({}, {{"spans", parse_values("2,2,2")}}, seeds), doctest::Contains("apart by semicolons"), Error);
    CHECK_THROWS_AS(plan_sweep({}, {}, {}), Error);
    CHECK_THROWS_AS(plan_sweep({}, {{"heads", {"1", "2"}}}, std::vector<std::uint64_t>(60000, 1)), Error);
}

TEST_CASE("seeds as text") {
    CHECK(parse_seeds("1..3,9") == std::vector<std::uint64_t>{1, 2, 3, 9});
    CHECK(parse_seeds("7") == std::vector<std::uint64_t>{7});
    for (const char* bad : {"", "x", "3..1", "1..", "-1", "1..999999999", "1,,2", "99999999999999999999", "1,2,1", "1..60000,1..60000", "1..4,3"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_seeds(bad), Error);
    }
}

TEST_CASE("the mark of a run stays what it was: runs that are kept are found by it") {
    // Pinned: whoever changes them makes all runs that are kept lost.
    Settings s;
    CHECK(run_mark(s) == "08f44b07b5901a25");  // of nothing that differs from the defaults: a new setting cannot change it
    s.workers = 3, s.speed = 0;
    CHECK(run_mark(s) == "08f44b07b5901a25");
    s.spans = {2, 2};
    s.learning_rate = 0.05;
    s.data = DataSource::finite;
    s.bias = true;
    s.seed = 11;
    CHECK(run_mark(s) == "e93bbf441845eb73");
    s.seed = 12;
    CHECK(run_mark(s) != "e93bbf441845eb73");
}

TEST_CASE("the table names what differs, and failures") {
    RunRecord a, b;
    a.label = "m 1.3, \"first\"";
    a.settings.importance = 1.3;
    Moment m;
    m.step = 40, m.validation_loss = 2, m.excess = 0.5, m.kl = {0.3, 0.1, 0.2, 0.4}, m.rung = 1;
    a.moments = {m};
    b.label = "second";
    b.failure = "Training diverged, at once.";
    const std::string table = sweep_table({a, b});
    CHECK(table.substr(0, table.find('\n')) ==
          "run,importance,best_step,best_validation_loss,best_excess_loss,best_class,best_rung,last_step,last_validation_loss,last_excess_loss,last_class,last_rung,reached_1,reached_2,reached_3,failure");
    CHECK(table.find("\"m 1.3, \"\"first\"\"\",1.3,40,2,0.5,1,1,40,2,0.5,1,1,40,,,") != std::string::npos);
    CHECK(table.find("second,1.7,,,,,,,,,,,,,,\"Training diverged, at once.\"") != std::string::npos);
}

TEST_CASE("a plot leaves out what has no place and never writes a number that is none") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const SvgPlot plot{"a < b & c", "step", "nats", {{"x", "#000000", {0, 1, 2, 3}, {1, none, 3, 2}}}, true};
    const std::string svg = format_svg(plot);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(svg.find("a &lt; b &amp; c") != std::string::npos);
    CHECK(svg.find("<polyline") != std::string::npos);
    CHECK(format_svg({"empty", "", "", {}}).find("nan") == std::string::npos);
}
