// The run's curves: what is switched off stays so whatever else is drawn, of several blocks the chosen one is shown.
#include "ui/curve_plots.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace ladder;
using View = CurvesPanelState::View;

namespace {

// Six moments of a model of two blocks; its distance to the learned members is known at every third.
struct CurvesGround {
    Settings settings = [] {
        Settings s;
        s.vocabulary = 7;
        return s;
    }();
    Chain chain{settings};
    History history{chain}, before{chain};
    RunnerStatus status;
    MemberService::State members;
    RunView view{settings, chain, history, status};
    CurvesPanelState state;
    Theme theme = make_theme(false, 1);
    std::size_t h = static_cast<std::size_t>(chain.span_count()), heads = static_cast<std::size_t>(settings.heads);

    CurvesGround() {
        for (int i = 0; i < 6; ++i) {
            auto s = std::make_shared<Snapshot>();
            s->step = 10 * i;
            s->evaluation.heads = settings.heads, s->evaluation.blocks = 2;
            for (std::size_t at = 0; at < 2 * heads * h; ++at) s->evaluation.span_mass.push_back(at < heads * h ? 0.25f : 0.5f);
            for (std::size_t k = 0; k <= h; ++k) s->evaluation.kl.push_back(0.1 + static_cast<double>(k));
            if (i % 3 == 0) s->evaluation.learned_kl.assign(h, 1.0 + i);
            history.add(s);
            before.add(s);
        }
        view.shown = 5;
        members.progress = 1;
    }
    Plot plot(View which) const { return curve_plot(view, theme, state, which); }
    std::vector<std::string> hidden(View which) const {
        std::vector<std::string> names;
        for (const Curve& c : plot(which).curves)
            if (c.hidden) names.push_back(c.name + (c.steps.empty() ? "" : ", other"));
        return names;
    }
};

}  // namespace

TEST_CASE("a curve that was switched off stays so, in both runs of a branch, when curves come before it") {
    CurvesGround g;
    g.view.members = &g.members;
    const std::string learned = g.plot(View::ladder).curves.back().name, excess = g.plot(View::ladder).curves.front().name;
    g.state.hidden[0] = {learned, excess};
    CHECK(g.hidden(View::ladder) == std::vector<std::string>{excess, learned});
    g.view.other = &g.before;
    CHECK(g.hidden(View::ladder) == std::vector<std::string>{excess, excess + ", other", learned});
    g.state.hidden[0].clear();
    g.state.hides_other = true;
    CHECK(g.hidden(View::ladder).size() == g.h + 2);
    CHECK(g.hidden(View::loss).empty());
}

TEST_CASE("a stage without room for its name is named by its rung") {
    const CurvesGround g;
    const Plot plot = g.plot(View::ladder);
    REQUIRE(plot.bands.size() == 1);
    CHECK(plot.bands[0].name == "knows nothing");
    CHECK(plot.bands[0].brief == "F\u2080");
}

TEST_CASE("of several blocks the chosen one is drawn, and its axis says so") {
    CurvesGround g;
    for (const int block : {0, 1, 7}) {
        g.view.block = block;
        const Plot plot = g.plot(View::heads);
        REQUIRE(plot.curves.size() == g.heads * g.h);
        CHECK(plot.y_title.ends_with(block == 0 ? "block 1" : "block 2"));
        for (const Curve& c : plot.curves) CHECK(c.y.back() == (block == 0 ? 0.25f : 0.5f));
    }
}

TEST_CASE("a distance to a learned member is what was measured, or nothing") {
    CurvesGround g;
    g.view.members = &g.members;
    const Curve learned = g.plot(View::ladder).curves.back();
    CHECK(learned.joined);
    REQUIRE(learned.y.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK(std::isfinite(learned.y[i]) == (i % 3 == 0));
    CHECK(learned.y[3] == 4);
}
