// Playback: a whole run in the promised time, backwards too, ends at either end, follows a run that grows.
#include <doctest/doctest.h>

#include "ui/playback.h"

using ladder::Playback;

TEST_CASE("at speed 1 a run of any length plays in 16 seconds, and stops at its end") {
    for (const std::int64_t newest : {10, 5000, 1000000}) {
        Playback p;
        p.play(1, newest, 0, newest);  // from the newest: again from the beginning
        std::int64_t shown = 0;
        int frames = 0;
        while (p.direction() != 0 && frames < 10000) shown = p.advance(1 / 60.0, 0, newest), ++frames;
        CHECK(shown == Playback::now);
        CHECK(p.advance(1, 0, newest) == newest);  // at rest
        CHECK(frames / 60.0 == doctest::Approx(16).epsilon(0.01));
    }
}

TEST_CASE("backwards from the moment shown, at other speeds, to the first step") {
    Playback p;
    while (p.speed() != 4) p.next_speed();
    p.play(-1, 600, 0, 800);
    CHECK(p.advance(1, 0, 800) == 400);
    CHECK(p.direction() == -1);
    CHECK(p.advance(1, 0, 800) == 200);
    CHECK(p.advance(10, 0, 800) == 0);
    CHECK(p.direction() == 0);
    CHECK(p.advance(1, 0, 800) == 0);
}

TEST_CASE("backwards in a run that begins later than at step 0 it ends at its first step; forwards where there is one step alone it arrives") {
    Playback p;
    p.play(-1, 700, 600, 800);
    CHECK(p.advance(100, 600, 800) == 600);
    CHECK(p.direction() == 0);
    p.play(1, 600, 600, 600);
    CHECK(p.advance(0.1, 600, 600) == Playback::now);
    CHECK(p.direction() == 0);
}

TEST_CASE("it stands still when stopped, and a run that grows meanwhile is followed") {
    Playback p;
    p.play(1, 100, 0, 1600);
    CHECK(p.advance(1, 0, 1600) == 200);
    CHECK(p.advance(1, 0, 3200) == 400);
    p.stop();
    CHECK(p.advance(5, 0, 3200) == 400);
}
