// The bar on top, on a narrow page: what stands where, by what is said where the pointer rests.
#include <doctest/doctest.h>

#include "support/drawn_frame.h"
#include "ui/panels.h"

using namespace ladder;

namespace {

struct BarGround {
    Settings settings;
    Chain chain{settings};
    History history{chain};
    RunnerStatus status;
    RunView view{settings, chain, history, status};
    ToolbarState state;
    Actions actions;
    DrawnFrame frame;

    // Whether the row whose middle lies there, in points, says this anywhere.
    bool row_says(float middle, const char* what) {
        const Rect bar{{0, 0}, {390, 200 * frame.theme.scale}};
        for (float x = 5; x < bar.max.x; x += 10)
            if (frame.said_at({x, frame.theme.px(middle)}, [&] { draw_toolbar(view, frame.theme, bar, "", state, actions, true); }).find(what) != std::string::npos) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("on a narrow page the corner of the bar stands beside the switch of workspaces, and below it where text is larger") {
    BarGround g;
    constexpr float first = 27, second = 69;
    CHECK(g.row_says(first, "Watch one run"));
    CHECK(g.row_says(first, "Copy a link"));
    CHECK_FALSE(g.row_says(second, "Copy a link"));
    g.frame.theme.scale = 1.3f;
    CHECK(g.row_says(first, "differential equations"));
    CHECK_FALSE(g.row_says(first, "Copy a link"));
    CHECK(g.row_says(second, "Copy a link"));
    CHECK(g.row_says(second, "which keys do what"));
}
