// The settings of the equations as text: every one reads back, and what cannot be is told and leaves things as they were.
// Moved one at a time they always fit one another.
#include "theory/flow_options.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ladder;

TEST_CASE("every setting of the equations reads back from its text") {
    FlowSettings s;
    s.strengths = {3.25, 1.5, 0.75, 0.1}, s.heads = 5, s.positions = 17, s.features = 9, s.start = FlowSettings::Start::waterfall, s.asymmetry = 1e-5, s.lean = 2.5;
    s.values = FlowSettings::Values::optimal, s.metric_twice = true, s.decay = 0.03, s.end = 1234.5, s.seed = 11;
    FlowSettings back;
    for (const FlowOption& o : flow_options())
        if (!o.derived) CHECK_MESSAGE(!set_option(back, o.name, format_option(o, s)), o.name);
    CHECK(back == s);
}

TEST_CASE("ratio and patterns are views of the strengths") {
    FlowSettings s;
    CHECK(!set_option(s, "ratio", "2"));
    CHECK(s.strengths == std::vector<double>{4, 2, 1});
    CHECK(!set_option(s, "patterns", "4"));
    CHECK(s.strengths == std::vector<double>{8, 4, 2, 1});
    CHECK(strength_ratio(s) == 2);
    s.strengths = {1};
    CHECK(strength_ratio(s) == 1.7);
}

TEST_CASE("what a setting of the equations cannot be is told, and nothing changes") {
    const FlowSettings before;
    for (const auto& given : {std::pair{"heads", "0"}, {"heads", "2.5"}, {"heads", "many"}, {"strengths", ""}, {"strengths", "2,,1"}, {"strengths", "2,-1"}, {"strengths", "nan"}, {"start", "late"},
                              {"metric-twice", "perhaps"}, {"asymmetry", "-1"}, {"end", "1e99"}, {"colour", "red"}}) {
        // Copies: clang 14 cannot capture a structured binding.
        const std::string name = given.first, text = given.second;
        FlowSettings s;
        const auto problem = set_option(s, name, text);
        CAPTURE(name);
        CAPTURE(text);
        REQUIRE(problem);
        CHECK(problem->wrong.find(name) != std::string::npos);
        CHECK(s == before);
    }
}

TEST_CASE("defaults lie within their ranges, and every help is a sentence") {
    const FlowSettings s;
    for (const FlowOption& o : flow_options()) {
        CAPTURE(o.name);
        CHECK(o.help.ends_with('.'));
        if (o.kind == FlowOption::Kind::list) continue;
        CHECK(o.get(s) >= o.min);
        CHECK(o.get(s) <= o.slider_max);
        CHECK(o.slider_max <= o.max);
    }
}

TEST_CASE("whatever is moved alone, from anything that is taken, leaves settings that are taken once they fit") {
    std::vector<FlowSettings> from(5);
    from[1].features = 3;
    from[2].positions = 3;
    from[3].strengths = {1}, from[3].features = 1, from[3].positions = 1, from[3].heads = 1;
    from[4].strengths.assign(12, 1000), from[4].features = 12, from[4].positions = 12, from[4].heads = 16, from[4].start = FlowSettings::Start::adversarial;
    for (const FlowSettings& before : from) {
        CHECK_NOTHROW(check(before));
        for (const FlowOption& o : flow_options()) {
            if (o.kind == FlowOption::Kind::list) continue;
            for (const double value : {o.min, o.kind == FlowOption::Kind::integer ? std::min(4.0, o.max) : o.min, o.slider_max, o.max}) {
                FlowSettings s = before;
                o.put(s, value);
                fit(s);
                CAPTURE(o.name);
                CAPTURE(value);
                CHECK_NOTHROW(check(s));
            }
        }
    }
    FlowSettings s = from[1];
    find_flow_option("patterns")->put(s, 4);
    fit(s);
    CHECK(s.strengths.size() == 4);
    CHECK(s.features == 4);
    find_flow_option("positions")->put(s, 2);
    fit(s);
    CHECK(s.strengths.size() == 2);
}
