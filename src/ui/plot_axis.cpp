// What the axes cover, and the words along them.
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

Ticks ticks_of(const Axis& axis, int wanted) {
    Ticks ticks{nice_ticks(axis.low, axis.high, wanted, axis.logarithmic), {}};
    ticks.labels = tick_labels(ticks.values);
    return ticks;
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

}  // namespace ladder
