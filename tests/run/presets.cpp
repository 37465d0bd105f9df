// The presets that are built in: all readable, all usable, each found by its name.
#include "run/presets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace ladder;

TEST_CASE("every preset is whole and usable as it is") {
    REQUIRE_FALSE(presets().empty());
    CHECK(presets().front().name == "default");
    std::set<std::string> names, titles;
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        CHECK(names.insert(preset.name).second);
        CHECK(titles.insert(preset.title).second);
        CHECK_FALSE(preset.summary.empty());
        CHECK_FALSE(preset.figure.empty());
        CHECK_FALSE(preset.claim.empty());
        CHECK(find_preset(preset.name) == &preset);
        Settings s = preset.settings;
        CHECK(reconcile(s).empty());
        CHECK((s.vocabulary == 50 || s.vocabulary == 20 || s.data == DataSource::text));  // the paper's, or the page's scale
        CHECK(span_count(s) == 3);
        CHECK(s.length == 20);
        if (s.model == ModelKind::minimal && s.blocks == 1) CHECK(s.learning_rate == 0.08);
    }
    CHECK(find_preset("no-such") == nullptr);
}

TEST_CASE("the page opens with the minimal model, fresh data and small queries") {
    const Settings& s = find_preset("default")->settings;
    CHECK(s.model == ModelKind::minimal);
    CHECK(s.data == DataSource::online);
    CHECK(s.batch == 512);
    CHECK(s.spans == std::vector<int>{2, 2, 2});
    CHECK(s.query_init == InitKind::uniform);
    CHECK(s.query_scale == 1e-3);
}

TEST_CASE("presets are listed in the order of the paper's figures") {
    std::vector<std::string> names;
    for (const Preset& preset : presets()) names.push_back(preset.name);
    const auto place = [&](const char* name) { return std::find(names.begin(), names.end(), name) - names.begin(); };
    CHECK(place("figure-1") < place("figure-4-init-1"));
    CHECK(place("figure-4-init-1") < place("figure-4-init-1e-3"));
    CHECK(place("figure-4-m-1.5") < place("figure-5-600"));
    CHECK(place("figure-5-600") < place("figure-5-2000"));
    CHECK(place("figure-5-9000") < place("figure-5-online"));
    CHECK(place("figure-8") < place("figure-13"));
    CHECK(static_cast<std::size_t>(place("figure-13")) < names.size());
}
