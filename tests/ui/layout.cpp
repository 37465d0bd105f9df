// Panels never overlap and never leave the page, at any size; at 1280 x 720 all of them are in sight.
#include "ui/layout.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("panels lie inside the page and apart from each other") {
    for (float width : {320.0f, 390.0f, 540.0f, 640.0f, 768.0f, 1000.0f, 1280.0f, 1920.0f, 3840.0f})
        for (float height : {300.0f, 360.0f, 480.0f, 600.0f, 720.0f, 844.0f, 1080.0f, 2160.0f})
            for (float notices : {0.0f, 40.0f, 120.0f})
                for (int heads : {1, 3, 8}) {
                    const Layout layout = make_layout(width, height, notices, 480, heads);
                    CAPTURE(width);
                    CAPTURE(height);
                    for (const Place& a : layout.places) {
                        CHECK(a.box.width > 100);
                        CHECK(a.box.height > 40);
                        CHECK(a.box.left >= 0);
                        CHECK(a.box.top >= 0);
                        CHECK(a.box.left + a.box.width <= width + 0.01f);
                        CHECK(a.box.top + a.box.height <= layout.height + 0.01f);
                        for (const Place& b : layout.places) {
                            if (&a == &b) continue;
                            const bool apart = a.box.left + a.box.width <= b.box.left + 0.01f || b.box.left + b.box.width <= a.box.left + 0.01f ||
                                               a.box.top + a.box.height <= b.box.top + 0.01f || b.box.top + b.box.height <= a.box.top + 0.01f;
                            CHECK(apart);
                        }
                    }
                }
}

TEST_CASE("a laptop's window shows everything without scrolling, a phone stacks") {
    const Layout laptop = make_layout(1280, 720, 0, 480, 3);
    CHECK(laptop.kind == Layout::Kind::wide);
    CHECK(laptop.places.size() == 5);
    CHECK(laptop.height == 720);
    const Layout phone = make_layout(390, 844, 0, 480, 3);
    CHECK(phone.kind == Layout::Kind::stacked);
    CHECK(phone.places.size() == 5);
    CHECK(phone.height > 844);
    CHECK(make_layout(540, 300, 0, 480, 3).kind == Layout::Kind::compact);
}

TEST_CASE("a maximised panel takes the room of the others") {
    const Panel panel = Panel::curves;
    const Layout layout = make_layout(1280, 720, 0, 480, 3, &panel);
    REQUIRE(layout.places.size() == 2);
    CHECK(layout.places[1].panel == Panel::curves);
    CHECK(layout.places[1].box.height > 600);
}
