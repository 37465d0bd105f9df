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
    CHECK(make_layout(540, 300, 0, 480, 3, nullptr, Arrangement{Arrangement{}.panels, false, true}).kind == Layout::Kind::compact);
    // A page of one's own that is low, as a laptop's is with text of twice the size, keeps everything: the rest is scrolled to.
    const Layout low = make_layout(640, 360, 0, 480, 3);
    CHECK(low.kind == Layout::Kind::stacked);
    CHECK(low.places.size() == 5);
    CHECK(low.places[1].box.top + low.places[1].box.height <= 360);
    CHECK(low.height > 360 + 480);
}

TEST_CASE("the bar has as many rows as its parts need, and as there is height for") {
    using Bar = Layout::Bar;
    const auto bar = [](float width, float height, bool embedded = false) { return make_layout(width, height, 0, 480, 3, nullptr, Arrangement{Arrangement{}.panels, false, embedded}).bar; };
    CHECK(bar(1280, 720) == Bar::one_row);
    CHECK(bar(844, 390) == Bar::two_rows);
    CHECK(bar(568, 320) == Bar::two_rows);
    CHECK(bar(844, 300) == Bar::one_row);
    CHECK(bar(844, 390, true) == Bar::one_row);
    CHECK(bar(390, 844) == Bar::stacked);
    CHECK(bar(195, 422) == Bar::wrapped);
    CHECK(bar(195, 422, true) == Bar::stacked);
    const Layout lesson = make_lesson_layout(844, 390, 0, 480, 3, nullptr, {}, Panel::ladder);
    CHECK(lesson.bar == Bar::one_row);
    CHECK(lesson.places[0].box.height == make_layout(1280, 720, 0, 480, 3).places[0].box.height);
}

TEST_CASE("the editor of settings has a place wherever a panel of the run is") {
    const auto of = [](const std::vector<Panel>& panels, float width, float height) { return editor_place(make_layout(width, height, 0, 480, 3, nullptr, Arrangement{panels, true, true})); };
    CHECK(editor_place(make_layout(1280, 720, 0, 480, 3)) == Panel::attention);
    CHECK(editor_place(make_layout(390, 844, 0, 480, 3)) == Panel::chain);
    for (const auto& [width, height] : {std::pair{1280.0f, 720.0f}, {900.0f, 400.0f}, {390.0f, 500.0f}}) {
        CHECK(of({Panel::chain}, width, height) == Panel::chain);
        CHECK(of({Panel::chain, Panel::curves}, width, height) == Panel::chain);
        CHECK(of({Panel::ladder, Panel::curves}, width, height) == Panel::curves);
        CHECK(of({Panel::ladder}, width, height) == Panel::ladder);
        for (const Panel alone : {Panel::chain, Panel::attention, Panel::ladder, Panel::curves}) {
            CHECK(editor_place(make_layout(width, height, 0, 480, 3, &alone)) == alone);
            CHECK(editor_place(make_lesson_layout(width, height, 0, 480, 3, &alone, {}, Panel::ladder)) == alone);
        }
        for (const Panel alone : {Panel::figures, Panel::theory}) CHECK_FALSE(editor_place(make_layout(width, height, 0, 480, 3, &alone)));
    }
    CHECK(editor_place(make_lesson_layout(700, 400, 0, 480, 3, nullptr, {}, Panel::ladder)) == Panel::ladder);
}

TEST_CASE("a maximised panel takes the room of the others") {
    const Panel panel = Panel::curves;
    const Layout layout = make_layout(1280, 720, 0, 480, 3, &panel);
    REQUIRE(layout.places.size() == 2);
    CHECK(layout.places[1].panel == Panel::curves);
    CHECK(layout.places[1].box.height > 600);
}

