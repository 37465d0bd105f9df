// What happens to every parameter once a step, in the instruction set of this machine: AdamW, and the sum of squares that
// clipping needs. Nothing is fused and sums run in a fixed order of eight, so every instruction set gives the same bits.
#pragma once

#include <cstddef>

namespace ladder {

// One AdamW update of n numbers (train/optimizer.cpp says what the constants are): reads parameters, gradient and moments,
// writes those that follow. No array overlaps another, but `updated` may be `parameters`.
struct AdamUpdate {
    const float *parameters, *gradient, *first, *second;
    float *updated, *first_next, *second_next;
    std::size_t n;
    float gradient_scale, keep, weight1, retain2, weight2, step, root_correction, epsilon;
};

struct UpdateKernels {
    void (*adam)(const AdamUpdate&);
    double (*sum_of_squares)(const float* values, std::size_t n);
};

const UpdateKernels& update_kernels();  // the best for this machine

// The same, plainly.
void adam_reference(const AdamUpdate&);
double sum_of_squares_reference(const float* values, std::size_t n);

}  // namespace ladder
