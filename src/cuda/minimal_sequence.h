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

    static constexpr int tile = 4;   // rows, or pairs, that a thread computes at once, and how many terms it reads together
    static constexpr int parts = 8;  // of a row, in sums over it

    // Of a row in a sequence's memory: what all threads read together is read in fours; of values each reads its own, and neighbours lie in other banks.
    constexpr int key_step() const { return round_up(keys(), tile); }
    constexpr int logit_step() const { return round_up(vocabulary, tile); }
    constexpr int value_step() const { return logit_step() | 1; }
    // Floats of memory that a MinimalSequence with rows from `first` on lays out, with a way back or without; a multiple of four.
    constexpr int memory_size(int first, bool with_gradient) const {
        const int rows = positions - first, padded = round_up(rows, tile);
        return round_up(2 * rows, 4) + (with_gradient ? 2 : 1) * padded * key_step() + key_step() * value_step() + padded * logit_step() + 2 * parts * rows * heads + round_up(4 * positions + 2, 4);
    }
};

template <class Block>
class MinimalSequence {
public:
    static constexpr int tile = MinimalShape::tile, parts = MinimalShape::parts;

    // first_tokens: of the first sequence that forward() is to take.
    LADDER_DEVICE MinimalSequence(Block& b, const MinimalShape& shape, const float* score_and_value_tables, float* memory, int first, bool with_gradient, const std::int32_t* first_tokens)
        : block(b), s(shape), tables(score_and_value_tables), first_row(first), rows(shape.positions - first), key_step(shape.key_step()), logit_step(shape.logit_step()), value_step(shape.value_step()) {
        const int padded_rows = round_up(rows, tile);
        // NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): in the order in which they lie in memory
        row_loss = reinterpret_cast<double*>(memory);
        attention = memory + round_up(2 * rows, 4);
        d_attention = attention + padded_rows * key_step;
        values = d_attention + (with_gradient ? padded_rows * key_step : 0);
        logits = values + key_step * value_step;
        sums = logits + padded_rows * logit_step;
        coming = reinterpret_cast<std::int32_t*>(sums + 2 * parts * rows * s.heads);
        tokens = coming + s.positions + 1;
        next = tokens + s.positions + 1;
        previous = next + s.positions;
        end = memory + shape.memory_size(first, with_gradient);
        // NOLINTEND(cppcoreguidelines-prefer-member-initializer)
        // What is padding, or no query may see, stays 0.
        block.share(static_cast<int>(sums - attention), [&](int i) { attention[i] = 0; });
        block.share(rows, [&](int r) { row_loss[r] = 0; });
        block.each(s.positions + 1, [&](int i) { coming[i] = first_tokens[i]; });
    }

    // Attention and logits of the sequence whose tokens are there.
    LADDER_DEVICE void forward() {
        std::int32_t* const taken = tokens;
        tokens = coming;
        coming = taken;
        find_scores();
        normalise();
        find_logits();
    }

    // From logits to d_logits in their place; adds each row's cross-entropy, in base 2, to row_loss.
    LADDER_DEVICE void find_loss() {
        const int d = s.vocabulary;
        float *tops = sums, *totals = sums + parts * rows;
        block.each(parts * rows, [&](int i) {
            const float* x = logits + i / parts * logit_step;
            float top = x[i % parts < d ? i % parts : 0];
            for (int v = i % parts; v < d; v += parts) top = x[v] > top || x[v] != x[v] ? x[v] : top;
            tops[i] = top;
        });
        block.each(parts * rows, [&](int i) {
            const int r = i / parts, target = tokens[first_row + r + 1];
            const float* t = tops + r * parts;
            float *x = logits + r * logit_step, top = t[0], total = 0;
            for (int p = 1; p < parts; ++p) top = t[p] > top || t[p] != t[p] ? t[p] : top;
            for (int v = i % parts; v < d; v += parts) {
                if (v == target) row_loss[r] += static_cast<double>(top - x[v]);
                x[v] = exp2f(x[v] - top);
                total += x[v];
            }
            totals[i] = total;
        });
        block.each_pair(rows, d, [&](int r, int v) {
            const float total = sum_of_parts(totals + r * parts);
            const bool target = v == tokens[first_row + r + 1];
            float& x = logits[r * logit_step + v];
            x = x / total - (target ? 1.0f : 0.0f);
            if (target) row_loss[r] += static_cast<double>(log2f(total));
        });
    }

    // From d_logits to the tables' gradients, added to d_tables. Gradients to attention are in base 2 (too large by log2 e).
    // next_tokens: of the sequence that forward() is to take next; null: none. They are asked for here, where their way is hidden.
    LADDER_DEVICE void backward(float* d_tables, const std::int32_t* next_tokens) {
        find_d_attention(next_tokens);
        find_d_values(d_tables + s.values_at());
        through_softmax(d_tables);
        scatter(d_tables);
    }

