// One step of the Runge-Kutta-Chebyshev method of order 2 (Sommeijer, Shampine and Verwer, "RKC: an explicit
// solver for parabolic PDEs", 1998): s stages are stable for h |lambda| up to about 2/3 s^2.
#pragma once

#include <span>
#include <vector>

#include "theory/integrator.h"

namespace ladder {

class Chebyshev {
public:
    explicit Chebyshev(std::size_t size);

    // Stages that make a step h stable when no eigenvalue's modulus exceeds `radius`.
    static int stages_for(double h, double radius);
    // As DormandPrince::step.
    void step(const RightHandSide&, double t, std::span<const double> y, std::span<const double> k1, double h, int stages);
    std::span<const double> end() const { return end_; }
    std::span<const double> slope_end() const { return slope_; }
    double error(std::span<const double> y, std::span<const double> k1, Tolerance) const;
    // Cubic Hermite interpolation.
    void between(std::span<const double> y, std::span<const double> k1, double theta, std::span<double> out) const;

private:
    std::vector<double> before_, last_, end_, slope_;
    double h_ = 0;
};

}  // namespace ladder
