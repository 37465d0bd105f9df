// The solution beside the sliders: what cannot be solved is told, and takes nothing away.
#include "ui/theory_state.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("settings that cannot be solved are told in a sentence; the solution on screen stays until others come") {
    FlowSettings settings;
    settings.end = 10;
    FlowView view;
    while (!view.follow(settings)) {}
    FlowSettings wrong = settings;
    wrong.features = 2;
    CHECK_FALSE(view.follow(wrong));
    CHECK(view.problem.find("more patterns (3) than features (2)") != std::string::npos);
    CHECK(view.ready());
    CHECK(view.settings == settings);
    view.follow(settings);
    CHECK(view.problem.empty());
}
