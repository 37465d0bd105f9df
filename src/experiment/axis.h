// One axis of a plot, whoever draws it: where values lie along it, and which of them are marked.
#pragma once

#include <vector>

namespace ladder {

// Round tick values that cover [low, high] with about `wanted` of them; decades on a logarithmic axis.
std::vector<double> nice_ticks(double low, double high, int wanted, bool logarithmic);

// From values to pixels along one axis. On a logarithmic axis values <= 0 have no place.
struct Axis {
    double low = 0, high = 1;
    bool logarithmic = false;
    float from = 0, to = 1;  // pixels of low and high

    bool places(double value) const;
    float pixel(double value) const;
    double value(float pixel) const;
};

}  // namespace ladder
