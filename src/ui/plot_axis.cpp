// Ticks and the mapping between values and pixels.
#include <algorithm>
#include <cmath>

#include "ui/numbers.h"
#include "ui/plot.h"

namespace ladder {
namespace {

void value_range(const Plot& plot, double& low, double& high) {
    low = INFINITY, high = -INFINITY;
    for (const Curve& curve : plot.curves) {
        if (curve.hidden) continue;
        for (float v : curve.y)
            if (std::isfinite(v) && (!plot.logarithmic_y || v > 0)) low = std::min<double>(low, v), high = std::max<double>(high, v);
    }
    if (!(high >= low)) low = plot.logarithmic_y ? 0.01 : 0, high = 1;
    if (plot.logarithmic_y) {
        // What begins at nearly nothing, as a KL divergence does, must not press the rest against the upper edge.
        low = std::max(0.85 * low, 1e-4 * high), high *= 1.15;
        return;
    }
    if (plot.zero_based) low = std::min(low, 0.0);
    if (plot.y_reach > 0) high = std::max(high, plot.y_reach);
    // A flat curve has room about it that suits its value, so that the ticks are numbers that can be read.
    const double size = std::max(std::abs(low), std::abs(high));
    if (size == 0) high = 1;
    else if (high - low < 1e-5 * size) low -= 0.01 * size, high += 0.01 * size;
    const double room = (high - low) * 0.06;
    if (low < 0 || !plot.zero_based || plot.whole_y) low -= room;
    if (!(plot.y_reach > 0) || high > plot.y_reach || plot.whole_y) high += room;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int wanted, bool logarithmic) {
    std::vector<double> ticks;
    if (!(high > low) || !std::isfinite(low) || !std::isfinite(high) || wanted < 1) return ticks;
    if (logarithmic && low > 0) {
        const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9)), last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
        const int stride = std::max(1, (last - first + 1 + wanted - 1) / wanted);
        for (int decade = first; decade <= last; decade += stride) ticks.push_back(std::pow(10.0, decade));
        if (ticks.size() >= 2 || last - first > 1) return ticks;
        // Less than two decades: 1, 2, 5 steps say more.
        ticks.clear();
        for (int decade = first - 1; decade <= last; ++decade)
            for (double part : {1.0, 2.0, 5.0}) {
                const double tick = part * std::pow(10.0, decade);
                if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
            }
        // Within one such step it is as good as linear.
        if (ticks.size() >= 2) return ticks;
        ticks.clear();
    }
    const double raw = (high - low) / wanted, power = std::pow(10.0, std::floor(std::log10(raw))), part = raw / power;
    const double step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    const double first = std::ceil(low / step - 1e-9);
    for (int i = 0; (first + i) * step <= high + 1e-9 * step; ++i) ticks.push_back(first + i == 0 ? 0.0 : (first + i) * step);
    return ticks;
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
    double step = INFINITY, largest = 0;
    for (std::size_t i = 1; i < ticks.size(); ++i) step = std::min(step, ticks[i] - ticks[i - 1]);
    for (double tick : ticks) largest = std::max(largest, std::abs(tick));
    // The significant digits that compact() keeps.
    const bool exact = std::all_of(ticks.begin(), ticks.end(), [&](double tick) {
        if (tick == 0 || !std::isfinite(step)) return true;
        const double unit = std::min(1.0, std::pow(10.0, std::floor(std::log10(std::abs(tick))) - 2));
        return std::abs(tick - std::round(tick / unit) * unit) < 1e-3 * step;
    });
    const int decimals = exact ? 0 : std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
    std::vector<std::string> labels;
    labels.reserve(ticks.size());
    for (double tick : ticks) labels.push_back(exact || largest >= 1e7 ? compact(tick) : number(tick, decimals));
    return labels;
}

int NameRows::place(float from, float to) {
    for (std::size_t row = 0; row < taken_.size(); ++row) {
        if (std::any_of(taken_[row].begin(), taken_[row].end(), [&](const auto& name) { return from < name.second && name.first < to; })) continue;
        taken_[row].emplace_back(from, to);
        return static_cast<int>(row);
    }
    return -1;
}

void set_ranges(const Plot& plot, Axis& x, Axis& y) {
    y.logarithmic = plot.logarithmic_y;
    value_range(plot, y.low, y.high);
    // Step 0 has no place on a logarithmic axis, which begins at the first step after it.
    const double first = plot.x_start > 0 ? plot.x_start : std::max(1.0, plot.steps.size() > 1 ? plot.steps[1] : 1);
    x.logarithmic = plot.logarithmic_x;
    x.low = plot.logarithmic_x ? first : 0, x.high = std::max(plot.x_end, plot.logarithmic_x ? 2 * first : 1.0);
}

bool Axis::places(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }

float Axis::pixel(double v) const {
    const double part = logarithmic ? std::log(v / low) / std::log(high / low) : (v - low) / (high - low);
    return from + static_cast<float>(part) * (to - from);
}

double Axis::value(float p) const {
    const double part = (p - from) / (to - from);
    return logarithmic ? low * std::pow(high / low, part) : low + part * (high - low);
}

}  // namespace ladder
