// The full transformer's forward and backward pass, written by hand on Eigen: learned token and position
// embeddings, post-norm blocks (attention, residual, LayerNorm, ReLU MLP, residual, LayerNorm), linear read-out.
// Generic in the scalar so that central differences in double can check it. Sequences are stacked so that products
// are large; in the last block only the rows that predict are computed unless more are asked for.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/full_layers.h"
#include "model/parameters.h"
#include "model/products.h"

namespace ladder {

// T positions, the last L of which predict one of V tokens; D hidden, M the MLP's width; H heads divide D.
struct FullSizes {
    int vocabulary = 0, positions = 0, predictions = 0, heads = 0, blocks = 0, hidden = 0, mlp = 0;
    bool bias = false;  // biases of the attention's four projections; the MLP always has its own
};

template <class Scalar>
class FullTransformer {
public:
    using Matrix = RowMatrix<Scalar>;

    struct BlockState {  // R rows of each of C sequences are computed: T, or fewer in the last block
        Matrix input;                // (C T, D)
        Matrix rows;                 // (C R, D): the input's rows that are computed; empty when R = T
        Matrix query, key, value;    // (C R, D), (C T, D), (C T, D)
        Matrix attention, dropped;   // (C H R, T): softmax, and the same after dropout (empty without)
        Matrix mixed;                // (C R, D): the heads' outputs side by side
        LayerNorm<Scalar> norm1, norm2;
        Matrix middle, hidden;       // (C R, D) after norm1, (C R, M) after ReLU
        Matrix attention_mask, mixed_mask, mlp_mask;  // dropout; empty without
    };
    struct State {
        explicit State(bool kernels = false) : products(kernels) {}  // kernels: the fast ones of src/kernels

        Products products;
        int sequences = 0;
        std::vector<BlockState> blocks;
        Matrix embedding_mask;
        Matrix output;           // (C R, D)
        Matrix readout, logits;  // (C L, D), (C L, V)
        Matrix d_output, d_input, d_branch, d_hidden, d_mixed, d_query, d_key, d_value, d_rows, d_scores, d_logits;  // backward
    };

    FullTransformer(const FullSizes& sizes, const ParameterTable& table) : sizes_(sizes), parameters_(table.size()) {
        const auto place = [&](const std::string& name) {
            const ParameterInfo& p = table.find(name);
            return Place{p.offset, static_cast<Eigen::Index>(p.shape.front()), static_cast<Eigen::Index>(p.shape.back())};
        };
        const auto linear = [&](const std::string& name, bool bias) {
            Linear l{place(name + ".weight"), {}};
            if (bias) l.bias = place(name + ".bias");
            return l;
        };
        encoder_ = place("encoder.weight");
        positions_ = place("pos_encoder.pos_embedding.weight");
        decoder_ = {place("decoder.weight"), {}};
        for (int b = 0; b < sizes.blocks; ++b) {
            const std::string block = "transformer_blocks." + std::to_string(b) + ".", attention = block + "self_attention.";
            places_.push_back({linear(attention + "query_proj", sizes.bias), linear(attention + "key_proj", sizes.bias), linear(attention + "value_proj", sizes.bias),
                               linear(attention + "out_proj", sizes.bias), linear(block + "linear1", true), linear(block + "linear2", true),
                               {place(block + "norm1.weight"), place(block + "norm1.bias")}, {place(block + "norm2.weight"), place(block + "norm2.bias")}});
        }
    }

    const FullSizes& sizes() const { return sizes_; }

    void set_parameters(std::span<const Scalar> flat) {
        parameters_.assign(flat.begin(), flat.end());
        embeddings_ = view(encoder_).transpose();
    }

    // Sequence s of `sequences` starts at tokens + s * length; its first T tokens enter. first_row: where the last
    // block starts computing, at most T - L. dropout: null for none; first_sequence as in StepContext.
    void forward(const std::int32_t* tokens, int length, int sequences, int first_row, const Dropout* dropout, std::int64_t first_sequence, State& s) const {
        const int T = sizes_.positions, D = sizes_.hidden;
        s.sequences = sequences;
        s.blocks.resize(places_.size());
        s.output.resize(sequences * T, D);
        for (int c = 0; c < sequences; ++c)
            for (int i = 0; i < T; ++i) s.output.row(c * T + i) = embeddings_.row(tokens[static_cast<std::ptrdiff_t>(c) * length + i]) + view(positions_).row(i);
        apply_dropout(dropout, first_sequence, sequences, 0, 0, s.embedding_mask, s.output);

        for (std::size_t b = 0; b < places_.size(); ++b) {
            const bool last = b + 1 == places_.size();
            s.blocks[b].input.swap(s.output);
            block_forward(b, last ? first_row : 0, dropout, first_sequence, s);
        }
        take_last_rows(s.output, sequences, sizes_.predictions, s.readout);
        apply(decoder_, s.readout, s.logits, s);
    }

