// When a heat map is drawn anew: whatever changes in it, and only then. Without: any one comparison in take().
#include "ui/drawn_map.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>

using namespace ladder;

TEST_CASE("a heat map that repeats the last one is not drawn again, and any change in it is seen") {
    std::vector<float> values{0, 0.25f, 0.5f, 1};
    Heatmap map{2, 2, 1, values, 1, IM_COL32_WHITE, {IM_COL32_BLACK}, IM_COL32_BLACK};
    Rect place{{1, 2}, {30, 40}};
    DrawnMap drawn;
    CHECK(drawn.take(place, map));
    CHECK(!drawn.in_texture);
    drawn.in_texture = true;
    CHECK(!drawn.take(place, map));

    const std::vector<std::function<void()>> looks{[&] { map.rows = 1; }, [&] { map.columns = 4; }, [&] { map.channels = 2; }, [&] { map.top = 2; }, [&] { map.ground = 7; },
                                                   [&] { map.colours[7] = 7; }, [&] { map.negative = 7; }, [&] { place.min.x = 0; }, [&] { place.min.y = 0; },
                                                   [&] { place.max.x = 31; }, [&] { place.max.y = 41; }};
    for (std::size_t i = 0; i < looks.size(); ++i) {
        CAPTURE(i);
        looks[i]();
        CHECK(drawn.take(place, map));
        CHECK(!drawn.take(place, map));
        CHECK(drawn.in_texture);  // its values are the same
    }

    values[3] = 0.75f;
    CHECK(drawn.take(place, map));
    CHECK(!drawn.in_texture);
    CHECK(drawn.values == values);
    map.values = std::span(values).first(2);
    CHECK(drawn.take(place, map));
    CHECK(!drawn.take(place, map));
}

TEST_CASE("what is not finite in a heat map is kept as zero, and repeats itself") {
    const std::vector<float> values{std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1};
    const Heatmap map{1, 3, 1, values};
    DrawnMap drawn;
    CHECK(drawn.take({}, map));
    CHECK(drawn.values == std::vector<float>{0, 0, 1});
    CHECK(!drawn.take({}, map));
}
