// One sequence of the collapsed minimal model (see kernels/minimal_kernel.h for its mathematics) by the threads of a
// block, in memory of its own: shared, or elsewhere where that is too small. Scores and values are in base 2, as on the CPU; the softmax takes its maximum
// off first, because exponentials cost a GPU nothing. Sizes: d vocabulary, T positions, H heads, D = d + T; R rows are
// computed, those of query positions first .. T - 1; K = T H pairs of a key and a head.
#pragma once

#include "cuda/run_state.h"

namespace ladder::cuda {

struct MinimalShape {
    int vocabulary = 0, positions = 0, heads = 0, first_row = 0;  // first_row: the first position that predicts

    constexpr int dim() const { return vocabulary + positions; }
    constexpr int keys() const { return positions * heads; }
    // Scores (D, D, H), [query][key][head]; values (D, H, d).
    constexpr int values_at() const { return dim() * dim() * heads; }
    constexpr int tables_size() const { return values_at() + dim() * heads * vocabulary; }
    constexpr int parameters_size() const { return 2 * heads * dim() * dim(); }
    // Floats of memory that a MinimalSequence with rows from `first` on lays out, with a way back or without; an even number.
    constexpr int memory_size(int first, bool with_gradient) const {
        const int rows = positions - first, padded = round_up(rows, tile), key_step = round_up(keys(), tile), token_step = vocabulary | 1;
        return 2 * rows + (with_gradient ? 2 : 1) * padded * key_step + key_step * token_step + padded * token_step + 2 * parts * rows + round_up(3 * positions + 1, 2);
    }

    static constexpr int tile = 4;   // rows, or pairs, that a thread computes at once
    static constexpr int parts = 8;  // of a row of logits, in sums over it
};

template <class Block>
class MinimalSequence {
public:
    static constexpr int tile = MinimalShape::tile, parts = MinimalShape::parts;

    LADDER_DEVICE MinimalSequence(Block& b, const MinimalShape& shape, const float* score_and_value_tables, float* memory, int first, bool with_gradient)
        : block(b), s(shape), tables(score_and_value_tables), first_row(first), rows(shape.positions - first), key_step(round_up(shape.keys(), tile)), token_step(shape.vocabulary | 1) {
        const int padded_rows = round_up(rows, tile);
        // NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): in the order in which they lie in memory
        row_loss = reinterpret_cast<double*>(memory);
        attention = memory + 2 * rows;
        d_attention = attention + padded_rows * key_step;
        values = d_attention + (with_gradient ? padded_rows * key_step : 0);
        logits = values + key_step * token_step;
        sums = logits + padded_rows * token_step;
        tokens = reinterpret_cast<std::int32_t*>(sums + 2 * parts * rows);
        next = tokens + s.positions + 1;
        previous = next + s.positions;
        end = reinterpret_cast<float*>(previous + s.positions);
        // NOLINTEND(cppcoreguidelines-prefer-member-initializer)
    }

    // Before the first sequence: what is padding, or no query may see, stays 0.
    LADDER_DEVICE void clear() {
        block.each(static_cast<int>(sums - attention), [&](int i) { attention[i] = 0; });
        block.each(rows, [&](int r) { row_loss[r] = 0; });
    }

    // Attention and logits, from the tokens (T + 1) of a sequence.
    LADDER_DEVICE void forward(const std::int32_t* from) {
        block.each(s.positions + 1, [&](int i) { tokens[i] = from[i]; });
        find_scores();
        normalise();
        find_logits();
    }

    // From logits to d_logits in their place; adds each row's cross-entropy, in base 2, to row_loss.
    LADDER_DEVICE void find_loss() {
        const int d = s.vocabulary;
        float *tops = sums, *totals = sums + parts * rows;
        block.each(parts * rows, [&](int i) {
            const float* x = logits + i / parts * token_step;
            float top = x[i % parts < d ? i % parts : 0];
            for (int v = i % parts; v < d; v += parts) top = x[v] > top || x[v] != x[v] ? x[v] : top;
            tops[i] = top;
        });
        block.each(parts * rows, [&](int i) {
            const float *x = logits + i / parts * token_step, top = row_top(i / parts);
            float total = 0;
            for (int v = i % parts; v < d; v += parts) total += exp2f(x[v] - top);
            totals[i] = total;
        });
        block.each(rows, [&](int r) { row_loss[r] += static_cast<double>(log2f(row_total(r))) + static_cast<double>(row_top(r) - logits[r * token_step + tokens[first_row + r + 1]]); });
        block.each(rows * d, [&](int i) {
            const int r = i / d, v = i % d;
            float& x = logits[r * token_step + v];
            x = exp2f(x - row_top(r)) / row_total(r) - (v == tokens[first_row + r + 1] ? 1.0f : 0.0f);
        });
    }

