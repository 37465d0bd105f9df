// The plain counterpart of the row kernels, and the choice of the fast ones, which are compiled together
// with the minimal model's.
#include "kernels/rows.h"

#include <algorithm>
#include <cmath>

#include "kernels/minimal_kernel.h"

namespace ladder {

const RowKernels& row_kernels() { return minimal_kernels().rows; }

void cross_entropies_reference(const float* logits, const float* ideal, const std::int32_t* targets, int rows, int d, int h, double* sums) {
    for (int r = 0; r < rows; ++r, logits += d) {
        const double top = *std::max_element(logits, logits + d);
        double sum = 0, mean = 0;
        for (int v = 0; v < d; ++v) sum += std::exp(logits[v] - top), mean += logits[v] / static_cast<double>(d);
        const double log_sum = top + std::log(sum);
        sums[0] += log_sum - logits[targets[r]];
        sums[1] += log_sum - mean;
        for (int k = 0; k < h; ++k, ideal += d)
            for (int v = 0; v < d; ++v) sums[2 + k] += ideal[v] * (log_sum - logits[v]);
    }
}

}  // namespace ladder
