// The minimal transformer computed densely, as it is written down, on Eigen: the standard by which the fast
// kernels and the gradients are judged. One sequence at a time, generic in the scalar so that central
// differences in double can check it. No attempt at speed.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ladder {

// T positions, the last L of which predict one of V tokens; H heads in each of the blocks.
struct MinimalSizes {
    int vocabulary = 0, positions = 0, predictions = 0, heads = 0, blocks = 1;

    int dim() const { return vocabulary + positions; }  // D: one-hot token, then one-hot position
    std::size_t parameters() const { return std::size_t{2} * blocks * heads * dim() * dim(); }
};

template <class Scalar>
class MinimalReference {
public:
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    struct HeadState {
        Matrix query, value, attention;  // (T, D), (T, D), (T, T)
    };
    struct BlockState {
        Matrix input;  // (T, D)
        std::vector<HeadState> heads;
    };
    // What one sequence leaves behind; the last block's output holds the logits in its first V columns.
    struct State {
        std::vector<BlockState> blocks;
        Matrix output;  // (T, D)
    };

    explicit MinimalReference(const MinimalSizes& sizes)
        : sizes_(sizes), weights_(static_cast<std::size_t>(2 * sizes.blocks * sizes.heads), Matrix(sizes.dim(), sizes.dim())) {}

    const MinimalSizes& sizes() const { return sizes_; }

    // Flat: for each block the H query matrices, then the H value matrices, each (D, D) row-major.
    void set_parameters(std::span<const Scalar> flat) {
        for (std::size_t m = 0; m < weights_.size(); ++m) weights_[m] = Eigen::Map<const Matrix>(flat.data() + m * matrix_size(), sizes_.dim(), sizes_.dim());
    }

    // tokens: the T tokens that enter, each in [0, V).
    void forward(const std::int32_t* tokens, State& state) const {
        const int T = sizes_.positions, D = sizes_.dim();
        state.blocks.resize(static_cast<std::size_t>(sizes_.blocks));
        state.output.setZero(T, D);
        for (int i = 0; i < T; ++i) state.output(i, tokens[i]) = state.output(i, sizes_.vocabulary + i) = Scalar(1);

        for (int b = 0; b < sizes_.blocks; ++b) {
            BlockState& block = state.blocks[static_cast<std::size_t>(b)];
            block.input = state.output;
            block.heads.resize(static_cast<std::size_t>(sizes_.heads));
            state.output.setZero(T, D);
            for (int h = 0; h < sizes_.heads; ++h) {
                HeadState& head = block.heads[static_cast<std::size_t>(h)];
                head.query = block.input * query_weight(b, h).transpose();
                head.value = block.input * value_weight(b, h).transpose();
                head.attention = head.query * block.input.transpose() / std::sqrt(Scalar(D));
                causal_softmax(head.attention);
                state.output += head.attention * head.value;
            }
        }
    }

    // tokens: T + 1 of them. Returns the sum of the L cross-entropies in nats and adds its gradient, flat as the
    // parameters, to `gradient`.
    double gradient(const std::int32_t* tokens, State& state, std::span<Scalar> gradient) const {
        const int T = sizes_.positions, D = sizes_.dim(), V = sizes_.vocabulary;
        forward(tokens, state);
        double loss = 0;
        Matrix d_output = Matrix::Zero(T, D);
        for (int i = T - sizes_.predictions; i < T; ++i) {
            const auto logits = state.output.row(i).head(V);
            const Scalar top = logits.maxCoeff();
            const Vector exponentials = (logits.array() - top).exp();
            const Scalar sum = exponentials.sum();
            loss += static_cast<double>(std::log(sum) + top - logits(tokens[i + 1]));
            d_output.row(i).head(V) = exponentials / sum;
            d_output(i, tokens[i + 1]) -= Scalar(1);
        }

        for (int b = sizes_.blocks - 1; b >= 0; --b) {
            const BlockState& block = state.blocks[static_cast<std::size_t>(b)];
            const Matrix& x = block.input;
            Matrix d_input = Matrix::Zero(T, D);
            for (int h = 0; h < sizes_.heads; ++h) {
                const HeadState& head = block.heads[static_cast<std::size_t>(h)];
                const Matrix d_value = head.attention.transpose() * d_output;
                Matrix d_scores = d_output * head.value.transpose();  // first the gradient to the attention
                const Vector weighted = (head.attention.array() * d_scores.array()).rowwise().sum();
                d_scores = head.attention.array() * (d_scores.colwise() - weighted).array() / std::sqrt(Scalar(D));
                const Matrix d_query = d_scores * x;
                flat_matrix(gradient, index(b, h)) += d_query.transpose() * x;
                flat_matrix(gradient, index(b, sizes_.heads + h)) += d_value.transpose() * x;
                d_input += d_query * query_weight(b, h) + d_scores.transpose() * head.query + d_value * value_weight(b, h);
            }
            d_output.swap(d_input);
        }
        return loss;
    }

private:
    std::size_t matrix_size() const { return static_cast<std::size_t>(sizes_.dim()) * sizes_.dim(); }
    std::size_t index(int block, int matrix) const { return static_cast<std::size_t>(block) * 2 * static_cast<std::size_t>(sizes_.heads) + static_cast<std::size_t>(matrix); }
    const Matrix& query_weight(int block, int head) const { return weights_[index(block, head)]; }
    const Matrix& value_weight(int block, int head) const { return weights_[index(block, sizes_.heads + head)]; }
    Eigen::Map<Matrix> flat_matrix(std::span<Scalar> flat, std::size_t m) const { return {flat.data() + m * matrix_size(), sizes_.dim(), sizes_.dim()}; }

    // Row i becomes the softmax of its first i + 1 entries; later positions are unseen and get 0.
    static void causal_softmax(Matrix& scores) {
        for (Eigen::Index i = 0; i < scores.rows(); ++i) {
            auto seen = scores.row(i).head(i + 1);
            seen = (seen.array() - seen.maxCoeff()).exp().eval();
            seen /= seen.sum();
            scores.row(i).tail(scores.cols() - i - 1).setZero();
        }
    }

    MinimalSizes sizes_;
    std::vector<Matrix> weights_;  // in the flat order
};

}  // namespace ladder
