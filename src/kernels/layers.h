// The full transformer's pieces between its matrix products, on rows of floats in the instruction set of this machine: dropout
// masks, layer normalisation with the residual before it, biases and ReLU, causal softmax, cross-entropy; forward and backward.
// Matrices are row-major without gaps, (rows, n). No allocation in here. Results equal the references' to rounding, masks bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ladder {

// Philox blocks (counter, counter + 1, ..) of (seed, stream, index), four numbers each, the last of a row cut off: 0 where a
// word is below the threshold, else `kept`. rows follow one another without a gap in the counter.
struct DropoutMask {
    std::uint64_t seed;
    std::uint32_t stream;
    std::uint64_t index;
    std::uint32_t counter, threshold;
    float kept;
};

struct Normalisation {  // x = in * mask + residual; out = (x - mean) / deviation * gain + bias
    int rows, n;
    const float *in, *mask, *residual;  // (rows, n); mask may be null
    const float *gain, *bias;           // (n)
    float *normalised, *inverse_deviation, *out;  // (rows, n), (rows), (rows, n)
};

struct NormalisationGradient {  // d becomes the gradient to x, d_in that to `in`; d_gain and d_bias are added to
    int rows, n;
    const float *normalised, *inverse_deviation, *gain, *mask;  // mask may be null
    float *d, *d_in, *d_gain, *d_bias;
};

struct Softmax {  // row r sees the first first_seen + r columns: weights = softmax(scale * scores), 0 for the others
    int rows, columns, first_seen;
    float scale;
    const float* mask;  // (rows, columns) or null
    float *weights, *dropped;  // scores before, (rows, columns); weights * mask, where there is one
};

struct SoftmaxGradient {  // d: to weights * mask before, to the unscaled scores after
    int rows, columns;
    float scale;
    const float *weights, *mask;  // mask may be null
    float* d;
};

struct LayerKernels {
    void (*dropout_mask)(const DropoutMask&, int rows, int n, float* mask);
    void (*normalise)(const Normalisation&);
    void (*normalise_gradient)(const NormalisationGradient&);
    void (*add_bias)(float* x, const float* bias, int rows, int n);
    void (*add_bias_relu)(float* x, const float* bias, int rows, int n);
    // d = 0 where `hidden`, ReLU's result, is 0.
    void (*relu_gradient)(float* d, const float* hidden, std::size_t count);
    void (*add_columns)(const float* x, int rows, int n, float* sums);  // sums (n) += the rows
    void (*multiply)(float* x, const float* by, std::size_t count);     // x *= by
    void (*add_two)(const float* a, const float* b, int n, float* out); // out = a + b
    void (*add)(const float* a, int n, float* out);                     // out += a
    void (*softmax)(const Softmax&);
    void (*softmax_gradient)(const SoftmaxGradient&);
    // d (rows, n) = softmax(logits) - one-hot(targets); returns the sum of the cross-entropies in nats.
    double (*cross_entropy)(const float* logits, const std::int32_t* targets, int rows, int n, float* d);
};

const LayerKernels& layer_kernels();      // the best for this machine
const LayerKernels& reference_layers();   // the same, plainly, summed in double

}  // namespace ladder
