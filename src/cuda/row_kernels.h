// What the full model does row by row: embeddings, dropout, residuals, LayerNorm, the loss, and their gradients.
// Activations of C sequences are stacked, (C R, D), packed; a group of threads shares a row.
#pragma once

#include "cuda/dropout.h"

namespace ladder::cuda {

constexpr int row_lanes = 32, rows_together = 8;  // threads of a row, rows of a block

// The masks of `count` rows (dropout.columns), one after the other, of rows first .. of a batch whose sequences have
// rows_of_sequence each, the first of them at first_row of the sequence.
template <class Block>
LADDER_DEVICE void draw_masks(Block& block, const DropoutSite& dropout, int first, int count, int rows_of_sequence, int first_row, float* to) {
    const int D = dropout.columns;
    block.each_pair(count, dropout.groups(), [&](int row, int g) {
        const int r = first + row;
        float mask[4];
        dropout.masks(block.y, r / rows_of_sequence, first_row + r % rows_of_sequence, g, mask);
        LADDER_UNROLL for (int i = 0; i < 4; ++i)
            if (4 * g + i < D) to[row * D + 4 * g + i] = mask[i];
    });
}

// out (sequences T, D) = (embedding of the token + that of its position) dropped out.
struct Embed {
    PerRun<const float> tokens_table, positions;  // (D, V), (>= T, D)
    PerRun<const std::int32_t> tokens;            // (sequences, T + 1)
    PerRun<float> out;
    DropoutSite dropout;                          // columns: D
    int vocabulary = 0, T = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {  // a block for each sequence
        const int D = dropout.columns;
        const std::int32_t* own = tokens.of(block.y) + static_cast<std::int64_t>(block.x) * (T + 1);
        block.each_pair(T, dropout.groups(), [&](int i, int g) {
            float mask[4];
            dropout.masks(block.y, block.x, i, g, mask);
            const float *by_token = tokens_table.of(block.y) + own[i], *by_position = positions.of(block.y) + i * D;
            float* to = out.of(block.y) + (static_cast<std::int64_t>(block.x) * T + i) * D;
            LADDER_UNROLL for (int k = 0; k < 4; ++k) {
                const int c = 4 * g + k;
                if (c < D) to[c] = (by_token[c * vocabulary] + by_position[c]) * mask[k];
            }
        });
    }
};

// Gradient sums of the embeddings over a group of sequences, in their order: partials (groups, V + T, D). A position's
// entry is added up by the thread that owns it; a token's by one of `lanes` that share its columns, each with every fourth token.
struct EmbedGradient {
    static constexpr int lanes = 4;

    PerRun<const float> d_out;  // (sequences T, D)
    PerRun<const std::int32_t> tokens;
    PerRun<float> partials;
    DropoutSite dropout;
    int vocabulary = 0, T = 0, sequences = 0, groups = 0;
    int in_shared = 0;  // the tokens' sums are kept in shared memory and written out once

    // Floats of shared memory.
    constexpr int shared_size() const { return in_shared ? vocabulary * dropout.columns : 0; }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = static_cast<int>(static_cast<std::int64_t>(sequences) * block.x / groups), end = static_cast<int>(static_cast<std::int64_t>(sequences) * (block.x + 1) / groups);
        float *of_tokens = partials.of(block.y) + static_cast<std::int64_t>(block.x) * (vocabulary + T) * D, *of_positions = of_tokens + static_cast<std::int64_t>(vocabulary) * D;
        block.share_pairs(T, dropout.groups(), [&](int i, int g) {
            float sum[4] = {};
            for (int s = first; s < end; ++s) add(block.y, s, i, g, [&](int k, float x) { sum[k] += x; });
            LADDER_UNROLL for (int k = 0; k < 4; ++k)
                if (4 * g + k < D) of_positions[i * D + 4 * g + k] = sum[k];
        });
        if (!in_shared) {
            add_tokens(block, first, end, of_tokens);
            return;
        }
        add_tokens(block, first, end, block.shared);
        block.each(vocabulary * D, [&](int i) { of_tokens[i] = block.shared[i]; });
    }

private:
    // to(k, the gradient to column 4 g + k of position i of sequence s).
    template <class F>
    LADDER_DEVICE void add(int run, int s, int i, int g, F&& to) const {
        float mask[4];
        dropout.masks(run, s, i, g, mask);
        const float* from = d_out.of(run) + (static_cast<std::int64_t>(s) * T + i) * dropout.columns + 4 * g;
        LADDER_UNROLL for (int k = 0; k < 4; ++k)
            if (4 * g + k < dropout.columns) to(k, from[k] * mask[k]);
    }

