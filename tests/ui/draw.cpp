// Who gets the pointer where things lie above one another.
#include "ui/draw.h"

#include <doctest/doctest.h>

#include "support/drawn_frame.h"

using namespace ladder;

namespace {

constexpr Rect pane{{0, 0}, {400, 400}}, upper_sheet{{0, 200}, {400, 400}}, menu_place{{300, 0}, {380, 100}};

// A control under a sheet, another one on it, and a menu that lies above both.
struct Heap {
    int pressed_below = 0, pressed_above = 0, tapped = 0;
    bool sees_pointer = false, menu_asked = false, menu_open = false, elsewhere = false;
    DrawnFrame frame;
    Tap tap;

    void draw() {
        frame.next([&] {
            if (menu_asked) ImGui::OpenPopup("menu");
            menu_asked = false;
            ImGui::SetNextWindowPos(menu_place.min);
            ImGui::SetNextWindowSize({menu_place.width(), menu_place.height()});
            menu_open = ImGui::BeginPopup("menu");
            if (menu_open) ImGui::EndPopup();
            {
                const UnderSheet under(upper_sheet);
                elsewhere = under.has_pointer() || other_window_hovered();
                sees_pointer = hovered(pane);
                tapped += tap.on(pane, 5);
                pressed_below += button(frame.theme, "below", "", {{0, 100}, {400, 400}}, ButtonKind::plain, "");
            }
            pressed_above += button(frame.theme, "above", "", upper_sheet, ButtonKind::plain, "");
        });
    }
    void hand(ImVec2 at, bool down) {
        ImGui::GetIO().AddMousePosEvent(at.x, at.y);
        ImGui::GetIO().AddMouseButtonEvent(ImGuiMouseButton_Left, down);
        // What came at once may take several frames.
        for (int i = 0; i < 3; ++i) draw();
    }
    void press(ImVec2 from, ImVec2 to) {
        hand(from, false);
        hand(from, true);
        hand(to, true);
        hand(to, false);
    }
};

}  // namespace

TEST_CASE("what lies under a sheet does not see a pointer that is on it; beside the sheet it does") {
    Heap heap;
    heap.press({100, 300}, {100, 300});
    CHECK(!heap.sees_pointer);
    CHECK(heap.elsewhere);
    CHECK(heap.tapped == 0);
    CHECK(heap.pressed_below == 0);
    CHECK(heap.pressed_above == 1);
    heap.press({100, 150}, {100, 150});
    CHECK(heap.sees_pointer);
    CHECK(!heap.elsewhere);
    CHECK(heap.tapped == 1);
    CHECK(heap.pressed_below == 1);
    CHECK(heap.pressed_above == 1);
}

TEST_CASE("what was pressed beside a sheet keeps the pointer over it, and what was pressed on it never comes under it") {
    Heap heap;
    heap.hand({100, 150}, false);
    heap.hand({100, 150}, true);
    heap.hand({100, 300}, true);
    CHECK(heap.sees_pointer);
    heap.hand({100, 300}, false);
    CHECK(heap.pressed_below == 1);  // it reaches that far
    CHECK(!heap.sees_pointer);
    heap.hand({100, 300}, true);
    heap.hand({100, 150}, true);
    CHECK(!heap.sees_pointer);
    heap.hand({100, 150}, false);
    CHECK(heap.sees_pointer);
    CHECK(heap.pressed_below == 1);
    CHECK(heap.pressed_above == 0);
    CHECK(heap.tapped == 0);  // the ends of drags
}

TEST_CASE("a tap that closes a menu does nothing else, and under a menu nothing is seen of the pointer") {
    Heap heap;
    heap.draw();
    heap.menu_asked = true;
    heap.hand({340, 50}, false);
    REQUIRE(heap.menu_open);
    CHECK(!heap.sees_pointer);
    CHECK(heap.elsewhere);
    heap.press({340, 50}, {340, 50});
    CHECK(heap.menu_open);
    heap.press({100, 50}, {100, 50});
    CHECK(!heap.menu_open);
    CHECK(heap.tapped == 0);
    heap.press({120, 60}, {120, 60});
    CHECK(heap.tapped == 1);
}

TEST_CASE("what a finger presses answers from beyond its edges, what a mouse presses does not") {
    DrawnFrame frame;
    const Rect small{{100, 100}, {120, 124}};
    const auto said = [&](ImVec2 at) { return frame.said_at(at, [&] { button(frame.theme, "small", "", small, ButtonKind::quiet, "A button."); }).find("A button.") != std::string::npos; };
    for (const ImVec2 at : {ImVec2{92, 112}, {128, 112}, {110, 94}, {110, 130}}) {
        frame.theme.finger = false;
        CHECK_FALSE(said(at));
        frame.theme.finger = true;
        CHECK(said(at));
    }
    CHECK_FALSE(said({88, 112}));
    CHECK_FALSE(said({110, 134}));
}