    // From d_logits to the tables' gradients, added to d_tables. Gradients to attention are in base 2 (too large by log2 e).
    LADDER_DEVICE void backward(float* d_tables) {
        find_d_attention();
        find_d_values(d_tables + s.values_at());
        through_softmax(d_tables);
        scatter(d_tables);
    }

    Block& block;
    const MinimalShape s;
    const float* const tables;
    const int first_row, rows, key_step, token_step;
    double* row_loss;             // (R), base 2
    float *attention, *d_attention;  // (R, K); the second only with a gradient
    float* values;                // (K, d); later their gradients
    float* logits;                // (R, d), base 2; later d_logits
    float* sums;                  // (2, R, parts)
    std::int32_t *tokens, *next, *previous;  // the nearest later and earlier position with the same token; T and -1: none
    float* end;

private:
    LADDER_DEVICE float row_top(int r) const {
        float top = sums[r * parts];
        for (int p = 1; p < parts; ++p) top = sums[r * parts + p] > top || sums[r * parts + p] != sums[r * parts + p] ? sums[r * parts + p] : top;
        return top;
    }
    LADDER_DEVICE float row_total(int r) const {
        const float* t = sums + parts * rows + r * parts;
        return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
    }

    LADDER_DEVICE void find_scores() {
        const int T = s.positions, H = s.heads, d = s.vocabulary, query_step = s.dim() * H, score_count = rows * T * H, value_count = s.keys() * d;
        const float* value_table = tables + s.values_at();
        block.each(score_count + value_count + T, [&](int n) {
            if (n < score_count) {
                const int r = n / (T * H), k = n % (T * H), i = first_row + r, j = k / H, h = k % H;
                if (j > i) return;
                const float *by_token = tables + tokens[i] * query_step + h, *by_position = tables + (d + i) * query_step + h;
                attention[r * key_step + k] = (by_token[tokens[j] * H] + by_position[tokens[j] * H]) + (by_token[(d + j) * H] + by_position[(d + j) * H]);
            } else if (n < score_count + value_count) {
                const int m = n - score_count, k = m / d, v = m % d, j = k / H, h = k % H;
                values[k * token_step + v] = value_table[(tokens[j] * H + h) * d + v] + value_table[((d + j) * H + h) * d + v];
            } else {
                const int i = n - score_count - value_count;
                int later = i + 1, earlier = i - 1;
                while (later < T && tokens[later] != tokens[i]) ++later;
                while (earlier >= 0 && tokens[earlier] != tokens[i]) --earlier;
                next[i] = later;
                previous[i] = earlier;
            }
        });
    }

    LADDER_DEVICE void normalise() {
        const int H = s.heads;
        block.each(rows * H, [&](int n) {
            const int r = n / H, keys = first_row + r + 1;
            float* a = attention + r * key_step + n % H;
            float top = a[0], sum = 0;
            for (int j = 1; j < keys; ++j) top = a[j * H] > top ? a[j * H] : top;
            for (int j = 0; j < keys; ++j) {
                const float e = exp2f(a[j * H] - top);
                sum += e;
                a[j * H] = e;
            }
            const float inverse = 1.0f / sum;
            for (int j = 0; j < keys; ++j) a[j * H] *= inverse;
        });
    }

    // logits = attention x values; four rows of one token by a thread.
    LADDER_DEVICE void find_logits() {
        const int d = s.vocabulary, groups = round_up(rows, tile) / tile;
        block.each(groups * d, [&](int n) {
            const int r = n / d * tile, v = n % d, seen = least(first_row + r + tile, s.positions) * s.heads;
            const float* a = attention + r * key_step;
            float sum[tile] = {};
            for (int k = 0; k < seen; ++k) {
                const float x = values[k * token_step + v];
                for (int m = 0; m < tile; ++m) sum[m] = Block::mul_add(a[m * key_step + k], x, sum[m]);
            }
            for (int m = 0; m < tile; ++m) logits[(r + m) * token_step + v] = sum[m];
        });
    }