    // Returns the sum of the cross-entropies in nats and adds its gradient, flat as in the table.
    double gradient(const std::int32_t* tokens, int length, int sequences, const Dropout* dropout, std::int64_t first_sequence, State& s, std::span<Scalar> gradient) const {
        const int T = sizes_.positions, L = sizes_.predictions;
        forward(tokens, length, sequences, T - L, dropout, first_sequence, s);
        const double loss = loss_gradient(tokens, length, s);
        apply_backward(decoder_, s.readout, s.d_logits, gradient, s);
        input_gradient(decoder_, s.d_logits, s.d_output, s);

        for (std::size_t b = places_.size(); b-- > 0;) {
            block_backward(b, s, gradient);
            s.d_output.swap(s.d_input);
        }
        if (s.embedding_mask.size()) s.d_output.array() *= s.embedding_mask.array();
        auto d_encoder = view(gradient, encoder_);
        auto d_positions = view(gradient, positions_);
        for (int c = 0; c < sequences; ++c)
            for (int i = 0; i < T; ++i) {
                d_encoder.col(tokens[static_cast<std::ptrdiff_t>(c) * length + i]) += s.d_output.row(c * T + i).transpose();
                d_positions.row(i) += s.d_output.row(c * T + i);
            }
        return loss;
    }

private:
    struct Place {
        std::size_t offset = 0;
        Eigen::Index rows = 0, cols = 0;
    };
    struct Linear {  // y = W x + b
        Place weight;
        std::optional<Place> bias;
    };
    struct Norm {
        Place gain, bias;
    };
    struct BlockPlaces {
        Linear query, key, value, out, linear1, linear2;
        Norm norm1, norm2;
    };

    Eigen::Map<const Matrix> view(const Place& p) const { return {parameters_.data() + p.offset, p.rows, p.cols}; }
    Eigen::Map<const RowVector<Scalar>> row(const Place& p) const { return {parameters_.data() + p.offset, p.rows}; }
    static Eigen::Map<Matrix> view(std::span<Scalar> flat, const Place& p) { return {flat.data() + p.offset, p.rows, p.cols}; }
    static Eigen::Map<RowVector<Scalar>> row(std::span<Scalar> flat, const Place& p) { return {flat.data() + p.offset, p.rows}; }

    void apply(const Linear& l, const Matrix& in, Matrix& out, State& s) const {
        out.resize(in.rows(), l.weight.rows);
        s.products.set(in, view(l.weight).transpose(), out);
        if (l.bias) out.rowwise() += row(*l.bias);
    }
    // Gradient to the parameters, added.
    static void apply_backward(const Linear& l, const Matrix& in, const Matrix& d_out, std::span<Scalar> gradient, State& s) {
        s.products.add(d_out.transpose(), in, view(gradient, l.weight));
        if (!l.bias) return;
        auto d_bias = row(gradient, *l.bias);
        for (Eigen::Index r = 0; r < d_out.rows(); ++r) d_bias += d_out.row(r);
    }

    // Gradient to the input, which replaces d_in or is added to it.
    void input_gradient(const Linear& l, const Matrix& d_out, Matrix& d_in, State& s) const {
        d_in.resize(d_out.rows(), l.weight.cols);
        s.products.set(d_out, view(l.weight), d_in);
    }
    void add_input_gradient(const Linear& l, const Matrix& d_out, Matrix& d_in, State& s) const { s.products.add(d_out, view(l.weight), d_in); }

    // values holds, for each sequence, rows from first_row on.
    void apply_dropout(const Dropout* dropout, std::int64_t first_sequence, int sequences, std::uint32_t site, int first_row, Matrix& mask, Matrix& values) const {
        if (!dropout) return mask.resize(0, 0);
        const Eigen::Index rows = values.rows() / sequences;
        mask.resize(values.rows(), values.cols());
        for (int c = 0; c < sequences; ++c) dropout->fill(mask, c * rows, rows, first_sequence + c, site, first_row);
        values.array() *= mask.array();
    }

