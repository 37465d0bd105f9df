// An error-controlled integrator for the gradient-flow equations: Dormand and Prince's Runge-Kutta pair of
// order 5(4) with its dense output, and, where stability rather than accuracy would limit the step, the
// stabilised Runge-Kutta-Chebyshev method of order 2 (Sommeijer, Shampine and Verwer, 1998), which suits
// the real spectrum of a gradient flow. Knows nothing of the equations.
#pragma once

#include <functional>
#include <memory>
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

// An integration that can be carried on a step at a time, so that a screen need not wait for its end.
class Integrator {
public:
    using Output = std::function<void(std::size_t i, std::span<const double> y)>;

    // Goes from times.front() to times.back() and calls output(i, y) at every times[i] (increasing), by dense output; the first
    // one at once. start: the state at times.front().
    Integrator(RightHandSide, std::vector<double> start, std::vector<double> times, Tolerance, Output);
    ~Integrator();
    Integrator(const Integrator&) = delete;
    Integrator& operator=(const Integrator&) = delete;

    // One step, accepted or not. False: there is nothing more to do, because the end is reached or cannot be.
    bool advance();
    const IntegrationReport& report() const { return report_; }
    // The state after the last accepted step.
    std::span<const double> state() const { return y_; }
    // Dense output of the last accepted step, which led from time last_from() to report().reached; one step at least was accepted.
    double last_from() const { return last_from_; }
    void last_step(double time, std::span<double> out) const;

private:
    struct Methods;
    double try_step();
    bool give_up();

    RightHandSide f_;
    std::vector<double> y_, slope_, y_before_, slope_before_, value_, times_;
    Tolerance tolerance_;
    Output output_;
    IntegrationReport report_;
    std::unique_ptr<Methods> methods_;
    std::size_t next_ = 1;       // output that comes next
    double t_ = 0, h_ = 0;
    double last_from_ = 0;
    bool last_stable_ = false;   // method of the last accepted step
    bool ended_ = false;
    bool use_stable_ = false;
    int stiff_steps_ = 0;
    double radius_ = 0;          // of the spectrum, as last estimated
    int steps_since_estimate_ = 1000;
};

}  // namespace ladder
