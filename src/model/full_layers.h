// Pieces of the full transformer that are no matrix products: layer normalisation, biases, softmax, dropout masks, picking
// the last rows of each sequence. Activations of C sequences are stacked, (C * rows, width), row-major.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "base/random.h"
#include "kernels/layers.h"

namespace ladder {

template <class Scalar>
using RowMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using RowVector = Eigen::Matrix<Scalar, 1, Eigen::Dynamic>;

// What a normalisation keeps for its gradient.
template <class Scalar>
struct LayerNorm {
    RowMatrix<Scalar> normalised;  // each row to mean 0 and variance 1 (PyTorch's LayerNorm, eps 1e-5)
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> inverse_deviation;
};

// The pieces themselves: by the layer kernels for float where they are asked for, else by Eigen. A mask that is empty is none.
class Layers {
public:
    explicit Layers(bool kernels = false) : kernels_(kernels ? &layer_kernels() : nullptr) {}

    // out = normalised(in * mask + residual) * gain + bias
    template <class Scalar, class Gain, class Bias>
    void normalise(const RowMatrix<Scalar>& in, const RowMatrix<Scalar>& mask, const RowMatrix<Scalar>& residual, const Gain& gain, const Bias& bias, LayerNorm<Scalar>& norm, RowMatrix<Scalar>& out) const {
        norm.normalised.resize(in.rows(), in.cols());
        norm.inverse_deviation.resize(in.rows());
        out.resize(in.rows(), in.cols());
        if constexpr (fast<Scalar>)
            if (kernels_)
                return kernels_->normalise({rows(in), columns(in), in.data(), data(mask), residual.data(), gain.data(), bias.data(), norm.normalised.data(), norm.inverse_deviation.data(), out.data()});
        norm.normalised = mask.size() ? RowMatrix<Scalar>(in.cwiseProduct(mask) + residual) : RowMatrix<Scalar>(in + residual);
        for (Eigen::Index r = 0; r < in.rows(); ++r) {
            auto row = norm.normalised.row(r);
            row.array() -= row.mean();
            norm.inverse_deviation(r) = Scalar(1) / std::sqrt(row.squaredNorm() / Scalar(in.cols()) + Scalar(1e-5));
            row *= norm.inverse_deviation(r);
            out.row(r) = row.cwiseProduct(gain) + bias;
        }
    }

    // d becomes the gradient to what was normalised, d_in = d * mask; those to gain and bias are added.
    template <class Scalar, class Gain, class Gradient>
    void normalise_gradient(const LayerNorm<Scalar>& norm, const Gain& gain, const RowMatrix<Scalar>& mask, RowMatrix<Scalar>& d, RowMatrix<Scalar>& d_in, Gradient d_gain, Gradient d_bias) const {
        d_in.resize(d.rows(), d.cols());
        if constexpr (fast<Scalar>)
            if (kernels_)
                return kernels_->normalise_gradient({rows(d), columns(d), norm.normalised.data(), norm.inverse_deviation.data(), gain.data(), data(mask), d.data(), d_in.data(), d_gain.data(), d_bias.data()});
        for (Eigen::Index r = 0; r < d.rows(); ++r) {
            auto row = d.row(r);
            const auto x = norm.normalised.row(r);
            d_gain += row.cwiseProduct(x);
            d_bias += row;
            row = row.cwiseProduct(gain).eval();
            const Scalar mean = row.mean(), along = row.dot(x) / Scalar(d.cols());
            row = (row.array() - mean - x.array() * along) * norm.inverse_deviation(r);
        }
        d_in = d;
        if (mask.size()) d_in.array() *= mask.array();
    }