    static std::uint32_t site(std::size_t block, std::uint32_t which) { return 1 + 3 * static_cast<std::uint32_t>(block) + which; }

    void block_forward(std::size_t b, int first_row, const Dropout* dropout, std::int64_t first_sequence, State& s) const {
        const BlockPlaces& p = places_[b];
        BlockState& state = s.blocks[b];
        const int C = s.sequences;
        if (first_row > 0) take_last_rows(state.input, C, sizes_.positions - first_row, state.rows);
        else state.rows.resize(0, 0);
        const Matrix& rows = first_row > 0 ? state.rows : state.input;
        apply(p.query, rows, state.query, s);
        apply(p.key, state.input, state.key, s);
        apply(p.value, state.input, state.value, s);
        attend(first_row, dropout, first_sequence, site(b, 0), C, state, s);

        apply(p.out, state.mixed, s.output, s);
        apply_dropout(dropout, first_sequence, C, site(b, 1), first_row, state.mixed_mask, s.output);
        s.output += rows;
        state.norm1.forward(s.output, row(p.norm1.gain), row(p.norm1.bias), state.middle);

        apply(p.linear1, state.middle, state.hidden, s);
        state.hidden = state.hidden.cwiseMax(Scalar(0));
        apply(p.linear2, state.hidden, s.d_branch, s);
        apply_dropout(dropout, first_sequence, C, site(b, 2), first_row, state.mlp_mask, s.d_branch);
        s.d_branch += state.middle;
        state.norm2.forward(s.d_branch, row(p.norm2.gain), row(p.norm2.bias), s.output);
    }

    // Scores, causal softmax, dropout and mixing of the values, one (sequence, head) at a time.
    void attend(int first_row, const Dropout* dropout, std::int64_t first_sequence, std::uint32_t which, int C, BlockState& state, State& s) const {
        const int T = sizes_.positions, H = sizes_.heads, size = sizes_.hidden / H, R = T - first_row;
        const Scalar scale = Scalar(1) / std::sqrt(Scalar(size));
        state.attention.resize(C * H * R, T);
        state.mixed.resize(C * R, sizes_.hidden);
        if (dropout) state.attention_mask.resize(C * H * R, T), state.dropped.resize(C * H * R, T);
        else state.attention_mask.resize(0, 0), state.dropped.resize(0, 0);
        for (int c = 0; c < C; ++c)
            for (int h = 0; h < H; ++h) {
                const Eigen::Index at = static_cast<Eigen::Index>(c * H + h) * R;
                auto weights = state.attention.middleRows(at, R);
                s.products.set(state.query.block(c * R, h * size, R, size), state.key.block(c * T, h * size, T, size).transpose(), weights);
                for (int r = 0; r < R; ++r) {
                    auto seen = weights.row(r).head(first_row + r + 1);
                    seen = ((seen.array() - seen.maxCoeff()) * scale).exp().eval();
                    seen /= seen.sum();
                    weights.row(r).tail(R - r - 1).setZero();
                }
                if (dropout) {
                    dropout->fill(state.attention_mask, at, R, first_sequence + c, which, h * T + first_row);
                    state.dropped.middleRows(at, R) = weights.cwiseProduct(state.attention_mask.middleRows(at, R));
                }
                const Matrix& used = dropout ? state.dropped : state.attention;
                s.products.set(used.middleRows(at, R), state.value.block(c * T, h * size, T, size), state.mixed.block(c * R, h * size, R, size));
            }
    }

    // Fills d_logits, returns the loss.
    double loss_gradient(const std::int32_t* tokens, int length, State& s) const {
        const int T = sizes_.positions, L = sizes_.predictions;
        double loss = 0;
        s.d_logits.resize(s.logits.rows(), s.logits.cols());
        for (int c = 0; c < s.sequences; ++c)
            for (int r = 0; r < L; ++r) {
                const auto logits = s.logits.row(c * L + r);
                auto d = s.d_logits.row(c * L + r);
                const std::int32_t target = tokens[static_cast<std::ptrdiff_t>(c) * length + T - L + r + 1];
                const Scalar top = logits.maxCoeff();
                d = (logits.array() - top).exp();
                const Scalar sum = d.sum();
                loss += static_cast<double>(std::log(sum) + top - logits(target));
                d /= sum;
                d(target) -= Scalar(1);
            }
        return loss;
    }