    template <class Block>
    LADDER_DEVICE void add_tokens(Block& block, int first, int end, float* sums) const {
        const int D = dropout.columns;
        block.each(vocabulary * D, [&](int i) { sums[i] = 0; });
        block.each_pair(lanes, dropout.groups(), [&](int lane, int g) {
            for (int s = first; s < end; ++s)
                for (int i = 0; i < T; ++i) {
                    const int token = tokens.of(block.y)[static_cast<std::int64_t>(s) * (T + 1) + i];
                    if (token % lanes == lane) add(block.y, s, i, g, [&](int k, float x) { sums[token * D + 4 * g + k] += x; });
                }
        });
    }
};

// out = LayerNorm(residual + dropout(branch)), PyTorch's with eps 1e-5.
struct AddNorm {
    PerRun<const float> branch, residual;              // (rows, D)
    PerRun<const float> gain, bias;                    // (D)
    PerRun<float> normalised, inverse_deviation, out;  // (rows, D), (rows), (rows, D)
    DropoutSite dropout;                               // columns: D
    int rows = 0, rows_of_sequence = 1, first_row = 0;  // first_row: a sequence's first row's place in it

    // Bytes of shared memory.
    constexpr std::size_t shared() const { return sizeof(float) * rows_together * static_cast<std::size_t>(row_lanes + 1 + dropout.columns); }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = block.x * rows_together, count = least(rows_together, rows - first);
        float *sums = block.shared, *totals = sums + rows_together * row_lanes, *own = totals + rows_together;  // own: masks, then the rows
        const std::int64_t at = static_cast<std::int64_t>(first) * D;
        draw_masks(block, dropout, first, count, rows_of_sequence, first_row, own);
        block.each(count * row_lanes, [&](int n) {
            const int from = n / row_lanes * D;
            const float *x = branch.of(block.y) + at + from, *y = residual.of(block.y) + at + from;
            float *z = own + from, sum = 0;
            for (int c = n % row_lanes; c < D; c += row_lanes) {
                z[c] = x[c] * z[c] + y[c];
                sum += z[c];
            }
            sums[n] = sum;
        });
        total(block, sums, totals, count);
        block.each(count * row_lanes, [&](int n) {
            const float mean = totals[n / row_lanes] / static_cast<float>(D);
            float *z = own + n / row_lanes * D, sum = 0;
            for (int c = n % row_lanes; c < D; c += row_lanes) {
                z[c] -= mean;
                sum = Block::mul_add(z[c], z[c], sum);
            }
            sums[n] = sum;
        });
        total(block, sums, totals, count);
        block.each(count * row_lanes, [&](int n) {
            const int from = n / row_lanes * D;
            const float inverse = 1.0f / sqrtf(totals[n / row_lanes] / static_cast<float>(D) + 1e-5f), *z = own + from;
            float *keep = normalised.of(block.y) + at + from, *to = out.of(block.y) + at + from;
            for (int c = n % row_lanes; c < D; c += row_lanes) {
                const float x = z[c] * inverse;
                keep[c] = x;
                to[c] = x * gain.of(block.y)[c] + bias.of(block.y)[c];
            }
            if (n % row_lanes == 0) inverse_deviation.of(block.y)[first + n / row_lanes] = inverse;
        });
    }

    // totals[row] = the sum of the row's lanes, in order.
    template <class Block>
    LADDER_DEVICE static void total(Block& block, const float* sums, float* totals, int count) {
        block.each(count, [&](int r) {
            float sum = 0;
            for (int lane = 0; lane < row_lanes; ++lane) sum += sums[r * row_lanes + lane];
            totals[r] = sum;
        });
    }
};

// d (rows, D), gradient to a LayerNorm's output, becomes that to its input; d_branch the same through the branch's dropout.
struct NormGradient {
    PerRun<float> d, d_branch;
    PerRun<const float> normalised, inverse_deviation, gain;
    DropoutSite dropout;
    int rows = 0, rows_of_sequence = 1, first_row = 0;

    // Bytes of shared memory.
    constexpr std::size_t shared() const { return sizeof(float) * rows_together * static_cast<std::size_t>(2 * (row_lanes + 1) + dropout.columns); }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = block.x * rows_together, count = least(rows_together, rows - first);
        float *sums = block.shared, *along_sums = sums + rows_together * row_lanes, *totals = along_sums + rows_together * row_lanes, *along_totals = totals + rows_together;
        float* masks = along_totals + rows_together;
        const float* scale = gain.of(block.y);
        draw_masks(block, dropout, first, count, rows_of_sequence, first_row, masks);
        block.each(count * row_lanes, [&](int n) {
            const std::int64_t at = static_cast<std::int64_t>(first + n / row_lanes) * D;
            const float *g = d.of(block.y) + at, *x = normalised.of(block.y) + at;
            float sum = 0, along = 0;
            for (int c = n % row_lanes; c < D; c += row_lanes) {
                const float y = g[c] * scale[c];
                sum += y;
                along = Block::mul_add(y, x[c], along);
            }
            sums[n] = sum;
            along_sums[n] = along;
        });
        AddNorm::total(block, sums, totals, count);
        AddNorm::total(block, along_sums, along_totals, count);
        block.each(count * row_lanes, [&](int n) {
            const int r = first + n / row_lanes;
            const std::int64_t at = static_cast<std::int64_t>(r) * D;
            const float mean = totals[n / row_lanes] / static_cast<float>(D), along = along_totals[n / row_lanes] / static_cast<float>(D), inverse = inverse_deviation.of(block.y)[r];
            float *g = d.of(block.y) + at, *to = d_branch.of(block.y) + at;
            const float *x = normalised.of(block.y) + at, *mask = masks + n / row_lanes * D;
            for (int c = n % row_lanes; c < D; c += row_lanes) {
                const float y = (g[c] * scale[c] - mean - x[c] * along) * inverse;
                g[c] = y;
                to[c] = y * mask[c];
            }
        });
    }
};