    template <class Scalar, class Bias>
    void add_bias(RowMatrix<Scalar>& x, const Bias& bias) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->add_bias(x.data(), bias.data(), rows(x), columns(x));
        x.rowwise() += bias;
    }
    template <class Scalar, class Bias>
    void add_bias_relu(RowMatrix<Scalar>& x, const Bias& bias) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->add_bias_relu(x.data(), bias.data(), rows(x), columns(x));
        x.rowwise() += bias;
        x = x.cwiseMax(Scalar(0));
    }
    template <class Scalar>
    void relu_gradient(RowMatrix<Scalar>& d, const RowMatrix<Scalar>& hidden) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->relu_gradient(d.data(), hidden.data(), static_cast<std::size_t>(d.size()));
        d.array() *= (hidden.array() > Scalar(0)).template cast<Scalar>();
    }
    // sums += the rows of x
    template <class Scalar, class Sums>
    void add_columns(const RowMatrix<Scalar>& x, Sums sums) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->add_columns(x.data(), rows(x), columns(x), sums.data());
        for (Eigen::Index r = 0; r < x.rows(); ++r) sums += x.row(r);
    }
    template <class Scalar>
    void multiply(RowMatrix<Scalar>& x, const RowMatrix<Scalar>& by) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->multiply(x.data(), by.data(), static_cast<std::size_t>(x.size()));
        x.array() *= by.array();
    }
    // Rows of n numbers: out = a + b, and out += a.
    template <class Scalar>
    void add_two(const Scalar* a, const Scalar* b, Eigen::Index n, Scalar* out) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->add_two(a, b, static_cast<int>(n), out);
        for (Eigen::Index i = 0; i < n; ++i) out[i] = a[i] + b[i];
    }
    template <class Scalar>
    void add(const Scalar* a, Eigen::Index n, Scalar* out) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->add(a, static_cast<int>(n), out);
        for (Eigen::Index i = 0; i < n; ++i) out[i] += a[i];
    }

    // Rows at .. at + count - 1 of weights become the softmax of scale times themselves, row i over its first first_seen + i columns;
    // dropped = weights * mask where there is one.
    template <class Scalar>
    void softmax(RowMatrix<Scalar>& weights, const RowMatrix<Scalar>& mask, RowMatrix<Scalar>& dropped, Eigen::Index at, int count, int first_seen, Scalar scale) const {
        if constexpr (fast<Scalar>)
            if (kernels_)
                return kernels_->softmax({count, columns(weights), first_seen, scale, mask.size() ? mask.row(at).data() : nullptr, weights.row(at).data(), mask.size() ? dropped.row(at).data() : nullptr});
        for (int r = 0; r < count; ++r) {
            auto seen = weights.row(at + r).head(first_seen + r);
            seen = ((seen.array() - seen.maxCoeff()) * scale).exp().eval();
            seen /= seen.sum();
            weights.row(at + r).tail(weights.cols() - first_seen - r).setZero();
        }
        if (mask.size()) dropped.middleRows(at, count) = weights.middleRows(at, count).cwiseProduct(mask.middleRows(at, count));
    }
    // d: the gradient to the same rows of weights * mask, which becomes that to the scores.
    template <class Scalar>
    void softmax_gradient(const RowMatrix<Scalar>& weights, const RowMatrix<Scalar>& mask, Eigen::Index at, Scalar scale, RowMatrix<Scalar>& d) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->softmax_gradient({rows(d), columns(d), scale, weights.row(at).data(), mask.size() ? mask.row(at).data() : nullptr, d.data()});
        if (mask.size()) d.array() *= mask.middleRows(at, d.rows()).array();
        for (Eigen::Index r = 0; r < d.rows(); ++r) {
            const auto w = weights.row(at + r);
            auto row = d.row(r);
            const Scalar weighted = w.dot(row);
            row = w.array() * (row.array() - weighted) * scale;
        }
    }

    // The same rows of d = softmax(logits) - one-hot(targets); the sum of the cross-entropies in nats.
    template <class Scalar>
    double cross_entropy(const RowMatrix<Scalar>& logits, Eigen::Index at, const std::int32_t* targets, int count, RowMatrix<Scalar>& d) const {
        if constexpr (fast<Scalar>)
            if (kernels_) return kernels_->cross_entropy(logits.row(at).data(), targets, count, columns(logits), d.row(at).data());
        double loss = 0;
        for (int r = 0; r < count; ++r) {
            const auto x = logits.row(at + r);
            auto row = d.row(at + r);
            const Scalar top = x.maxCoeff();
            row = (x.array() - top).exp();
            const Scalar sum = row.sum();
            loss += static_cast<double>(std::log(sum) + top - x(targets[r]));
            row /= sum;
            row(targets[r]) -= Scalar(1);
        }
        return loss;
    }

    // Philox blocks from `counter` on as a mask, rows at .. at + count - 1.
    template <class Scalar>
    void dropout_mask(const DropoutMask& m, Eigen::Index at, int count, RowMatrix<Scalar>& mask) const {
        if constexpr (fast<Scalar>) {
            (kernels_ ? *kernels_ : reference_layers()).dropout_mask(m, count, columns(mask), mask.row(at).data());
        } else {
            RowMatrix<float> drawn(count, mask.cols());
            reference_layers().dropout_mask(m, count, columns(mask), drawn.data());
            mask.middleRows(at, count) = drawn.template cast<Scalar>();
        }
    }