    // From s.d_output (C R, D) to s.d_input (C T, D).
    void block_backward(std::size_t b, State& s, std::span<Scalar> gradient) const {
        const BlockPlaces& p = places_[b];
        BlockState& state = s.blocks[b];
        const bool all = state.rows.size() == 0;
        const Matrix& rows = all ? state.input : state.rows;

        state.norm2.backward(s.d_output, row(p.norm2.gain), row(gradient, p.norm2.gain), row(gradient, p.norm2.bias));
        s.d_branch = s.d_output;
        if (state.mlp_mask.size()) s.d_branch.array() *= state.mlp_mask.array();
        apply_backward(p.linear2, state.hidden, s.d_branch, gradient, s);
        input_gradient(p.linear2, s.d_branch, s.d_hidden, s);
        s.d_hidden.array() *= (state.hidden.array() > Scalar(0)).template cast<Scalar>();
        apply_backward(p.linear1, state.middle, s.d_hidden, gradient, s);
        add_input_gradient(p.linear1, s.d_hidden, s.d_output, s);

        state.norm1.backward(s.d_output, row(p.norm1.gain), row(gradient, p.norm1.gain), row(gradient, p.norm1.bias));
        s.d_branch = s.d_output;
        if (state.mixed_mask.size()) s.d_branch.array() *= state.mixed_mask.array();
        apply_backward(p.out, state.mixed, s.d_branch, gradient, s);
        input_gradient(p.out, s.d_branch, s.d_mixed, s);
        attend_backward(state, s);

        apply_backward(p.query, rows, s.d_query, gradient, s);
        apply_backward(p.key, state.input, s.d_key, gradient, s);
        apply_backward(p.value, state.input, s.d_value, gradient, s);
        add_input_gradient(p.query, s.d_query, s.d_output, s);
        input_gradient(p.key, s.d_key, s.d_input, s);
        add_input_gradient(p.value, s.d_value, s.d_input, s);
        add_last_rows(s.d_output, s.sequences, s.d_input);
    }

    // From s.d_mixed to s.d_query, s.d_key and s.d_value.
    void attend_backward(const BlockState& state, State& s) const {
        const int C = s.sequences, T = sizes_.positions, H = sizes_.heads, size = sizes_.hidden / H;
        const int R = static_cast<int>(state.query.rows()) / C;
        const Scalar scale = Scalar(1) / std::sqrt(Scalar(size));
        s.d_query.resize(C * R, sizes_.hidden);
        s.d_key.resize(C * T, sizes_.hidden);
        s.d_value.resize(C * T, sizes_.hidden);
        s.d_scores.resize(R, T);
        const Matrix& used = state.dropped.size() ? state.dropped : state.attention;
        for (int c = 0; c < C; ++c)
            for (int h = 0; h < H; ++h) {
                const Eigen::Index at = static_cast<Eigen::Index>(c * H + h) * R;
                const auto d_mixed = s.d_mixed.block(c * R, h * size, R, size);
                s.products.set(used.middleRows(at, R).transpose(), d_mixed, s.d_value.block(c * T, h * size, T, size));
                s.products.set(d_mixed, state.value.block(c * T, h * size, T, size).transpose(), s.d_scores);  // to the weights, first
                if (state.attention_mask.size()) s.d_scores.array() *= state.attention_mask.middleRows(at, R).array();
                for (int r = 0; r < R; ++r) {
                    const auto weights = state.attention.row(at + r);
                    auto d = s.d_scores.row(r);
                    const Scalar weighted = weights.dot(d);
                    d = weights.array() * (d.array() - weighted) * scale;
                }
                s.products.set(s.d_scores, state.key.block(c * T, h * size, T, size), s.d_query.block(c * R, h * size, R, size));
                s.products.set(s.d_scores.transpose(), state.query.block(c * R, h * size, R, size), s.d_key.block(c * T, h * size, T, size));
            }
    }

    FullSizes sizes_;
    std::vector<Scalar> parameters_;
    Matrix embeddings_;  // (V, D): the encoder's columns as rows
    Place encoder_, positions_;
    Linear decoder_;
    std::vector<BlockPlaces> places_;
};

}  // namespace ladder
