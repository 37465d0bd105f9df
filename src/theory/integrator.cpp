// Step-size control and the choice between the two methods.
#include "theory/integrator.h"

#include <algorithm>
#include <cmath>

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

IntegrationReport integrate(const RightHandSide& f, std::vector<double>& y, std::span<const double> times, Tolerance tolerance,
                            const std::function<void(std::size_t, std::span<const double>)>& output) {
    IntegrationReport report;
    if (times.empty()) return report;
    double t = times.front();
    const double end = times.back();
    report.reached = t;

    std::vector<double> slope(y.size()), value(y.size());
    DormandPrince accurate(y.size());
    Chebyshev stable(y.size());
    SpectralRadius spectrum(y.size());
    f(t, y, slope);
    ++report.evaluations;
    output(0, y);
    std::size_t next = 1;
    if (next == times.size()) {
        report.finished = true;
        return report;
    }

    double h = first_step(y, slope, tolerance, end - t);
    bool use_stable = false;
    int stiff_steps = 0;
    double radius = 0;
    int steps_since_estimate = 1000;
    while (next < times.size()) {
        h = std::min(h, end - t);
        if (!(h > 1e-14 * std::max(1.0, std::abs(t)))) return report;
        double error = 0, order = 0;
        if (use_stable) {
            // The spectrum drifts slowly: a fresh estimate every so many steps, and after a step that failed.
            if (steps_since_estimate >= 20) {
                radius = spectrum.estimate(f, t, y, slope, report.evaluations);
                steps_since_estimate = 0;
            }
            ++steps_since_estimate;
            // A thousand stages bound the rounding that the recurrence gathers.
            if (radius > 0) h = std::min(h, 6.5e5 / radius);
            const int stages = Chebyshev::stages_for(h, radius);
            stable.step(f, t, y, slope, h, stages);
            report.evaluations += stages;
            error = stable.error(y, slope, tolerance);
            order = 3;
        } else {
            accurate.step(f, t, y, slope, h);
            report.evaluations += 6;
            error = accurate.error(y, tolerance);
            order = 5;
        }
        if (!std::isfinite(error)) {
            ++report.rejected;
            steps_since_estimate = 1000;
            h *= 0.1;
            continue;
        }
        const double factor = std::clamp(0.9 * std::pow(std::max(error, 1e-10), -1 / order), 0.2, 5.0);
        if (error > 1) {
            ++report.rejected;
            steps_since_estimate = 1000;
            h *= std::min(factor, 0.9);
            continue;
        }

        const std::span<const double> reached = use_stable ? stable.end() : accurate.end();
        if (!all_finite(reached)) return report;
        const bool last = h >= end - t;
        const double t_new = last ? end : t + h;
        for (; next < times.size() && times[next] <= t_new; ++next) {
            const double theta = last && times[next] == end ? 1 : (times[next] - t) / h;
            if (use_stable) stable.between(y, slope, theta, value);
            else accurate.between(y, theta, value);
            output(next, value);
        }
        ++report.accepted;
        report.stabilised += use_stable;
        if (use_stable) {
            // Where few stages suffice the more accurate method is the cheaper one.
            if (h * radius < 0.5 * stability_limit) use_stable = false;
        } else {
            stiff_steps = accurate.stiffness() > 0.8 * stability_limit ? stiff_steps + 1 : 0;
            if (stiff_steps >= 5) use_stable = true, stiff_steps = 0, steps_since_estimate = 1000;
        }
        const std::span<const double> slope_end = report.stabilised && reached.data() == stable.end().data() ? stable.slope_end() : accurate.slope_end();
        std::copy(reached.begin(), reached.end(), y.begin());
        std::copy(slope_end.begin(), slope_end.end(), slope.begin());
        t = t_new;
        report.reached = t;
        h *= factor;
    }
    report.finished = true;
    return report;
}

}  // namespace ladder