    // d_attention = d_logits x values transposed; four rows of one pair by a thread.
    LADDER_DEVICE void find_d_attention() {
        const int K = s.keys(), groups = round_up(rows, tile) / tile;
        block.each(groups * K, [&](int n) {
            const int r = n / K * tile, k = n % K;
            const float *d_logits = logits + r * token_step, *x = values + k * token_step;
            float sum[tile] = {};
            for (int v = 0; v < s.vocabulary; ++v)
                for (int m = 0; m < tile; ++m) sum[m] = Block::mul_add(d_logits[m * token_step + v], x[v], sum[m]);
            for (int m = 0; m < tile; ++m) d_attention[(r + m) * key_step + k] = sum[m];
        });
    }

    // Values' gradients = attention transposed x d_logits, in the values' place; the positions' share is added at once.
    LADDER_DEVICE void find_d_values(float* d_values) {
        const int d = s.vocabulary, K = s.keys();
        block.each(key_step / tile * d, [&](int n) {
            const int k = n / d * tile, v = n % d, from = k / s.heads > first_row ? k / s.heads - first_row : 0;
            float sum[tile] = {};
            for (int r = from; r < rows; ++r) {
                const float x = logits[r * token_step + v];
                for (int m = 0; m < tile; ++m) sum[m] = Block::mul_add(attention[r * key_step + k + m], x, sum[m]);
            }
            for (int m = 0; m < tile && k + m < K; ++m) {
                values[(k + m) * token_step + v] = sum[m];
                d_values[(d * s.heads + k + m) * d + v] += sum[m];
            }
        });
    }

    // d_attention becomes the gradient to the scores; the share of pairs of positions is added at once.
    LADDER_DEVICE void through_softmax(float* d_scores) {
        const int T = s.positions, H = s.heads, d = s.vocabulary, D = s.dim();
        float* means = sums;  // (R, H): heads are at most twice `parts`
        block.each(rows * H, [&](int n) {
            const int r = n / H, h = n % H;
            const float *a = attention + r * key_step + h, *g = d_attention + r * key_step + h;
            float mean = 0;
            for (int j = 0; j <= first_row + r; ++j) mean = Block::mul_add(a[j * H], g[j * H], mean);
            means[n] = mean;
        });
        block.each(rows * T * H, [&](int n) {
            const int r = n / (T * H), k = n % (T * H), i = first_row + r, j = k / H, h = k % H;
            if (j > i) return;
            float& g = d_attention[r * key_step + k];
            g = attention[r * key_step + k] * (g - means[r * H + h]);
            d_scores[((d + i) * D + d + j) * H + h] += g;
        });
    }

    // The shares of tokens. Positions with the same token are added by the first of them, so every entry has one owner.
    LADDER_DEVICE void scatter(float* d_tables) {
        const int T = s.positions, H = s.heads, d = s.vocabulary, D = s.dim(), pairs = rows * H, keys = T * H, value_count = keys * d;
        float* d_values = d_tables + s.values_at();
        block.each(2 * pairs + keys + value_count, [&](int n) {
            if (n < pairs) {  // (position, token)
                const int r = n / H, h = n % H, i = first_row + r;
                float* to = d_tables + (d + i) * D * H + h;
                for (int j = 0; j <= i; ++j) to[tokens[j] * H] += d_attention[r * key_step + j * H + h];
            } else if (n < 2 * pairs) {  // (token, token)
                const int h = n % H;
                int i = first_row + (n - pairs) / H;
                if (previous[i] >= first_row) return;
                float* to = d_tables + tokens[i] * D * H + h;
                for (; i < T; i = next[i])
                    for (int j = 0; j <= i; ++j) to[tokens[j] * H] += d_attention[(i - first_row) * key_step + j * H + h];
            } else if (n < 2 * pairs + keys) {  // (token, position)
                const int k = n - 2 * pairs, j = k / H, h = k % H;
                for (int i = first_row > j ? first_row : j; i < T; ++i) d_tables[(tokens[i] * D + d + j) * H + h] += d_attention[(i - first_row) * key_step + k];
            } else {  // values
                const int m = n - 2 * pairs - keys, k = m / d, v = m % d, h = k % H;
                int j = k / H;
                if (previous[j] >= 0) return;
                float& to = d_values[(tokens[j] * H + h) * d + v];
                for (; j < T; j = next[j]) to += values[(j * H + h) * token_step + v];
            }
        });
    }
};

}  // namespace ladder::cuda
