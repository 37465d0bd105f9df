// The full transformer's forward and backward pass, written by hand: learned token and position
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
#include <type_traits>
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
        explicit State(bool kernels = false) : products(kernels), layers(kernels) {}  // kernels: the fast ones of src/kernels

        Products products;
        Layers layers;
        int sequences = 0;
        std::vector<BlockState> blocks;
        Matrix embedding_mask;
        Matrix output;           // (C R, D)
        Matrix readout, logits;  // (C L, D), (C L, V)
        Matrix d_embeddings;     // (V, D)
        Matrix d_output, d_input, d_branch, d_hidden, d_mixed, d_query, d_key, d_value, d_rows, d_scores, d_logits;  // backward
    };

    // kernels: the weights are laid out for the fast kernels too, which serve a State that asks for them.
    FullTransformer(const FullSizes& sizes, const ParameterTable& table, bool kernels = false) : sizes_(sizes), parameters_(table.size()) {
        const auto place = [&](const std::string& name) {
            const ParameterInfo& p = table.find(name);
            return Place{p.offset, static_cast<Eigen::Index>(p.shape.front()), static_cast<Eigen::Index>(p.shape.back())};
        };
        const auto linear = [&](const std::string& name, bool bias) {
            Linear l{place(name + ".weight"), {}, {}};
            if (bias) l.bias = place(name + ".bias");
            if (kernels) l.panels = panels_.size(), panels_.emplace_back(l.weight);
            return l;
        };
        encoder_ = place("encoder.weight");
        positions_ = place("pos_encoder.pos_embedding.weight");
        decoder_ = linear("decoder", false);
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
        if constexpr (std::is_same_v<Scalar, float>)
            for (Panels& p : panels_) {
                const auto weight = view(p.place);
                dense_kernels().pack(Products::view(weight.transpose()), static_cast<int>(weight.cols()), static_cast<int>(weight.rows()), p.forward.data());
                dense_kernels().pack(Products::view(weight), static_cast<int>(weight.rows()), static_cast<int>(weight.cols()), p.backward.data());
            }
    }

    // Sequence s of `sequences` starts at tokens + s * length; its first T tokens enter. first_row: where the last
    // block starts computing, at most T - L. dropout: null for none; first_sequence as in StepContext.
    void forward(const std::int32_t* tokens, int length, int sequences, int first_row, const Dropout* dropout, std::int64_t first_sequence, State& s) const {
        const int T = sizes_.positions, D = sizes_.hidden;
        s.sequences = sequences;
        s.blocks.resize(places_.size());
        s.output.resize(sequences * T, D);
        for (int c = 0; c < sequences; ++c)
            for (int i = 0; i < T; ++i) s.layers.add_two(embeddings_.row(tokens[static_cast<std::ptrdiff_t>(c) * length + i]).data(), view(positions_).row(i).data(), D, s.output.row(c * T + i).data());
        draw_mask(dropout, first_sequence, sequences, 0, 0, s.output, s.embedding_mask, s);
        if (dropout) s.layers.multiply(s.output, s.embedding_mask);

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
        if (s.embedding_mask.size()) s.layers.multiply(s.d_output, s.embedding_mask);
        auto d_positions = view(gradient, positions_);
        s.d_embeddings.setZero(sizes_.vocabulary, sizes_.hidden);
        for (int c = 0; c < sequences; ++c)
            for (int i = 0; i < T; ++i) {
                const Scalar* d = s.d_output.row(c * T + i).data();
                s.layers.add(d, sizes_.hidden, s.d_embeddings.row(tokens[static_cast<std::ptrdiff_t>(c) * length + i]).data());
                s.layers.add(d, sizes_.hidden, d_positions.row(i).data());
            }
        view(gradient, encoder_) += s.d_embeddings.transpose();
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
        std::optional<std::size_t> panels;
    };
    struct Panels {  // of one weight: as the products with inputs read it, and as those with gradients do
        explicit Panels(const Place& p) : place(p), forward(dense_panels_size(static_cast<int>(p.cols), static_cast<int>(p.rows))), backward(dense_panels_size(static_cast<int>(p.rows), static_cast<int>(p.cols))) {}
        Place place;
        AlignedBuffer forward, backward;
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

    const float* forward_panels(const Linear& l) const { return l.panels ? panels_[*l.panels].forward.data() : nullptr; }
    const float* backward_panels(const Linear& l) const { return l.panels ? panels_[*l.panels].backward.data() : nullptr; }

    void apply(const Linear& l, const Matrix& in, Matrix& out, State& s, bool relu = false) const {
        out.resize(in.rows(), l.weight.rows);
        s.products.set(in, view(l.weight).transpose(), out, forward_panels(l));
        if (!l.bias) return;
        if (relu) s.layers.add_bias_relu(out, row(*l.bias));
        else s.layers.add_bias(out, row(*l.bias));
    }
    // Gradient to the parameters, added.
    static void apply_backward(const Linear& l, const Matrix& in, const Matrix& d_out, std::span<Scalar> gradient, State& s) {
        s.products.add(d_out.transpose(), in, view(gradient, l.weight));
        if (l.bias) s.layers.add_columns(d_out, row(gradient, *l.bias));
    }

    // Gradient to the input, which replaces d_in or is added to it.
    void input_gradient(const Linear& l, const Matrix& d_out, Matrix& d_in, State& s) const {
        d_in.resize(d_out.rows(), l.weight.cols);
        s.products.set(d_out, view(l.weight), d_in, backward_panels(l));
    }
    void add_input_gradient(const Linear& l, const Matrix& d_out, Matrix& d_in, State& s) const { s.products.add(d_out, view(l.weight), d_in, backward_panels(l)); }

    // A mask for values, which hold, for each sequence, rows from first_row on; empty without dropout.
    void draw_mask(const Dropout* dropout, std::int64_t first_sequence, int sequences, std::uint32_t site, int first_row, const Matrix& values, Matrix& mask, const State& s) const {
        if (!dropout) return mask.resize(0, 0);
        const Eigen::Index rows = values.rows() / sequences;
        mask.resize(values.rows(), values.cols());
        for (int c = 0; c < sequences; ++c) dropout->fill(mask, c * rows, rows, first_sequence + c, site, first_row, s.layers);
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
        draw_mask(dropout, first_sequence, C, site(b, 1), first_row, s.output, state.mixed_mask, s);
        s.layers.normalise(s.output, state.mixed_mask, rows, row(p.norm1.gain), row(p.norm1.bias), state.norm1, state.middle);

        apply(p.linear1, state.middle, state.hidden, s, true);
        apply(p.linear2, state.hidden, s.d_branch, s);
        draw_mask(dropout, first_sequence, C, site(b, 2), first_row, s.d_branch, state.mlp_mask, s);
        s.layers.normalise(s.d_branch, state.mlp_mask, state.middle, row(p.norm2.gain), row(p.norm2.bias), state.norm2, s.output);
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
                if (dropout) dropout->fill(state.attention_mask, at, R, first_sequence + c, which, h * T + first_row, s.layers);
                s.layers.softmax(state.attention, state.attention_mask, state.dropped, at, R, first_row + 1, scale);
                const Matrix& used = dropout ? state.dropped : state.attention;
                s.products.set(used.middleRows(at, R), state.value.block(c * T, h * size, T, size), state.mixed.block(c * R, h * size, R, size));
            }
    }

    // Fills d_logits, returns the loss.
    double loss_gradient(const std::int32_t* tokens, int length, State& s) const {
        const int T = sizes_.positions, L = sizes_.predictions;
        double loss = 0;
        s.d_logits.resize(s.logits.rows(), s.logits.cols());
        for (int c = 0; c < s.sequences; ++c) loss += s.layers.cross_entropy(s.logits, c * L, tokens + static_cast<std::ptrdiff_t>(c) * length + T - L + 1, L, s.d_logits);
        return loss;
    }

    // From s.d_output (C R, D) to s.d_input (C T, D).
    void block_backward(std::size_t b, State& s, std::span<Scalar> gradient) const {
        const BlockPlaces& p = places_[b];
        BlockState& state = s.blocks[b];
        const bool all = state.rows.size() == 0;
        const Matrix& rows = all ? state.input : state.rows;

        s.layers.normalise_gradient(state.norm2, row(p.norm2.gain), state.mlp_mask, s.d_output, s.d_branch, row(gradient, p.norm2.gain), row(gradient, p.norm2.bias));
        apply_backward(p.linear2, state.hidden, s.d_branch, gradient, s);
        input_gradient(p.linear2, s.d_branch, s.d_hidden, s);
        s.layers.relu_gradient(s.d_hidden, state.hidden);
        apply_backward(p.linear1, state.middle, s.d_hidden, gradient, s);
        add_input_gradient(p.linear1, s.d_hidden, s.d_output, s);

        s.layers.normalise_gradient(state.norm1, row(p.norm1.gain), state.mixed_mask, s.d_output, s.d_branch, row(gradient, p.norm1.gain), row(gradient, p.norm1.bias));
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
                s.layers.softmax_gradient(state.attention, state.attention_mask, at, scale, s.d_scores);
                s.products.set(s.d_scores, state.key.block(c * T, h * size, T, size), s.d_query.block(c * R, h * size, R, size));
                s.products.set(s.d_scores.transpose(), state.query.block(c * R, h * size, R, size), s.d_key.block(c * T, h * size, T, size));
            }
    }

    FullSizes sizes_;
    std::vector<Scalar> parameters_;
    Matrix embeddings_;  // (V, D): the encoder's columns as rows
    std::vector<Panels> panels_;
    Place encoder_, positions_;
    Linear decoder_;
    std::vector<BlockPlaces> places_;
};

}  // namespace ladder
