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
    bool row_says(float middle, const char* what, float width = 390, Layout::Bar parts = Layout::Bar::stacked) {
        const Rect bar{{0, 0}, {width, 340 * frame.theme.scale}};
        for (float x = 5; x < bar.max.x; x += 10)
            if (frame.said_at({x, frame.theme.px(middle)}, [&] { draw_toolbar(view, frame.theme, bar, "", state, actions, parts); }).find(what) != std::string::npos) return true;
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

TEST_CASE("in a low window the bar has the speed under the switch, and with little width for the text every workspace and button is within reach") {
    BarGround g;
    g.frame.theme.finger = true;
    constexpr auto low = Layout::Bar::two_rows, wrapped = Layout::Bar::wrapped;
    for (const char* what : {"Watch one run", "differential equations", "which keys do what"}) CHECK(g.row_says(24, what, 844, low));
    for (const char* what : {"Training steps shown a second", "(space)", "Another chain"}) CHECK(g.row_says(68, what, 844, low));
    for (const float width : {160.0f, 195.0f}) {
        CAPTURE(width);
        for (const char* what : {"Watch one run", "beside the live run"}) CHECK(g.row_says(28, what, width, wrapped));
        for (const char* what : {"figures, run here", "differential equations"}) CHECK(g.row_says(72, what, width, wrapped));
        for (const char* what : {"Copy a link", "Theme", "which keys do what"}) CHECK(g.row_says(116, what, width, wrapped));
        for (const char* what : {"(space)", "exactly one step"}) CHECK(g.row_says(208, what, width, wrapped));
        for (const char* what : {"same initial weights", "Another chain"}) CHECK(g.row_says(255, what, width, wrapped));
    }
}
