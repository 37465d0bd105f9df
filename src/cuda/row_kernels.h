// What the full model does row by row: embeddings, dropout, residuals, LayerNorm, the loss, and their gradients.
// Activations of C sequences are stacked, (C R, D), packed; a group of threads shares a row.
#pragma once

#include "cuda/dropout.h"
#include "cuda/matrix_kernels.h"

namespace ladder::cuda {

constexpr int row_lanes = 32, rows_together = 8;  // threads of a row, rows of a block

// out (sequences T, D) = (embedding of the token + that of its position) dropped out.
struct Embed {
    PerRun<const float> tokens_table, positions;  // (D, V), (>= T, D)
    PerRun<const std::int32_t> tokens;            // (sequences, T + 1)
    PerRun<float> out;
    DropoutSite dropout;                          // columns: D
    int vocabulary = 0, T = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {  // a block for each sequence
        const int D = dropout.columns, groups = dropout.groups();
        const std::int32_t* own = tokens.of(block.y) + static_cast<std::int64_t>(block.x) * (T + 1);
        block.each(T * groups, [&](int n) {
            const int i = n / groups, g = n % groups;
            float mask[4];
            dropout.masks(block.y, block.x, i, g, mask);
            float* to = out.of(block.y) + (static_cast<std::int64_t>(block.x) * T + i) * D;
            for (int c = 4 * g; c < 4 * g + 4 && c < D; ++c) to[c] = (tokens_table.of(block.y)[c * vocabulary + own[i]] + positions.of(block.y)[i * D + c]) * mask[c % 4];
        });
    }
};

// Gradient sums of the embeddings over a group of sequences, in their order: partials (groups, V + T, D).
struct EmbedGradient {
    PerRun<const float> d_out;  // (sequences T, D)
    PerRun<const std::int32_t> tokens;
    PerRun<float> partials;
    DropoutSite dropout;
    int vocabulary = 0, T = 0, sequences = 0, groups = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = static_cast<int>(static_cast<std::int64_t>(sequences) * block.x / groups), end = static_cast<int>(static_cast<std::int64_t>(sequences) * (block.x + 1) / groups);
        float* own = partials.of(block.y) + static_cast<std::int64_t>(block.x) * (vocabulary + T) * D;
        block.each((vocabulary + T) * D, [&](int i) { own[i] = 0; });
        block.each(dropout.groups(), [&](int g) {  // each thread owns four columns
            for (int s = first; s < end; ++s)
                for (int i = 0; i < T; ++i) {
                    float mask[4];
                    dropout.masks(block.y, s, i, g, mask);
                    const float* from = d_out.of(block.y) + (static_cast<std::int64_t>(s) * T + i) * D;
                    const int token = tokens.of(block.y)[static_cast<std::int64_t>(s) * (T + 1) + i];
                    for (int c = 4 * g; c < 4 * g + 4 && c < D; ++c) {
                        const float x = from[c] * mask[c % 4];
                        own[token * D + c] += x;
                        own[(vocabulary + i) * D + c] += x;
                    }
                }
        });
    }
};

// out = LayerNorm(residual + dropout(branch)), PyTorch's with eps 1e-5. normalised may not be branch.
struct AddNorm {
    PerRun<const float> branch;      // (rows, D)
    Matrix<const float> residual;    // (rows, D)
    PerRun<const float> gain, bias;  // (D)
    PerRun<float> normalised, inverse_deviation, out;  // (rows, D), (rows), (rows, D)
    DropoutSite dropout;             // columns: D
    int rows = 0, rows_of_sequence = 1, first_row = 0;  // first_row: a sequence's first row's place in it

    static constexpr std::size_t shared = sizeof(float) * rows_together * (row_lanes + 1);

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = block.x * rows_together, count = least(rows_together, rows - first);
        float *sums = block.shared, *totals = sums + rows_together * row_lanes;
        const auto row = [&](int n) { return normalised.of(block.y) + static_cast<std::int64_t>(first + n / row_lanes) * D; };
        block.each(count * row_lanes, [&](int n) {
            const int r = first + n / row_lanes;
            const float *x = branch.of(block.y) + static_cast<std::int64_t>(r) * D, *y = residual.row(block.y, r);
            float* z = row(n);
            float sum = 0;
            for (int g = n % row_lanes; g < dropout.groups(); g += row_lanes) {
                float mask[4];
                dropout.masks(block.y, r / rows_of_sequence, first_row + r % rows_of_sequence, g, mask);
                for (int c = 4 * g; c < 4 * g + 4 && c < D; ++c) {
                    z[c] = x[c] * mask[c % 4] + y[c];
                    sum += z[c];
                }
            }
            sums[n] = sum;
        });
        total(block, sums, totals, count);
        block.each(count * row_lanes, [&](int n) {
            const float mean = totals[n / row_lanes] / static_cast<float>(D);
            float* z = row(n);
            float sum = 0;
            for (int g = n % row_lanes; 4 * g < D; g += row_lanes)
                for (int c = 4 * g; c < 4 * g + 4 && c < D; ++c) {
                    z[c] -= mean;
                    sum = Block::mul_add(z[c], z[c], sum);
                }
            sums[n] = sum;
        });
        total(block, sums, totals, count);
        block.each(count * row_lanes, [&](int n) {
            const int r = first + n / row_lanes;
            const float inverse = 1.0f / sqrtf(totals[n / row_lanes] / static_cast<float>(D) + 1e-5f);
            float *z = row(n), *to = out.of(block.y) + static_cast<std::int64_t>(r) * D;
            for (int g = n % row_lanes; 4 * g < D; g += row_lanes)
                for (int c = 4 * g; c < 4 * g + 4 && c < D; ++c) {
                    z[c] *= inverse;
                    to[c] = z[c] * gain.of(block.y)[c] + bias.of(block.y)[c];
                }
            if (n % row_lanes == 0) inverse_deviation.of(block.y)[r] = inverse;
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

    static constexpr std::size_t shared = sizeof(float) * rows_together * 2 * (row_lanes + 1);

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int D = dropout.columns, first = block.x * rows_together, count = least(rows_together, rows - first);
        float *sums = block.shared, *along_sums = sums + rows_together * row_lanes, *totals = along_sums + rows_together * row_lanes, *along_totals = totals + rows_together;
        const float* scale = gain.of(block.y);
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
            const float* x = normalised.of(block.y) + at;
            for (int group = n % row_lanes; group < dropout.groups(); group += row_lanes) {
                float mask[4];
                dropout.masks(block.y, r / rows_of_sequence, first_row + r % rows_of_sequence, group, mask);
                for (int c = 4 * group; c < 4 * group + 4 && c < D; ++c) {
                    g[c] = (g[c] * scale[c] - mean - x[c] * along) * inverse;
                    to[c] = g[c] * mask[c % 4];
                }
            }
        });
    }
};

// to += from, row by row.
struct AddRows {
    static constexpr int piece = 1024;

    Matrix<const float> from;
    Matrix<float> to;
    int rows = 0, columns = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const std::int64_t first = static_cast<std::int64_t>(block.x) * piece, left = static_cast<std::int64_t>(rows) * columns - first;
        block.each(left < piece ? static_cast<int>(left) : piece, [&](int n) {
            const int r = static_cast<int>((first + n) / columns), c = static_cast<int>((first + n) % columns);
            to.row(block.y, r)[c] += from.row(block.y, r)[c];
        });
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
