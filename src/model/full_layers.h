// Pieces of the full transformer that are no matrix products: layer normalisation, dropout masks, picking the
// last rows of each sequence. Activations of C sequences are stacked, (C * rows, width), row-major.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstdint>

#include "base/random.h"

namespace ladder {

template <class Scalar>
using RowMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using RowVector = Eigen::Matrix<Scalar, 1, Eigen::Dynamic>;

// y = normalised * gain + bias, each row normalised to mean 0 and variance 1 (PyTorch's LayerNorm, eps 1e-5).
template <class Scalar>
struct LayerNorm {
    RowMatrix<Scalar> normalised;
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> inverse_deviation;

    template <class Gain, class Bias>
    void forward(const RowMatrix<Scalar>& in, const Gain& gain, const Bias& bias, RowMatrix<Scalar>& out) {
        normalised.resize(in.rows(), in.cols());
        inverse_deviation.resize(in.rows());
        out.resize(in.rows(), in.cols());
        for (Eigen::Index r = 0; r < in.rows(); ++r) {
            auto row = normalised.row(r);
            row = in.row(r).array() - in.row(r).mean();
            inverse_deviation(r) = Scalar(1) / std::sqrt(row.squaredNorm() / Scalar(in.cols()) + Scalar(1e-5));
            row *= inverse_deviation(r);
            out.row(r) = row.cwiseProduct(gain) + bias;
        }
    }

    // d becomes the gradient to the input; those to gain and bias are added.
    template <class Gain, class Gradient>
    void backward(RowMatrix<Scalar>& d, const Gain& gain, Gradient d_gain, Gradient d_bias) const {
        for (Eigen::Index r = 0; r < d.rows(); ++r) {
            auto row = d.row(r);
            const auto x = normalised.row(r);
            d_gain += row.cwiseProduct(x);
            d_bias += row;
            row = row.cwiseProduct(gain).eval();
            const Scalar mean = row.mean(), along = row.dot(x) / Scalar(d.cols());
            row = (row.array() - mean - x.array() * along) * inverse_deviation(r);
        }
    }
};

// Dropout as a pure function of (seed, step, sequence of the step's batch, site, row, column): whoever computes a
// sequence draws the same mask. Kept elements are scaled by 1 / (1 - rate).
class Dropout {
public:
    Dropout(std::uint64_t seed, std::int64_t step, double rate)
        : philox_{seed, Stream::dropout}, step_(static_cast<std::uint64_t>(step)), threshold_(static_cast<std::uint32_t>(rate * 0x1p32)), scale_(1 / (1 - rate)) {}

    // Rows first_row .. first_row + rows - 1 of one sequence at one site, to mask rows at, at + 1, ..
    template <class Scalar>
    void fill(RowMatrix<Scalar>& mask, Eigen::Index at, Eigen::Index rows, std::int64_t sequence, std::uint32_t site, Eigen::Index first_row) const {
        const std::uint64_t index = step_ << 20 | static_cast<std::uint64_t>(sequence);  // a batch has fewer than 2^20 sequences
        const std::uint32_t groups = static_cast<std::uint32_t>((mask.cols() + 3) / 4);
        for (Eigen::Index r = 0; r < rows; ++r) {
            Scalar* row = mask.row(at + r).data();
            std::uint32_t counter = site << 20 | static_cast<std::uint32_t>(first_row + r) * groups;  // at most 2^20 groups at a site
            for (Eigen::Index c = 0; c < mask.cols(); c += 4) {
                const auto words = philox_.block(index, counter++);
                for (Eigen::Index k = 0; k < 4 && c + k < mask.cols(); ++k) row[c + k] = words[static_cast<std::size_t>(k)] < threshold_ ? Scalar(0) : static_cast<Scalar>(scale_);
            }
        }
    }

private:
    Philox philox_;
    std::uint64_t step_;
    std::uint32_t threshold_;
    double scale_;
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
