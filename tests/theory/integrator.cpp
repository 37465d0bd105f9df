// The integrator against closed forms: accuracy follows the tolerance, dense output is as good as the steps,
// and a stiff system does not cost a step per fast time constant.
#include "theory/integrator.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/worse.h"

using namespace ladder;

namespace {

std::vector<double> evenly(double from, double to, int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i) times.push_back(from + (to - from) * i / (count - 1));
    return times;
}

IntegrationReport integrate(RightHandSide f, std::vector<double> start, std::vector<double> times, Tolerance tolerance, Integrator::Output output) {
    Integrator integrator(std::move(f), std::move(start), std::move(times), tolerance, std::move(output));
    while (integrator.advance()) {}
    return integrator.report();
}

}  // namespace

TEST_CASE("dense output of the oscillator stays within a small multiple of the tolerance") {
    for (double tolerance : {1e-5, 1e-8, 1e-11}) {
        CAPTURE(tolerance);
        const auto times = evenly(0, 10, 137);
        double worst = 0;
        const auto report = integrate([](double, std::span<const double> v, std::span<double> dv) { dv[0] = v[1], dv[1] = -v[0]; }, {1, 0}, times,
                                      {tolerance, tolerance}, [&](std::size_t i, std::span<const double> v) {
                                          REQUIRE(std::isfinite(v[0]));
                                          worst = std::max(worst, std::abs(v[0] - std::cos(times[i])));
                                      });
        CHECK(report.finished);
        // Local errors of a non-dissipative system add up: about one tolerance a step over some tens of steps.
        CHECK(worst < 50 * tolerance);
    }
}

TEST_CASE("a stiff relaxation is integrated in few evaluations and to the tolerance") {
    // y' = -1000 (y - cos t) - sin t, solution cos t from y(0) = 1; diagonal companion decays slowly.
    const auto times = evenly(0, 100, 51);
    double worst = 0;
    const auto report = integrate(
        [](double t, std::span<const double> v, std::span<double> dv) {
            dv[0] = -1000 * (v[0] - std::cos(t)) - std::sin(t);
            dv[1] = -0.01 * v[1];
        },
        {1, 1}, times, {1e-5, 1e-5}, [&](std::size_t i, std::span<const double> v) {
            worst = test::worse(worst, std::abs(v[0] - std::cos(times[i])));
            worst = test::worse(worst, std::abs(v[1] - std::exp(-0.01 * times[i])));
        });
    CHECK(report.finished);
    CHECK(report.stabilised > 0);
    CHECK(worst < 1e-3);  // a thousand steps of tolerance 1e-5, of which the relaxation forgets all but the last
    // An explicit pair alone needs h < 3.3 / 1000, so 6 x 100 x 1000 / 3.3 = 180 000 evaluations.
    CHECK(report.evaluations < 60000);
}

TEST_CASE("a solution that blows up ends with the last good value") {
    const auto times = evenly(0, 2, 21);  // y' = y^2 is infinite at t = 1
    std::size_t outputs = 0;
    const auto report = integrate([](double, std::span<const double> v, std::span<double> dv) { dv[0] = v[0] * v[0]; }, {1}, times, {1e-6, 1e-6},
                                  [&](std::size_t, std::span<const double> v) {
                                      CHECK(std::isfinite(v[0]));
                                      ++outputs;
                                  });
    CHECK_FALSE(report.finished);
    CHECK(report.reached <= 1 + 1e-5);
    CHECK(outputs <= 11);
}
