// Step-size control and the choice between the two methods.
#include "theory/integrator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "theory/chebyshev.h"
#include "theory/dormand_prince.h"

namespace ladder {
namespace {

// Dormand and Prince's stability interval on the negative real axis.
constexpr double stability_limit = 3.3;

bool all_finite(std::span<const double> y) {
    return std::all_of(y.begin(), y.end(), [](double v) { return std::isfinite(v); });
}

// A first step that moves the state by about a hundredth of the tolerance's scale (Hairer, II.4).
double first_step(std::span<const double> y, std::span<const double> slope, Tolerance tolerance, double length) {
    double size = 0, speed = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double weight = tolerance.absolute + tolerance.relative * std::abs(y[i]);
        size += (y[i] / weight) * (y[i] / weight);
        speed += (slope[i] / weight) * (slope[i] / weight);
    }
    const double h = speed > 0 && size > 0 ? 0.01 * std::sqrt(size / speed) : 1e-6;
    return std::clamp(h, 1e-9, length);
}

// Largest |eigenvalue| by the nonlinear power method. It starts from a direction with a part in every component: the slope would
// hide fast modes that have died out but still bound a stable step.
class SpectralRadius {
public:
    explicit SpectralRadius(std::size_t size) : direction_(size), point_(size), slope_(size) {}

    double estimate(const RightHandSide& f, double t, std::span<const double> y, std::span<const double> k1, long& evaluations) {
        double size = 0, norm = 0;
        for (double v : y) size += v * v;
        if (!started_)
            for (std::size_t n = 0; n < y.size(); ++n) direction_[n] = 1 + 0.5 * std::sin(static_cast<double>(n * n + 1));
        for (double v : direction_) norm += v * v;
        if (norm == 0) return 0;
        const double reach = 1e-7 * std::max(1.0, std::sqrt(size));
        double radius = 0;
        for (int i = 0; i < 50; ++i) {
            const double factor = reach / std::sqrt(norm);
            for (std::size_t n = 0; n < y.size(); ++n) point_[n] = y[n] + factor * direction_[n];
            f(t, point_, slope_);
            ++evaluations;
            norm = 0;
            for (std::size_t n = 0; n < y.size(); ++n) {
                direction_[n] = slope_[n] - k1[n];
                norm += direction_[n] * direction_[n];
            }
            const double before = radius;
            radius = std::sqrt(norm) / reach;
            if (norm == 0 || (i > 4 && std::abs(radius - before) < 0.003 * radius)) break;
        }
        started_ = norm > 0;
        return 1.2 * radius;
    }

private:
    std::vector<double> direction_, point_, slope_;
    bool started_ = false;
};

}  // namespace

struct Integrator::Methods {
    explicit Methods(std::size_t size) : accurate(size), stable(size), spectrum(size) {}
    DormandPrince accurate;
    Chebyshev stable;
    SpectralRadius spectrum;
};

Integrator::Integrator(RightHandSide f, std::vector<double> start, std::vector<double> times, Tolerance tolerance, Output output)
    : f_(std::move(f)), y_(std::move(start)), slope_(y_.size()), y_before_(y_.size()), slope_before_(y_.size()), value_(y_.size()), times_(std::move(times)), tolerance_(tolerance), output_(std::move(output)), methods_(std::make_unique<Methods>(y_.size())) {
    if (times_.empty()) {
        ended_ = true;
        return;
    }
    t_ = report_.reached = times_.front();
    f_(t_, y_, slope_);
    ++report_.evaluations;
    output_(0, y_);
    ended_ = report_.finished = times_.size() == 1;
    h_ = first_step(y_, slope_, tolerance_, times_.back() - t_);
}

Integrator::~Integrator() = default;

bool Integrator::give_up() {
    ended_ = true;
    return false;
}

// Returns the weighted error of a step h_, which it may have shortened.
double Integrator::try_step() {
    if (!use_stable_) {
        methods_->accurate.step(f_, t_, y_, slope_, h_);
        report_.evaluations += 6;
        return methods_->accurate.error(y_, tolerance_);
    }
    // The spectrum drifts slowly: a fresh estimate every so many steps, and after a step that failed.
    if (steps_since_estimate_ >= 20) {
        radius_ = methods_->spectrum.estimate(f_, t_, y_, slope_, report_.evaluations);
        steps_since_estimate_ = 0;
    }
    ++steps_since_estimate_;
    // A thousand stages bound the rounding that the recurrence gathers.
    if (radius_ > 0) h_ = std::min(h_, 6.5e5 / radius_);
    const int stages = Chebyshev::stages_for(h_, radius_);
    methods_->stable.step(f_, t_, y_, slope_, h_, stages);
    report_.evaluations += stages;
    return methods_->stable.error(y_, slope_, tolerance_);
}

bool Integrator::advance() {
    if (ended_) return false;
    const double end = times_.back();
    h_ = std::min(h_, end - t_);
    if (!(h_ > 1e-14 * std::max(1.0, std::abs(t_)))) return give_up();
    const double error = try_step(), order = use_stable_ ? 3 : 5;
    if (!std::isfinite(error) || error > 1) {
        ++report_.rejected;
        steps_since_estimate_ = 1000;
        h_ *= std::isfinite(error) ? std::clamp(0.9 * std::pow(error, -1 / order), 0.2, 0.9) : 0.1;
        return true;
    }

    const bool stable_step = use_stable_;
    const std::span<const double> reached = stable_step ? methods_->stable.end() : methods_->accurate.end();
    if (!all_finite(reached)) return give_up();
    const bool last = h_ >= end - t_;
    const double t_new = last ? end : t_ + h_;
    ++report_.accepted;
    report_.stabilised += stable_step;
    if (stable_step) {
        // Where few stages suffice the more accurate method is the cheaper one.
        if (h_ * radius_ < 0.5 * stability_limit) use_stable_ = false;
    } else {
        stiff_steps_ = methods_->accurate.stiffness() > 0.8 * stability_limit ? stiff_steps_ + 1 : 0;
        if (stiff_steps_ >= 5) use_stable_ = true, stiff_steps_ = 0, steps_since_estimate_ = 1000;
    }
    const std::span<const double> slope_end = stable_step ? methods_->stable.slope_end() : methods_->accurate.slope_end();
    y_before_.swap(y_);
    slope_before_.swap(slope_);
    std::copy(reached.begin(), reached.end(), y_.begin());
    std::copy(slope_end.begin(), slope_end.end(), slope_.begin());
    last_from_ = t_;
    last_stable_ = stable_step;
    t_ = report_.reached = t_new;
    for (; next_ < times_.size() && times_[next_] <= t_new; ++next_) {
        last_step(times_[next_], value_);
        output_(next_, value_);
    }
    h_ *= std::clamp(0.9 * std::pow(std::max(error, 1e-10), -1 / order), 0.2, 5.0);
    ended_ = report_.finished = next_ >= times_.size();
    return !ended_;
}

void Integrator::last_step(double time, std::span<double> out) const {
    const double theta = time >= t_ ? 1 : (time - last_from_) / (t_ - last_from_);
    if (last_stable_) methods_->stable.between(y_before_, slope_before_, theta, out);
    else methods_->accurate.between(y_before_, theta, out);
}

}  // namespace ladder
