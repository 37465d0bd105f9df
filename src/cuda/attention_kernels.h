// Attention of the full model, a block for each (sequence, head): scores, causal softmax, dropout, mixing of the values,
// and the way back, in the block's shared memory. E width of a head; R query rows, those from first_row on; T keys.
#pragma once

#include "cuda/dropout.h"

namespace ladder::cuda {

struct AttentionShape {
    int T = 0, R = 0, first_row = 0, heads = 0, E = 0;  // D = heads E
    static constexpr int tile = 4;   // rows that a thread computes at once, and how many terms it reads together
    static constexpr int parts = 8;  // of a row, in sums over it

    constexpr int D() const { return heads * E; }
    // Of a row in shared memory: what all threads read together is read in fours; of what each reads its own, neighbours lie in other banks.
    constexpr int query_width() const { return round_up(E, tile); }
    constexpr int key_width() const { return query_width() | 1; }
    constexpr int query_rows() const { return round_up(R, tile); }
    constexpr int key_rows() const { return round_up(T, tile); }
    constexpr int queries() const { return query_rows() * query_width(); }
    constexpr int keys() const { return key_rows() * key_width(); }
    constexpr int weights() const { return query_rows() * key_rows(); }
    // Floats of shared memory.
    constexpr int forward_size() const { return queries() + 2 * keys() + weights() + 2 * parts * query_rows(); }
    constexpr int backward_size() const { return 2 * queries() + 2 * keys() + 2 * weights() + parts * query_rows(); }
};

// One head's columns of `count` packed rows into shared memory, `padded` rows of `width`; zeros in what is padding. A warp
// follows a row, and four rows are asked for before the first is put.
template <class Block>
LADDER_DEVICE void load_head(Block& block, const AttentionShape& s, const float* from, int count, int padded, int width, float* to) {
    constexpr int lanes = 32, together = 4;
    block.share(block.threads, [&](int thread) {
        const int apart = block.threads / lanes;
        for (int e = thread % lanes; e < width; e += lanes)
            for (int first = thread / lanes; first < padded; first += together * apart) {
                float found[together];
                LADDER_UNROLL for (int m = 0; m < together; ++m) {
                    const int r = first + m * apart;
                    found[m] = ((r < count) & (e < s.E)) ? from[static_cast<std::int64_t>(r) * s.D() + e] : 0.0f;
                }
                LADDER_UNROLL for (int m = 0; m < together; ++m)
                    if (first + m * apart < padded) to[(first + m * apart) * width + e] = found[m];
            }
    });
}

// out (query_rows, key_rows) = rows (of queries) x keys transposed.
template <class Block>
LADDER_DEVICE void multiply_by_keys(Block& block, const AttentionShape& s, const float* rows, const float* keys, float* out) {
    constexpr int tile = AttentionShape::tile;
    block.each_pair(s.query_rows() / tile, s.key_rows(), [&](int group, int j) {
        const float *x = rows + group * tile * s.query_width(), *y = keys + j * s.key_width();
        float sum[tile] = {};
        for (int e = 0; e < s.query_width(); e += tile)
            LADDER_UNROLL for (int m = 0; m < tile; ++m) {
                const Four four = four_at(x + m * s.query_width() + e);
                LADDER_UNROLL for (int i = 0; i < 4; ++i) sum[m] = Block::mul_add(four.at[i], y[e + i], sum[m]);
            }
        LADDER_UNROLL for (int m = 0; m < tile; ++m) out[(group * tile + m) * s.key_rows() + j] = sum[m];
    });
}

// out (R, D), a head's columns = weights x keys.
template <class Block>
LADDER_DEVICE void mix_keys(Block& block, const AttentionShape& s, const float* weights, const float* keys, float* out) {
    constexpr int tile = AttentionShape::tile;
    block.each_pair(s.query_rows() / tile, s.E, [&](int group, int e) {
        const float* w = weights + group * tile * s.key_rows();
        float sum[tile] = {};
        for (int j = 0; j < s.key_rows(); j += tile)
            LADDER_UNROLL for (int m = 0; m < tile; ++m) {
                const Four four = four_at(w + m * s.key_rows() + j);
                LADDER_UNROLL for (int i = 0; i < 4; ++i) sum[m] = Block::mul_add(four.at[i], keys[(j + i) * s.key_width() + e], sum[m]);
            }
        LADDER_UNROLL for (int m = 0; m < tile; ++m)
            if (group * tile + m < s.R) out[static_cast<std::int64_t>(group * tile + m) * s.D() + e] = sum[m];
    });
}

// out (T, D), a head's columns = weights transposed x rows (of queries).
template <class Block>
LADDER_DEVICE void mix_queries(Block& block, const AttentionShape& s, const float* weights, const float* rows, float* out) {
    constexpr int tile = AttentionShape::tile;
    block.each_pair(s.key_rows() / tile, s.E, [&](int group, int e) {
        float sum[tile] = {};
        for (int r = 0; r < s.R; ++r) {
            const Four four = four_at(weights + r * s.key_rows() + group * tile);
            const float x = rows[r * s.query_width() + e];
            LADDER_UNROLL for (int m = 0; m < tile; ++m) sum[m] = Block::mul_add(four.at[m], x, sum[m]);
        }
        LADDER_UNROLL for (int m = 0; m < tile; ++m)
            if (group * tile + m < s.T) out[static_cast<std::int64_t>(group * tile + m) * s.D() + e] = sum[m];
    });
}

// The sum of a row's parts.
LADDER_DEVICE inline float sum_of_parts(const float* t) {
    static_assert(AttentionShape::parts == 8);
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

// Scores, unscaled, become weights: 0 for keys that a row may not see. scratch: 2 parts for each of the query rows.
template <class Block>
LADDER_DEVICE void find_weights(Block& block, const AttentionShape& s, float* scores, float* scratch) {
    constexpr int parts = AttentionShape::parts;
    const int step = s.key_rows(), count = s.query_rows() * parts;
    float *tops = scratch, *totals = scratch + count;
    const float scale = 1.0f / sqrtf(static_cast<float>(s.E));
    const auto seen = [&](int r) { return r < s.R ? s.first_row + r + 1 : 0; };
    block.each(count, [&](int n) {
        const float* row = scores + n / parts * step;
        float top = row[0];
        for (int j = n % parts; j < seen(n / parts); j += parts) top = row[j] > top ? row[j] : top;
        tops[n] = top;
    });
    block.each(count, [&](int n) {
        float *row = scores + n / parts * step, top = tops[n / parts * parts], sum = 0;
        for (int p = 1; p < parts; ++p) top = tops[n / parts * parts + p] > top ? tops[n / parts * parts + p] : top;
        for (int j = n % parts; j < seen(n / parts); j += parts) {
            row[j] = expf((row[j] - top) * scale);
            sum += row[j];
        }
        totals[n] = sum;
    });
    block.each(count, [&](int n) {
        float* row = scores + n / parts * step;
        const float total = sum_of_parts(totals + n / parts * parts);
        for (int j = n % parts; j < step; j += parts) row[j] = j < seen(n / parts) ? row[j] / total : 0.0f;
    });
}

// The masks of a head's weights, (R, T) into rows of key_rows(); sites' rows are those of all heads, one after the other.
template <class Block>
LADDER_DEVICE void multiply_masks(Block& block, const AttentionShape& s, const DropoutSite& dropout, int sequence, int head, float* weights) {
    block.each_pair(s.R, dropout.groups(), [&](int r, int g) {
        float mask[4];
        dropout.masks(block.y, sequence, head * s.T + s.first_row + r, g, mask);
        LADDER_UNROLL for (int i = 0; i < 4; ++i)
            if (4 * g + i < s.T) weights[r * s.key_rows() + 4 * g + i] *= mask[i];
    });
}

struct Attend {
    static constexpr Bounds bounds{256, 4};

    AttentionShape shape;
    PerRun<const float> query, key, value;  // (sequences R, D), (sequences T, D), (sequences T, D)
    PerRun<float> attention, mixed;         // (sequences, H, R, T) before dropout, (sequences R, D)
    DropoutSite dropout;                    // columns: T

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const AttentionShape s = shape;
        const int sequence = block.x / s.heads, head = block.x % s.heads;
        float *q = block.shared, *k = q + s.queries(), *v = k + s.keys(), *w = v + s.keys(), *scratch = w + s.weights();
        const std::int64_t query_at = static_cast<std::int64_t>(sequence) * s.R * s.D() + head * s.E, key_at = static_cast<std::int64_t>(sequence) * s.T * s.D() + head * s.E;
        load_head(block, s, query.of(block.y) + query_at, s.R, s.query_rows(), s.query_width(), q);
        load_head(block, s, key.of(block.y) + key_at, s.T, s.key_rows(), s.key_width(), k);
        load_head(block, s, value.of(block.y) + key_at, s.T, s.key_rows(), s.key_width(), v);
        block.wait();
        multiply_by_keys(block, s, q, k, w);
        find_weights(block, s, w, scratch);
        float* maps = attention.of(block.y) + static_cast<std::int64_t>(block.x) * s.R * s.T;
        block.each_pair(s.R, s.T, [&](int r, int j) { maps[r * s.T + j] = w[r * s.key_rows() + j]; });
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, w);
        mix_keys(block, s, w, v, mixed.of(block.y) + query_at);
    }
};

