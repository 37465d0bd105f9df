#include "train/schedule.h"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>

#include "base/error.h"

using namespace ladder;

namespace {

Settings with(ScheduleKind kind) {
    Settings s;
    s.schedule = kind, s.learning_rate = 0.5, s.steps = 200, s.patience = 4, s.reduction = 0.1;
    return s;
}

void observe(Schedule& schedule, double loss, int times) {
    for (int i = 0; i < times; ++i) schedule.observe(loss);
}

}  // namespace

TEST_CASE("a constant rate stays") {
    Schedule schedule(with(ScheduleKind::constant));
    observe(schedule, 3, 1000);
    for (const std::int64_t step : {0, 100, 100000}) CHECK(schedule.rate(step) == 0.5);
}

TEST_CASE("the cosine falls from the rate to 0 at the run's end and stays there") {
    const Schedule schedule(with(ScheduleKind::cosine));
    CHECK(schedule.rate(0) == 0.5);
    CHECK(schedule.rate(100) == doctest::Approx(0.25));
    CHECK(schedule.rate(50) == doctest::Approx(0.25 * (1 + std::sqrt(0.5))));
    CHECK(schedule.rate(200) == doctest::Approx(0).epsilon(1e-15));
    CHECK(schedule.rate(1000) == schedule.rate(200));
    for (int step = 0; step < 200; ++step) CHECK(schedule.rate(step + 1) < schedule.rate(step));
}

TEST_CASE("at a plateau the rate is reduced, and not while the loss falls") {
    Schedule schedule(with(ScheduleKind::plateau));
    for (int i = 0; i < 40; ++i) schedule.observe(4 - 0.05 * i);
    CHECK(schedule.rate(40) == 0.5);
    observe(schedule, 2.05, 4);  // the mean of the four before was 2.125
    CHECK(schedule.rate(44) == 0.5);
    observe(schedule, 2.05, 3);
    CHECK(schedule.rate(47) == 0.5);
    observe(schedule, 2.05, 1);
    CHECK(schedule.rate(48) == doctest::Approx(0.05));
    observe(schedule, 2.0499, 4);  // lower, but by less than a thousandth
    CHECK(schedule.rate(52) == doctest::Approx(0.005));
    observe(schedule, 1, 4);
    CHECK(schedule.rate(56) == doctest::Approx(0.005));
}

TEST_CASE("a schedule goes on from its state") {
    Schedule one(with(ScheduleKind::plateau)), other(with(ScheduleKind::plateau));
    observe(one, 2, 10);
    other.restore(one.state());
    for (int i = 0; i < 20; ++i) {
        one.observe(2), other.observe(2);
        CHECK(one.rate(i) == other.rate(i));
    }
    CHECK(one.rate(0) < 0.5);
    CHECK(one.state() == other.state());

    Schedule::State state;
    state.factor = 2;
    CHECK_THROWS_AS(other.restore(state), Error);
    state = {};
    state.sum = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(other.restore(state), Error);
    state = {};
    state.count = 4;
    CHECK_THROWS_AS(other.restore(state), Error);
}
