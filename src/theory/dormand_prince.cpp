// Coefficients and formulas of the pair, its error estimate and its dense output.
#include "theory/dormand_prince.h"

#include <algorithm>
#include <cmath>

namespace ladder {
namespace {

constexpr double c[7] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
constexpr double a[7][6] = {
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
};
// Difference between the weights of order 5 and order 4.
constexpr double e[7] = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
// Extra weights of the dense output.
constexpr double d[7] = {-12715105075.0 / 11282082432.0, 0, 87487479700.0 / 32700410799.0, -10690763975.0 / 1880347072.0,
                         701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0, 69997945.0 / 29380423.0};

}  // namespace

DormandPrince::DormandPrince(std::size_t size) : end_(size), stage_(size) {
    for (auto& k : k_) k.assign(size, 0);
}

void DormandPrince::step(const RightHandSide& f, double t, std::span<const double> y, std::span<const double> k1, double h) {
    h_ = h;
    std::copy(k1.begin(), k1.end(), k_[0].begin());
    for (int s = 1; s < 7; ++s) {
        std::vector<double>& target = s == 6 ? end_ : stage_;
        for (std::size_t i = 0; i < y.size(); ++i) {
            double sum = 0;
            for (int r = 0; r < s; ++r) sum += a[s][r] * k_[r][i];
            target[i] = y[i] + h * sum;
        }
        f(t + c[s] * h, target, k_[s]);
    }
}

double DormandPrince::error(std::span<const double> y, Tolerance tolerance) const {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double estimate = 0;
        for (int s = 0; s < 7; ++s) estimate += e[s] * k_[s][i];
        const double weight = tolerance.absolute + tolerance.relative * std::max(std::abs(y[i]), std::abs(end_[i]));
        sum += (h_ * estimate / weight) * (h_ * estimate / weight);
    }
    return std::sqrt(sum / static_cast<double>(y.size()));
}

double DormandPrince::stiffness() const {
    // stage_ still holds the argument of the sixth slope, end_ that of the seventh (Hairer and Wanner, IV.2).
    double slopes = 0, points = 0;
    for (std::size_t i = 0; i < end_.size(); ++i) {
        slopes += (k_[6][i] - k_[5][i]) * (k_[6][i] - k_[5][i]);
        points += (end_[i] - stage_[i]) * (end_[i] - stage_[i]);
    }
    return points > 0 ? h_ * std::sqrt(slopes / points) : 0;
}

void DormandPrince::between(std::span<const double> y, double theta, std::span<double> out) const {
    const double rest = 1 - theta;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double difference = end_[i] - y[i];
        const double bend = h_ * k_[0][i] - difference;
        double extra = 0;
        for (int s = 0; s < 7; ++s) extra += d[s] * k_[s][i];
        out[i] = y[i] + theta * (difference + rest * (bend + theta * (difference - h_ * k_[6][i] - bend + rest * h_ * extra)));
    }
}

}  // namespace ladder
