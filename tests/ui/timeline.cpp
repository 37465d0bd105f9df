// The timeline under the curves: what is said where the pointer rests.
#include "ui/timeline.h"

#include <doctest/doctest.h>

#include "support/drawn_frame.h"

using namespace ladder;

namespace {

// Eleven moments, the fourth of lowest validation loss; the seventh is on screen.
struct TimelineGround {
    Settings settings;
    Chain chain{settings};
    History history{chain};
    RunnerStatus status;
    RunView view{settings, chain, history, status};
    CurvesPanelState state;
    PlotResult plot;
    Rect place{{100, 300}, {1100, 330}};
    DrawnFrame frame;

    TimelineGround() {
        const auto h = static_cast<std::size_t>(chain.span_count());
        for (int i = 0; i <= 10; ++i) {
            auto s = std::make_shared<Snapshot>();
            s->step = 10 * i;
            s->evaluation.loss = i == 3 ? 3.0 : 3.5;
            s->evaluation.bayes_loss = 2.9;
            s->evaluation.kl.assign(h + 1, 0.1);
            s->evaluation.heads = settings.heads, s->evaluation.blocks = 1;
            s->evaluation.span_mass.assign(static_cast<std::size_t>(settings.heads) * h, 0.3f);
            history.add(s);
        }
        view.shown = 7;
        plot.area = {{100, 100}, {1100, 290}};
        plot.x = {0, 100, false, 100, 1100};
    }
    std::string said_at_step(double step) {
        return frame.said_at({plot.x.pixel(step), 315}, [this] {
            Actions actions;
            draw_timeline(view, frame.theme, place, plot, state, actions);
        });
    }
};

}  // namespace

TEST_CASE("the mark of early stopping says what it is, though it lies on the bands; the playhead and the bands say theirs") {
    TimelineGround g;
    REQUIRE(g.history[g.history.best()].step == 30);
    const std::string mark = g.said_at_step(30.2), band = g.said_at_step(50), head = g.said_at_step(70);
    CHECK(mark.find("Early stopping") != std::string::npos);
    CHECK(mark.find("step 30") != std::string::npos);
    CHECK(band.find("Early stopping") == std::string::npos);
    CHECK(band.find("steps 0 to 100") != std::string::npos);
    CHECK(head.find("step 70") != std::string::npos);
    CHECK(head.find("Drag to any moment") != std::string::npos);
    CHECK(head.find("Training goes on") == std::string::npos);
    g.status.state = RunnerStatus::State::running;
    CHECK(g.said_at_step(70).find("Training goes on meanwhile") != std::string::npos);
    g.view.shown = 3;  // under the playhead the mark is not seen
    CHECK(g.said_at_step(30).find("Drag to any moment") != std::string::npos);
}