namespace {

bool inside_and_apart(const Layout& layout, float width) {
    for (const Place& a : layout.places) {
        if (a.box.left < 0 || a.box.top < 0 || a.box.left + a.box.width > width + 0.01f || a.box.top + a.box.height > layout.height + 0.01f || a.box.width < 100 || a.box.height < 40) return false;
        for (const Place& b : layout.places) {
            const bool apart = a.box.left + a.box.width <= b.box.left + 0.01f || b.box.left + b.box.width <= a.box.left + 0.01f || a.box.top + a.box.height <= b.box.top + 0.01f || b.box.top + b.box.height <= a.box.top + 0.01f;
            if (&a != &b && !apart) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("any choice of panels is all there, inside the frame and apart") {
    const std::vector<Panel> all = Arrangement{}.panels;
    for (unsigned choice = 1; choice < 16; ++choice)
        for (bool embedded : {false, true}) {
            Arrangement a{{}, true, embedded};
            for (std::size_t i = 0; i < all.size(); ++i)
                if (choice >> i & 1u) a.panels.push_back(all[i]);
            for (float width : {320.0f, 390.0f, 540.0f, 640.0f, 800.0f, 1280.0f, 2560.0f}) {
                for (float height : {200.0f, 300.0f, 360.0f, 450.0f, 720.0f, 844.0f, 1440.0f})
                    for (float notices : {0.0f, 90.0f}) {
                        CAPTURE(choice);
                        CAPTURE(width);
                        CAPTURE(height);
                        const Layout layout = make_layout(width, height, notices, 480, 3, nullptr, a);
                        CHECK(layout.places.size() == a.panels.size() + 1);
                        CHECK(inside_and_apart(layout, width));
                        if (layout.kind != Layout::Kind::stacked) CHECK(layout.height == height);
                    }
                const float wanted = wanted_height(width, 480, 3, a);
                CHECK(wanted >= 300);
                // In a frame of that height nothing scrolls.
                CHECK(make_layout(width, wanted, 0, 480, 3, nullptr, a).height <= wanted);
            }
        }
}

TEST_CASE("where nobody chose panels the height wished for shows all of them, and a higher one leaves no gap") {
    for (const bool embedded : {false, true})
        for (const int heads : {1, 3, 8})
            for (float width : {320.0f, 390.0f, 479.0f, 480.0f, 540.0f, 690.0f, 700.0f, 800.0f, 960.0f, 999.0f, 1000.0f, 1280.0f, 1920.0f}) {
                CAPTURE(embedded);
                CAPTURE(heads);
                CAPTURE(width);
                const Arrangement a{Arrangement{}.panels, false, embedded};
                const float wanted = wanted_height(width, 560, heads, a);
                const Layout l = make_layout(width, wanted, 0, 560, heads, nullptr, a);
                CHECK(l.places.size() == 5);
                CHECK(l.height <= wanted);
                for (const Place& place : l.places)
                    if (place.panel == Panel::chain && l.kind == Layout::Kind::stacked) CHECK(place.box.height >= 560);
            }
    // Slim curves, whose legend lies under them, are not pressed flat.
    const Arrangement under{{Panel::attention, Panel::ladder, Panel::curves}, true, true};
    for (const Place& place : make_layout(540, wanted_height(540, 480, 3, under), 0, 480, 3, nullptr, under).places)
        if (place.panel == Panel::curves) CHECK(place.box.height >= 250);
    const Arrangement three{{Panel::chain, Panel::attention, Panel::ladder}, true, true};
    const Layout high = make_layout(600, 2000, 0, 480, 3, nullptr, three);
    CHECK(high.places.back().box.top + high.places.back().box.height == doctest::Approx(1992));
}

TEST_CASE("the height wished for has room for the equations, or is comfortable for what scrolls by itself") {
    for (float width : {390.0f, 800.0f, 1280.0f}) {
        CHECK(wanted_height_alone(width, 0, true) >= 600);
        CHECK(wanted_height_alone(width, 0, true) <= 720);
        CHECK(wanted_height_alone(width, 1180, true) > 1180);
    }
}

TEST_CASE("two chosen panels stand side by side in a small frame, and an embedded bar is slim") {
    const Arrangement pair{{Panel::attention, Panel::ladder}, true, true};
    for (const auto& [width, height] : {std::pair{540.0f, 300.0f}, {640.0f, 360.0f}, {1280.0f, 720.0f}}) {
        const Layout layout = make_layout(width, height, 0, 480, 3, nullptr, pair);
        CHECK(layout.height == height);
        CHECK(layout.places[1].box.top == layout.places[2].box.top);
        CHECK(layout.places[0].box.height < 48);
    }
    CHECK(make_layout(390, 844, 0, 480, 3, nullptr, Arrangement{Arrangement{}.panels, false, true}).places[0].box.height < 80);
    const Arrangement one{{Panel::curves}, true, true};
    CHECK(make_layout(540, 300, 0, 480, 3, nullptr, one).places[1].box.height > 230);
}

TEST_CASE("a lesson stands beside what it speaks of, or covers the lower end of a narrow window") {
    for (float width : {390.0f, 540.0f, 768.0f, 1040.0f, 1280.0f, 1920.0f})
        for (float height : {300.0f, 620.0f, 720.0f, 844.0f, 1080.0f})
            for (Panel beside : {Panel::chain, Panel::attention, Panel::ladder, Panel::curves}) {
                CAPTURE(width);
                CAPTURE(height);
                const Layout l = make_lesson_layout(width, height, 0, 480, 3, nullptr, {}, beside);
                bool seen = false, lesson = false;
                for (const Place& a : l.places) {
                    seen |= a.panel == beside;
                    lesson |= a.panel == Panel::lesson;
                    CHECK(a.box.left >= 0);
                    CHECK(a.box.left + a.box.width <= width + 0.01f);
                    CHECK(a.box.width > 100);
                    CHECK(a.box.height > 40);
                    for (const Place& b : l.places) {
                        if (&a == &b || (l.covered > 0 && (a.panel == Panel::lesson || b.panel == Panel::lesson))) continue;
                        const bool apart = a.box.left + a.box.width <= b.box.left + 0.01f || b.box.left + b.box.width <= a.box.left + 0.01f ||
                                           a.box.top + a.box.height <= b.box.top + 0.01f || b.box.top + b.box.height <= a.box.top + 0.01f;
                        CHECK(apart);
                    }
                }
                CHECK(seen);
                CHECK(lesson);
                if (l.covered > 0) CHECK(l.height >= height);
            }
}

TEST_CASE("curves with a long legend get the room for it in a narrow window, and what follows makes way") {
    Arrangement many;
    many.curves_height = 420;
    for (const bool chosen : {false, true}) {
        many.chosen = chosen;
        Arrangement few = many;
        few.curves_height = Arrangement{}.curves_height;
        const Layout usual = make_layout(390, 844, 0, 480, 3, nullptr, few), tall = make_layout(390, 844, 0, 480, 3, nullptr, many);
        REQUIRE(usual.places.size() == tall.places.size());
        CHECK(tall.height == usual.height + 100);
        for (std::size_t i = 0; i < tall.places.size(); ++i) CHECK(tall.places[i].box.height == usual.places[i].box.height + (tall.places[i].panel == Panel::curves ? 100 : 0));
    }
    CHECK(wanted_height(390, 480, 3, many) == wanted_height(390, 480, 3, {}) + 100);
}

TEST_CASE("a panel alone has the height that its parts need, and scrolls in a lower frame") {
    const auto alone = [](Panel panel, float width, float height, int heads = 3) { return make_layout(width, height, 0, 560, heads, nullptr, Arrangement{{panel}, true, true}); };
    // 800 x 480 with text of twice the size, 640 x 360 with half as much again.
    for (const auto& size : {std::pair{400.0f, 240.0f}, {427.0f, 240.0f}, {640.0f, 200.0f}})
        for (Panel panel : {Panel::chain, Panel::attention, Panel::ladder, Panel::curves}) {
            const float width = size.first, height = size.second;
            CAPTURE(width);
            const Layout l = alone(panel, width, height);
            CHECK(l.places[1].box.height >= (panel == Panel::chain ? 560 : panel == Panel::attention ? 200 : 220));
            CHECK(l.kind == Layout::Kind::stacked);
            CHECK(l.height > height);
        }
    for (Panel panel : {Panel::attention, Panel::ladder, Panel::curves}) CHECK(alone(panel, 540, 300, 8).height == 300);
    // On a phone the maps stand under one another, as they do with other panels.
    CHECK(alone(Panel::attention, 320, 480).places[1].box.height > 1.5f * 304);
    CHECK(alone(Panel::attention, 470, 480).height == 480);
    CHECK(alone(Panel::chain, 640, 360).height > 560);
    CHECK(alone(Panel::chain, 640, 800).height == 800);
}

TEST_CASE("a lesson in a low frame stands beside its panel, and a sheet comes only where it leaves that its room") {
    const Arrangement embedded{Arrangement{}.panels, false, true};
    for (const auto& size : {std::pair{800.0f, 479.0f}, {800.0f, 480.0f}, {800.0f, 600.0f}, {800.0f, 620.0f}, {960.0f, 540.0f}, {1100.0f, 480.0f}, {1100.0f, 599.0f}, {540.0f, 480.0f}}) {
        const float width = size.first, height = size.second;
        CAPTURE(width);
        CAPTURE(height);
        const Layout l = make_lesson_layout(width, height, 0, 480, 3, nullptr, embedded, Panel::ladder);
        CHECK(l.covered == 0);
        CHECK(l.height == height);
        CHECK(inside_and_apart(l, width));
    }
    for (const auto& [width, height] : {std::pair{390.0f, 480.0f}, {540.0f, 620.0f}, {768.0f, 1024.0f}, {1000.0f, 620.0f}}) CHECK(make_lesson_layout(width, height, 0, 480, 3, nullptr, embedded, Panel::ladder).covered > 0);
}

TEST_CASE("the height wished for shows a lesson beside its panel, and the whole of the chain") {
    const Arrangement embedded{Arrangement{}.panels, false, true};
    for (float width : {480.0f, 540.0f, 640.0f, 800.0f, 960.0f, 1020.0f, 1040.0f, 1280.0f, 1920.0f}) {
        CAPTURE(width);
        const float wanted = wanted_height(width, 560, 3, embedded, true);
        const Layout l = make_lesson_layout(width, wanted, 0, 560, 3, nullptr, embedded, Panel::chain);
        CHECK(l.covered == 0);
        CHECK(l.height == wanted);
        CHECK(wanted >= 480);
    }
    const float phone = wanted_height(390, 560, 3, embedded, true);
    CHECK(make_lesson_layout(390, phone, 0, 560, 3, nullptr, embedded, Panel::ladder).height <= phone);
    for (const auto& panels : {std::vector{Panel::chain}, {Panel::chain, Panel::attention}, {Panel::chain, Panel::curves}, {Panel::chain, Panel::attention, Panel::curves}})
        for (float width : {640.0f, 960.0f, 1400.0f}) {
            const Arrangement a{panels, true, true};
            const Layout l = make_layout(width, wanted_height(width, 560, 3, a), 0, 560, 3, nullptr, a);
            CAPTURE(width);
            CHECK(l.places[panels.back() == Panel::curves && panels.size() > 1 ? 2 : 1].box.height >= 559.9f);
        }
}
