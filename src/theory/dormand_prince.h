// One step of Dormand and Prince's pair of order 5(4) (Hairer, Norsett and Wanner, "Solving ordinary
// differential equations I", II.5), with the polynomial of order 4 between its ends.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "theory/integrator.h"

namespace ladder {

class DormandPrince {
public:
    explicit DormandPrince(std::size_t size);

    // From (t, y) with slope k1 = f(t, y) tries a step h; end() and slope_end() hold the result.
    void step(const RightHandSide&, double t, std::span<const double> y, std::span<const double> k1, double h);
    std::span<const double> end() const { return end_; }
    std::span<const double> slope_end() const { return k_[6]; }
    // Weighted root-mean-square of the error estimate; <= 1 is within tolerance.
    double error(std::span<const double> y, Tolerance) const;
    // h times the dominant eigenvalue's estimate along the step; above about 3.3 stability limits the step.
    double stiffness() const;
    // Value at t + theta h, 0 <= theta <= 1.
    void between(std::span<const double> y, double theta, std::span<double> out) const;

private:
    std::array<std::vector<double>, 7> k_;
    std::vector<double> end_, stage_;
    double h_ = 0;
};

}  // namespace ladder