// to (sequences R, D) = the last R rows of every sequence's T; a block for each sequence.
struct CopyLastRows {
    PerRun<const float> from;
    PerRun<float> to;
    int T = 0, R = 0, D = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const std::int64_t sequence = block.x;
        const float* x = from.of(block.y) + (sequence * T + T - R) * D;
        float* y = to.of(block.y) + sequence * R * D;
        block.each(R * D, [&](int i) { y[i] = x[i]; });
    }
};

// The last R rows of every sequence's T += from (sequences R, D); a block for each sequence.
struct AddLastRows {
    PerRun<const float> from;
    PerRun<float> to;
    int T = 0, R = 0, D = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const std::int64_t sequence = block.x;
        const float* x = from.of(block.y) + sequence * R * D;
        float* y = to.of(block.y) + (sequence * T + T - R) * D;
        block.each(R * D, [&](int i) { y[i] += x[i]; });
    }
};

// Softmax and cross-entropy of the predictions: logits (sequences L, V) to d_logits, and each block's loss in nats.
struct LogitsGradient {
    PerRun<const float> logits;
    PerRun<const std::int32_t> tokens;  // (sequences, T + 1)
    PerRun<float> d_logits;
    PerRun<double> losses;              // [block]
    int sequences = 0, vocabulary = 0, T = 0, predictions = 0;

    static constexpr std::size_t shared = sizeof(double) * rows_together + sizeof(float) * rows_together * (row_lanes + 2);

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int V = vocabulary, first = block.x * rows_together, count = least(rows_together, sequences * predictions - first);
        double* row_losses = reinterpret_cast<double*>(block.shared);
        float *sums = block.shared + 2 * rows_together, *totals = sums + rows_together * row_lanes, *tops = totals + rows_together;
        const auto row = [&](int r) { return logits.of(block.y) + static_cast<std::int64_t>(first + r) * V; };
        const auto target = [&](int r) {
            const int n = first + r;
            return tokens.of(block.y)[static_cast<std::int64_t>(n / predictions) * (T + 1) + T - predictions + n % predictions + 1];
        };
        block.each(count * row_lanes, [&](int n) {
            const float* x = row(n / row_lanes);
            float top = x[n % row_lanes < V ? n % row_lanes : 0];
            for (int v = n % row_lanes; v < V; v += row_lanes) top = x[v] > top || x[v] != x[v] ? x[v] : top;
            sums[n] = top;
        });
        block.each(count, [&](int r) {
            float top = sums[r * row_lanes];
            for (int lane = 1; lane < row_lanes; ++lane) top = sums[r * row_lanes + lane] > top || sums[r * row_lanes + lane] != sums[r * row_lanes + lane] ? sums[r * row_lanes + lane] : top;
            tops[r] = top;
        });
        block.each(count * row_lanes, [&](int n) {
            const float *x = row(n / row_lanes), top = tops[n / row_lanes];
            float* to = d_logits.of(block.y) + static_cast<std::int64_t>(first + n / row_lanes) * V;
            float sum = 0;
            for (int v = n % row_lanes; v < V; v += row_lanes) {
                to[v] = expf(x[v] - top);
                sum += to[v];
            }
            sums[n] = sum;
        });
        AddNorm::total(block, sums, totals, count);
        block.each(count * row_lanes, [&](int n) {
            const int r = n / row_lanes;
            float* to = d_logits.of(block.y) + static_cast<std::int64_t>(first + r) * V;
            for (int v = n % row_lanes; v < V; v += row_lanes) to[v] = to[v] / totals[r] - (v == target(r) ? 1.0f : 0.0f);
            if (n % row_lanes == 0) row_losses[r] = static_cast<double>(logf(totals[r])) + static_cast<double>(tops[r] - row(r)[target(r)]);
        });
        sum_up(block, row_losses, count);
        block.each(1, [&](int) { losses.of(block.y)[block.x] = row_losses[0]; });
    }
};

}  // namespace ladder::cuda
