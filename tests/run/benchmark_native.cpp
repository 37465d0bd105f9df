#include "run/benchmark.h"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace ladder;

TEST_CASE("What is timed is called often enough for a coarse clock, though something else held up the first call that counts") {
    int calls = 0;
    const Timing t = time_calls(0.001, [&] {
        if (++calls == 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
    CHECK(calls > 20000);  // five samples of two milliseconds each, of what takes nanoseconds
    CHECK(t.least > 0);
    CHECK(t.least <= t.median);
}