struct AttendGradient {
    static constexpr Bounds bounds{256, 4};

    AttentionShape shape;
    PerRun<const float> query, key, value, attention, d_mixed;
    PerRun<float> d_query, d_key, d_value;  // as query, key and value
    DropoutSite dropout;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const AttentionShape s = shape;
        const int sequence = block.x / s.heads, head = block.x % s.heads;
        float *q = block.shared, *g = q + s.queries(), *k = g + s.queries(), *v = k + s.keys(), *w = v + s.keys(), *d = w + s.weights(), *scratch = d + s.weights();
        const std::int64_t query_at = static_cast<std::int64_t>(sequence) * s.R * s.D() + head * s.E, key_at = static_cast<std::int64_t>(sequence) * s.T * s.D() + head * s.E;
        const float* maps = attention.of(block.y) + static_cast<std::int64_t>(block.x) * s.R * s.T;
        load_head(block, s, query.of(block.y) + query_at, s.R, s.query_rows(), s.query_width(), q);
        load_head(block, s, d_mixed.of(block.y) + query_at, s.R, s.query_rows(), s.query_width(), g);
        load_head(block, s, key.of(block.y) + key_at, s.T, s.key_rows(), s.key_width(), k);
        load_head(block, s, value.of(block.y) + key_at, s.T, s.key_rows(), s.key_width(), v);
        block.each_pair(s.query_rows(), s.key_rows(), [&](int r, int j) {
            const int at = r * s.key_rows() + j;
            w[at] = r < s.R && j < s.T ? maps[r * s.T + j] : 0.0f;
            d[at] = w[at];
        });
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, d);
        mix_queries(block, s, d, g, d_value.of(block.y) + key_at);  // with the weights that were used, after dropout
        multiply_by_keys(block, s, g, v, d);                        // gradient to those
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, d);
        through_softmax(block, s, w, d, scratch);
        mix_keys(block, s, d, k, d_query.of(block.y) + query_at);
        mix_queries(block, s, d, q, d_key.of(block.y) + key_at);
    }

