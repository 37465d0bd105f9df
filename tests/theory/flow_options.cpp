// The settings of the equations as text: every one reads back, and what cannot be is told and leaves things as they were.
#include "theory/flow_options.h"

#include <doctest/doctest.h>

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
        CHECK(problem->find(name) != std::string::npos);
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
