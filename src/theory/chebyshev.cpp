// The three-term recurrence of the method; names follow the paper named in the header.
#include "theory/chebyshev.h"

#include <algorithm>
#include <cmath>

namespace ladder {
namespace {

constexpr double damping = 2.0 / 13;

// T_j(w), T_j'(w) and T_j''(w), advanced one j at a time.
struct Polynomials {
    double w;
    double value = 1, first = 0, second = 0;
    double value_before = 0, first_before = 0, second_before = 0;
    int j = 0;

    void advance() {
        const double v = j == 0 ? w : 2 * w * value - value_before;
        const double f = j == 0 ? 1 : 2 * value + 2 * w * first - first_before;
        const double s = j == 0 ? 0 : 4 * first + 2 * w * second - second_before;
        value_before = value, first_before = first, second_before = second;
        value = v, first = f, second = s;
        ++j;
    }
};

}  // namespace

Chebyshev::Chebyshev(std::size_t size) : before_(size), last_(size), end_(size), slope_(size) {}

int Chebyshev::stages_for(double h, double radius) {
    return std::max(2, static_cast<int>(std::ceil(std::sqrt(1 + 1.54 * h * radius))));
}

void Chebyshev::step(const RightHandSide& f, double t, std::span<const double> y, std::span<const double> k1, double h, int stages) {
    h_ = h;
    const double w0 = 1 + damping / (static_cast<double>(stages) * stages);
    Polynomials whole{w0};
    for (int j = 0; j < stages; ++j) whole.advance();
    const double w1 = whole.first / whole.second;

    Polynomials p{w0};
    p.advance();
    p.advance();
    const double b2 = p.second / (p.first * p.first);
    Polynomials q{w0};
    q.advance();
    // b_0 = b_1 = b_2; a_j = 1 - b_j T_j(w0); times c_j of the stages.
    double b_before = b2, b_last = b2;
    double a_last = 1 - b2 * w0;
    double c_before = 0, c_last = b2 * w1;

    std::copy(y.begin(), y.end(), before_.begin());
    for (std::size_t i = 0; i < y.size(); ++i) last_[i] = y[i] + c_last * h * k1[i];
    for (int j = 2; j <= stages; ++j) {
        q.advance();
        const double b = q.second / (q.first * q.first);
        const double mu = 2 * b * w0 / b_last, nu = -b / b_before;
        const double mu_slope = 2 * b * w1 / b_last, gamma = -a_last * mu_slope;
        f(t + c_last * h, last_, slope_);
        for (std::size_t i = 0; i < y.size(); ++i)
            end_[i] = (1 - mu - nu) * y[i] + mu * last_[i] + nu * before_[i] + mu_slope * h * slope_[i] + gamma * h * k1[i];
        const double c_new = mu * c_last + nu * c_before + mu_slope + gamma;
        c_before = c_last, c_last = c_new;
        b_before = b_last, b_last = b;
        a_last = 1 - b * q.value;
        std::swap(before_, last_);
        std::swap(last_, end_);
    }
    std::swap(last_, end_);
    f(t + h, end_, slope_);
}

double Chebyshev::error(std::span<const double> y, std::span<const double> k1, Tolerance tolerance) const {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double estimate = 0.8 * (y[i] - end_[i]) + 0.4 * h_ * (k1[i] + slope_[i]);
        const double weight = tolerance.absolute + tolerance.relative * std::max(std::abs(y[i]), std::abs(end_[i]));
        sum += (estimate / weight) * (estimate / weight);
    }
    return std::sqrt(sum / static_cast<double>(y.size()));
}

void Chebyshev::between(std::span<const double> y, std::span<const double> k1, double theta, std::span<double> out) const {
    const double u = theta, v = 1 - theta;
    for (std::size_t i = 0; i < y.size(); ++i)
        out[i] = v * v * (1 + 2 * u) * y[i] + u * u * (3 - 2 * u) * end_[i] + h_ * u * v * (v * k1[i] - u * slope_[i]);
}

}  // namespace ladder