private:
    template <class Scalar>
    static constexpr bool fast = std::is_same_v<Scalar, float>;
    template <class M>
    static int rows(const M& m) { return static_cast<int>(m.rows()); }
    template <class M>
    static int columns(const M& m) { return static_cast<int>(m.cols()); }
    static const float* data(const RowMatrix<float>& mask) { return mask.size() ? mask.data() : nullptr; }

    const LayerKernels* kernels_;
};

// Dropout as a pure function of (seed, step, sequence of the step's batch, site, row, column): whoever computes a
// sequence draws the same mask. Kept elements are scaled by 1 / (1 - rate).
class Dropout {
public:
    Dropout(std::uint64_t seed, std::int64_t step, double rate)
        : seed_(seed), step_(static_cast<std::uint64_t>(step)), threshold_(static_cast<std::uint32_t>(rate * 0x1p32)), scale_(static_cast<float>(1 / (1 - rate))) {}

    // Rows first_row .. first_row + count - 1 of one sequence at one site, to mask rows at, at + 1, ..
    template <class Scalar>
    void fill(RowMatrix<Scalar>& mask, Eigen::Index at, Eigen::Index count, std::int64_t sequence, std::uint32_t site, Eigen::Index first_row, const Layers& layers = Layers()) const {
        const std::uint64_t index = step_ << 20 | static_cast<std::uint64_t>(sequence);  // a batch has fewer than 2^20 sequences
        const std::uint32_t groups = static_cast<std::uint32_t>((mask.cols() + 3) / 4);
        const std::uint32_t counter = site << 20 | static_cast<std::uint32_t>(first_row) * groups;  // at most 2^20 groups at a site
        layers.dropout_mask({seed_, static_cast<std::uint32_t>(Stream::dropout), index, counter, threshold_, scale_}, at, static_cast<int>(count), mask);
    }

private:
    std::uint64_t seed_, step_;
    std::uint32_t threshold_;
    float scale_;
};

// The last `count` rows of each of the sequences stacked in `from`.
template <class Scalar>
void take_last_rows(const RowMatrix<Scalar>& from, int sequences, Eigen::Index count, RowMatrix<Scalar>& to) {
    const Eigen::Index rows = from.rows() / sequences;
    to.resize(sequences * count, from.cols());
    for (int s = 0; s < sequences; ++s) to.middleRows(s * count, count) = from.middleRows((s + 1) * rows - count, count);
}

// Adds them back to where they were taken from.
template <class Scalar>
void add_last_rows(const RowMatrix<Scalar>& from, int sequences, RowMatrix<Scalar>& to) {
    const Eigen::Index count = from.rows() / sequences, rows = to.rows() / sequences;
    for (int s = 0; s < sequences; ++s) to.middleRows((s + 1) * rows - count, count) += from.middleRows(s * count, count);
}

}  // namespace ladder
