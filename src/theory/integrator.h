// An error-controlled integrator for the gradient-flow equations: Dormand and Prince's Runge-Kutta pair of
// order 5(4) with its dense output, and, where stability rather than accuracy would limit the step, the
// stabilised Runge-Kutta-Chebyshev method of order 2 (Sommeijer, Shampine and Verwer, 1998), which suits
// the real spectrum of a gradient flow. Knows nothing of the equations.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace ladder {

// dy = f(t, y); both spans have the system's size.
using RightHandSide = std::function<void(double t, std::span<const double> y, std::span<double> dy)>;

struct Tolerance {
    double relative = 1e-8;
    double absolute = 1e-10;
};

struct IntegrationReport {
    long evaluations = 0;        // of the right-hand side
    long accepted = 0, rejected = 0;
    long stabilised = 0;         // accepted steps taken by the Chebyshev method
    bool finished = false;       // false: a value was not finite, or the step shrank to nothing; the output ends there
    double reached = 0;          // time of the last good value
};

// Integrates from times.front() to times.back() and calls output(i, y) at every times[i] (increasing), by
// dense output. y holds the start and, on return, the end.
IntegrationReport integrate(const RightHandSide&, std::vector<double>& y, std::span<const double> times, Tolerance,
                            const std::function<void(std::size_t i, std::span<const double> y)>& output);

}  // namespace ladder
