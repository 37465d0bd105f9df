// The plain counterparts of the layer kernels, and the choice of the fast ones, which are compiled together with the
// minimal model's.
#include "kernels/layers.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "kernels/minimal_kernel.h"

namespace ladder {
namespace {

double factor(const float* mask, int i) { return mask ? static_cast<double>(mask[i]) : 1.0; }

void dropout_mask(const DropoutMask& m, int rows, int n, float* mask) {
    const Philox philox{m.seed, static_cast<Stream>(m.stream)};
    std::uint32_t counter = m.counter;
    for (int r = 0; r < rows; ++r, mask += n)
        for (int i = 0; i < n; i += 4) {
            const auto words = philox.block(m.index, counter++);
            for (int k = 0; k < 4 && i + k < n; ++k) mask[i + k] = words[static_cast<std::size_t>(k)] < m.threshold ? 0.0f : m.kept;
        }
}

void normalise(const Normalisation& p) {
    for (int r = 0; r < p.rows; ++r) {
        const int at = r * p.n;
        double sum = 0, squares = 0;
        for (int i = at; i < at + p.n; ++i) sum += p.in[i] * factor(p.mask, i) + p.residual[i];
        const double mean = sum / p.n;
        for (int i = at; i < at + p.n; ++i) {
            const double x = p.in[i] * factor(p.mask, i) + p.residual[i] - mean;
            squares += x * x;
        }
        const double inverse = 1 / std::sqrt(squares / p.n + 1e-5);
        p.inverse_deviation[r] = static_cast<float>(inverse);
        for (int i = at; i < at + p.n; ++i) {
            const double x = (p.in[i] * factor(p.mask, i) + p.residual[i] - mean) * inverse;
            p.normalised[i] = static_cast<float>(x);
            p.out[i] = static_cast<float>(x * p.gain[i - at] + p.bias[i - at]);
        }
    }
}

void normalise_gradient(const NormalisationGradient& p) {
    for (int r = 0; r < p.rows; ++r) {
        const int at = r * p.n;
        double sum = 0, along = 0;
        for (int i = at; i < at + p.n; ++i) {
            const double scaled = static_cast<double>(p.d[i]) * p.gain[i - at];
            sum += scaled;
            along += scaled * p.normalised[i];
            p.d_gain[i - at] += p.d[i] * p.normalised[i];
            p.d_bias[i - at] += p.d[i];
        }
        for (int i = at; i < at + p.n; ++i) {
            p.d[i] = static_cast<float>((static_cast<double>(p.d[i]) * p.gain[i - at] - sum / p.n - p.normalised[i] * along / p.n) * p.inverse_deviation[r]);
            p.d_in[i] = static_cast<float>(p.d[i] * factor(p.mask, i));
        }
    }
}

void add(const float* a, int n, float* out) {
    for (int i = 0; i < n; ++i) out[i] += a[i];
}
void add_two(const float* a, const float* b, int n, float* out) {
    for (int i = 0; i < n; ++i) out[i] = a[i] + b[i];
}
void multiply(float* x, const float* by, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) x[i] *= by[i];
}
void add_bias(float* x, const float* bias, int rows, int n) {
    for (int r = 0; r < rows; ++r) add(bias, n, x + r * n);
}
void add_bias_relu(float* x, const float* bias, int rows, int n) {
    add_bias(x, bias, rows, n);
    for (int i = 0; i < rows * n; ++i) x[i] = x[i] < 0 ? 0 : x[i];
}
void relu_gradient(float* d, const float* hidden, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) d[i] = hidden[i] > 0 ? d[i] : 0;
}
void add_columns(const float* x, int rows, int n, float* sums) {
    for (int r = 0; r < rows; ++r) add(x + r * n, n, sums);
}

void softmax(const Softmax& p) {
    for (int r = 0; r < p.rows; ++r) {
        float* x = p.weights + r * p.columns;
        const int seen = p.first_seen + r;
        const double top = *std::max_element(x, x + seen);
        double sum = 0;
        for (int j = 0; j < seen; ++j) sum += std::exp((x[j] - top) * p.scale);
        for (int j = 0; j < p.columns; ++j) x[j] = j < seen ? static_cast<float>(std::exp((x[j] - top) * p.scale) / sum) : 0.0f;
        if (p.mask)
            for (int j = 0; j < p.columns; ++j) p.dropped[r * p.columns + j] = x[j] * p.mask[r * p.columns + j];
    }
}

void softmax_gradient(const SoftmaxGradient& p) {
    for (int r = 0; r < p.rows; ++r) {
        const int at = r * p.columns;
        double weighted = 0;
        for (int i = at; i < at + p.columns; ++i) weighted += p.d[i] * factor(p.mask, i) * p.weights[i];
        for (int i = at; i < at + p.columns; ++i) p.d[i] = static_cast<float>(p.weights[i] * (p.d[i] * factor(p.mask, i) - weighted) * p.scale);
    }
}

double cross_entropy(const float* logits, const std::int32_t* targets, int rows, int n, float* d) {
    double loss = 0;
    for (int r = 0; r < rows; ++r, logits += n, d += n) {
        const double top = *std::max_element(logits, logits + n);
        double sum = 0;
        for (int i = 0; i < n; ++i) sum += std::exp(logits[i] - top);
        for (int i = 0; i < n; ++i) d[i] = static_cast<float>(std::exp(logits[i] - top) / sum - (i == targets[r] ? 1 : 0));
        loss += std::log(sum) + top - logits[targets[r]];
    }
    return loss;
}

}  // namespace

const LayerKernels& layer_kernels() { return minimal_kernels().layers; }

const LayerKernels& reference_layers() {
    static constexpr LayerKernels kernels{dropout_mask, normalise, normalise_gradient, add_bias, add_bias_relu, relu_gradient, add_columns, multiply, add_two, add, softmax, softmax_gradient, cross_entropy};
    return kernels;
}

}  // namespace ladder
