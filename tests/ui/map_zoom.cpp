// What a pinch keeps where it is, and that nothing beyond a map's edge comes into sight.
#include "ui/map_zoom.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("the point between the fingers stays where it is") {
    MapZoom zoom;
    CHECK(zoom.whole());
    zoom.zoom(0.25f, 0.75f, 2);
    CHECK(zoom.scale() == 2);
    CHECK(zoom.left() + 0.25f / zoom.scale() == doctest::Approx(0.25));
    CHECK(zoom.top() + 0.75f / zoom.scale() == doctest::Approx(0.75));
    zoom.move(0.5f, 0);
    CHECK(zoom.left() == 0);  // as far as the edge
    zoom.move(-9, -9);
    CHECK(zoom.left() == doctest::Approx(0.5));
    CHECK(zoom.top() == doctest::Approx(0.5));
    zoom.zoom(0.5f, 0.5f, 1000);
    CHECK(zoom.scale() == MapZoom::closest);
    zoom.zoom(0, 0, 0.0001f);
    CHECK(zoom.whole());
    CHECK(zoom.left() == 0);
    CHECK(zoom.top() == 0);
    zoom.zoom(0, 0, -3);
    CHECK(zoom.whole());
}
