#include "experiment/axis.h"

#include <algorithm>
#include <cmath>

namespace ladder {

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
