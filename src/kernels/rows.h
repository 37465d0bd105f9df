// Sums over rows of logits that an evaluation needs, in the instruction set of this machine.
#pragma once

#include <cstdint>

namespace ladder {

struct RowKernels {
    // Adds to sums (2 + h) over all rows, nats: [0] the cross-entropy of the targets under softmax(logits), [1] the
    // cross-entropy of the uniform distribution, [1 + k] that of ideal[row][k - 1]. logits (rows, d), ideal
    // (rows, h, d), targets (rows). Any finite logits; one that is no number makes every sum none.
    void (*cross_entropies)(const float* logits, const float* ideal, const std::int32_t* targets, int rows, int d, int h, double* sums);
};

const RowKernels& row_kernels();  // the best for this machine

// The same in double, plainly.
void cross_entropies_reference(const float* logits, const float* ideal, const std::int32_t* targets, int rows, int d, int h, double* sums);

}  // namespace ladder