    Block& block;
    const MinimalShape s;
    const float* const tables;
    const int first_row, rows, key_step, logit_step, value_step;
    double* row_loss;             // (R), base 2
    float *attention, *d_attention;  // (R, K); the second only with a gradient
    float* values;                // (K, d); later their gradients
    float* logits;                // (R, d), base 2; later d_logits
    float* sums;                  // (2, R, H, parts)
    std::int32_t *coming, *tokens;   // of the next sequence and of this one
    std::int32_t *next, *previous;   // the nearest later and earlier position with the same token; T and -1: none
    float* end;

private:
    LADDER_DEVICE static float sum_of_parts(const float* t) { return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7])); }

    // put(h, get(h)) for every head, four at a time: all are asked for before the first is put, so that their ways overlap.
    template <class Get, class Put>
    LADDER_DEVICE void for_heads(Get&& get, Put&& put) const {
        for (int first = 0; first < s.heads; first += 4) {
            float found[4];
            LADDER_UNROLL for (int m = 0; m < 4; ++m) found[m] = get(least(first + m, s.heads - 1));
            LADDER_UNROLL for (int m = 0; m < 4; ++m)
                if (first + m < s.heads) put(first + m, found[m]);
        }
    }

    LADDER_DEVICE void find_scores() {
        const int T = s.positions, H = s.heads, d = s.vocabulary, D = s.dim();
        const float* value_table = tables + s.values_at();
        block.share_pairs(rows, T, [&](int r, int j) {
            const int i = first_row + r;
            if (j > i) return;
            const float *by_token = tables + tokens[i] * D * H, *by_position = tables + (d + i) * D * H;
            const int token = tokens[j] * H, position = (d + j) * H;
            float* to = attention + r * key_step + j * H;
            for_heads([&](int h) { return (by_token[token + h] + by_position[token + h]) + (by_token[position + h] + by_position[position + h]); }, [&](int h, float score) { to[h] = score; });
        });
        block.share_pairs(T, d, [&](int j, int v) {
            const float *by_token = value_table + tokens[j] * H * d + v, *by_position = value_table + (d + j) * H * d + v;
            float* to = values + j * H * value_step + v;
            for_heads([&](int h) { return by_token[h * d] + by_position[h * d]; }, [&](int h, float value) { to[h * value_step] = value; });
        });
        block.each(T, [&](int i) {
            int later = T, earlier = -1;
            for (int j = 0; j < T; ++j) {
                const bool same = tokens[j] == tokens[i];
                if (same && j < i) earlier = j;
                if (same && j > i && later == T) later = j;
            }
            next[i] = later;
            previous[i] = earlier;
        });
    }

    LADDER_DEVICE void normalise() {
        const int H = s.heads, lanes = H * parts;
        float *tops = sums, *totals = sums + rows * lanes;  // (R, H, parts)
        block.each_pair(rows, lanes, [&](int r, int lane) {
            const float* a = attention + r * key_step + lane / parts;
            float top = a[0];
            for (int j = lane % parts; j <= first_row + r; j += parts) top = a[j * H] > top ? a[j * H] : top;
            tops[r * lanes + lane] = top;
        });
        block.each_pair(rows, lanes, [&](int r, int lane) {
            const float* t = tops + r * lanes + lane / parts * parts;
            float *a = attention + r * key_step + lane / parts, top = t[0], sum = 0;
            for (int p = 1; p < parts; ++p) top = t[p] > top ? t[p] : top;
            for (int j = lane % parts; j <= first_row + r; j += parts) {
                const float e = exp2f(a[j * H] - top);
                sum += e;
                a[j * H] = e;
            }
            totals[r * lanes + lane] = sum;
        });
        block.each_pair(rows, lanes, [&](int r, int lane) {
            float* a = attention + r * key_step + lane / parts;
            const float inverse = 1.0f / sum_of_parts(totals + r * lanes + lane / parts * parts);
            for (int j = lane % parts; j <= first_row + r; j += parts) a[j * H] *= inverse;
        });
    }

    // logits = attention x values; four rows of one token by a thread.
    LADDER_DEVICE void find_logits() {
        const int groups = round_up(rows, tile) / tile;
        block.each_pair(groups, s.vocabulary, [&](int group, int v) {
            const int r = group * tile, seen = least(first_row + r + tile, s.positions) * s.heads;
            const float *a = attention + r * key_step, *x = values + v;
            float sum[tile] = {};
            for (int k = 0; k < seen; k += tile)
                LADDER_UNROLL for (int m = 0; m < tile; ++m) {
                    const Four four = four_at(a + m * key_step + k);
                    LADDER_UNROLL for (int i = 0; i < 4; ++i) sum[m] = Block::mul_add(four.at[i], x[(k + i) * value_step], sum[m]);
                }
            LADDER_UNROLL for (int m = 0; m < tile; ++m) logits[(r + m) * logit_step + v] = sum[m];
        });
    }

    // d_attention = d_logits x values transposed; four rows of one pair by a thread.
    LADDER_DEVICE void find_d_attention(const std::int32_t* next_tokens) {
        const int groups = round_up(rows, tile) / tile;
        if (next_tokens)  // from the last thread on: the first ones have the most to do
            block.share(block.threads, [&](int thread) {
                for (int i = block.threads - 1 - thread; i <= s.positions; i += block.threads) coming[i] = next_tokens[i];
            });
        block.each_pair(groups, s.keys(), [&](int group, int k) {
            const int r = group * tile;
            if (k >= (first_row + r + tile) * s.heads) return;
            const float *d_logits = logits + r * logit_step, *x = values + k * value_step;
            float sum[tile] = {};
            for (int v = 0; v < logit_step; v += tile)
                LADDER_UNROLL for (int m = 0; m < tile; ++m) {
                    const Four four = four_at(d_logits + m * logit_step + v);
                    LADDER_UNROLL for (int i = 0; i < 4; ++i) sum[m] = Block::mul_add(four.at[i], x[v + i], sum[m]);
                }
            LADDER_UNROLL for (int m = 0; m < tile; ++m) d_attention[(r + m) * key_step + k] = sum[m];
        });
    }

    // Values' gradients = attention transposed x d_logits, in the values' place; the positions' share is added at once.
    LADDER_DEVICE void find_d_values(float* d_values) {
        const int d = s.vocabulary, K = s.keys();
        block.each_pair(key_step / tile, d, [&](int group, int v) {
            const int k = group * tile;
            float sum[tile] = {};
            for (int r = 0; r < rows; ++r) {
                const float x = logits[r * logit_step + v];
                const Four four = four_at(attention + r * key_step + k);
                LADDER_UNROLL for (int m = 0; m < tile; ++m) sum[m] = Block::mul_add(four.at[m], x, sum[m]);
            }
            LADDER_UNROLL for (int m = 0; m < tile; ++m)
                if (k + m < K) {
                    values[(k + m) * value_step + v] = sum[m];
                    d_values[(d * s.heads + k + m) * d + v] += sum[m];
                }
        });
    }

    // d_attention becomes the gradient to the scores; the share of pairs of positions is added at once.
    LADDER_DEVICE void through_softmax(float* d_scores) {
        const int T = s.positions, H = s.heads, d = s.vocabulary, D = s.dim(), lanes = H * parts;
        float* means = sums;  // (R, H, parts)
        block.each_pair(rows, lanes, [&](int r, int lane) {
            const float *a = attention + r * key_step + lane / parts, *g = d_attention + r * key_step + lane / parts;
            float mean = 0;
            for (int j = lane % parts; j <= first_row + r; j += parts) mean = Block::mul_add(a[j * H], g[j * H], mean);
            means[r * lanes + lane] = mean;
        });
        block.each_pair(rows, T, [&](int r, int j) {
            const int i = first_row + r;
            if (j > i) return;
            for (int h = 0; h < H; ++h) {
                const int at = r * key_step + j * H + h;
                const float g = attention[at] * (d_attention[at] - sum_of_parts(means + r * lanes + h * parts));
                d_attention[at] = g;
                d_scores[((d + i) * D + d + j) * H + h] += g;
            }
        });
    }

    // The shares of tokens. Positions with the same token are added up by the first of them, so every entry has one owner.
    LADDER_DEVICE void scatter(float* d_tables) {
        const int T = s.positions, H = s.heads, d = s.vocabulary, D = s.dim();
        float* d_values = d_tables + s.values_at();
        block.share_pairs(rows, T, [&](int r, int j) {
            const int i = first_row + r;
            const bool first_query = previous[i] < first_row, first_key = previous[j] < 0;
            for (int h = 0; h < H; ++h) {
                const auto gradient = [&](int query, int key) { return d_attention[(query - first_row) * key_step + key * H + h]; };
                if (first_key && j <= i) {
                    float sum = 0;
                    for (int key = j; key <= i; key = next[key]) sum += gradient(i, key);
                    d_tables[((d + i) * D + tokens[j]) * H + h] += sum;
                }
                if (first_query) {
                    float sum = 0;
                    for (int query = i; query < T; query = next[query])
                        if (j <= query) sum += gradient(query, j);
                    d_tables[(tokens[i] * D + d + j) * H + h] += sum;
                }
                if (first_query && first_key) {
                    float sum = 0;
                    for (int query = i; query < T; query = next[query])
                        for (int key = j; key <= query; key = next[key]) sum += gradient(query, key);
                    d_tables[(tokens[i] * D + tokens[j]) * H + h] += sum;
                }
            }
        });
        block.each_pair(T, d, [&](int j, int v) {
            if (previous[j] >= 0) return;
            for (int h = 0; h < H; ++h) {
                float sum = 0;
                for (int key = j; key < T; key = next[key]) sum += values[(key * H + h) * value_step + v];
                d_values[(tokens[j] * H + h) * d + v] += sum;
            }
        });
    }
};

}  // namespace ladder::cuda