private:
    // d, gradient to the weights w, becomes that to the scores; what is not seen has weight 0.
    template <class Block>
    LADDER_DEVICE static void through_softmax(Block& block, const AttentionShape& s, const float* w, float* d, float* scratch) {
        constexpr int parts = AttentionShape::parts;
        const int step = s.key_rows(), count = s.query_rows() * parts;
        const float scale = 1.0f / sqrtf(static_cast<float>(s.E));
        block.each(count, [&](int n) {
            float weighted = 0;
            for (int j = n % parts; j < step; j += parts) weighted = Block::mul_add(w[n / parts * step + j], d[n / parts * step + j], weighted);
            scratch[n] = weighted;
        });
        block.each(count, [&](int n) {
            const float weighted = sum_of_parts(scratch + n / parts * parts);
            for (int j = n % parts; j < step; j += parts) {
                float& to = d[n / parts * step + j];
                to = w[n / parts * step + j] * (to - weighted) * scale;
            }
        });
    }
};

// Maps of whole sequences, (sequences, blocks, H, T, T), from one block's attention (sequences, H, R, T): its last `wanted`
// rows, zeros before them.
struct CopyMaps {
    static constexpr int piece = 1024;

    const float* attention = nullptr;
    float* maps = nullptr;
    int T = 0, R = 0, heads = 0, blocks = 0, block_index = 0, wanted = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {  // a block for each (sequence, head)
        const int sequence = block.x / heads, head = block.x % heads;
        const float* from = attention + static_cast<std::int64_t>(block.x) * R * T;
        float* to = maps + ((static_cast<std::int64_t>(sequence) * blocks + block_index) * heads + head) * T * T;
        block.each(T * T, [&](int n) {
            const int i = n / T;
            to[n] = i < T - wanted ? 0.0f : from[(i - (T - R)) * T + n % T];
        });
    }
};

}  // namespace ladder::cuda
