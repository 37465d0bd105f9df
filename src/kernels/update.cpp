// The plain counterparts of the update kernels, and the choice of the fast ones, which are compiled together with the
// minimal model's.
#include "kernels/update.h"

#include <cmath>

#include "kernels/minimal_kernel.h"

namespace ladder {

const UpdateKernels& update_kernels() { return minimal_kernels().update; }

void adam_reference(const AdamUpdate& u) {
    for (std::size_t i = 0; i < u.n; ++i) {
        const float clipped = u.gradient_scale * u.gradient[i];
        u.first_next[i] = u.first[i] + u.weight1 * (clipped - u.first[i]);
        u.second_next[i] = u.retain2 * u.second[i] + u.weight2 * (clipped * clipped);
        u.updated[i] = u.keep * u.parameters[i] - u.step * u.first_next[i] / (std::sqrt(u.second_next[i]) / u.root_correction + u.epsilon);
    }
}

double sum_of_squares_reference(const float* values, std::size_t n) {
    double sums[8] = {};
    for (std::size_t i = 0; i < n; ++i) sums[i % 8] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

}  // namespace ladder
