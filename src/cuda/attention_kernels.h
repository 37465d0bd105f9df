// Attention of the full model, a block for each (sequence, head): scores, causal softmax, dropout, mixing of the values,
// and the way back, in the block's shared memory. E width of a head; R query rows, those from first_row on; T keys.
#pragma once

#include "cuda/dropout.h"

namespace ladder::cuda {

struct AttentionShape {
    int T = 0, R = 0, first_row = 0, heads = 0, E = 0;  // D = heads E
    static constexpr int tile = 4;                      // rows that a thread computes at once

    constexpr int D() const { return heads * E; }
    constexpr int width() const { return E | 1; }        // of a row in shared memory: neighbours lie in other banks
    constexpr int query_rows() const { return round_up(R, tile); }
    constexpr int key_rows() const { return round_up(T, tile); }
    constexpr int weights() const { return query_rows() * key_rows(); }
    // Floats of shared memory.
    constexpr int forward_size() const { return (query_rows() + 2 * key_rows()) * width() + weights(); }
    constexpr int backward_size() const { return (2 * query_rows() + 2 * key_rows()) * width() + 2 * weights(); }
};

// One head's columns of `count` packed rows into shared memory; zeros up to `padded`.
template <class Block>
LADDER_DEVICE void load_head(Block& block, const AttentionShape& s, const float* from, int count, int padded, float* to) {
    block.each(padded * s.E, [&](int n) { to[n / s.E * s.width() + n % s.E] = n / s.E < count ? from[static_cast<std::int64_t>(n / s.E) * s.D() + n % s.E] : 0.0f; });
}

// The masks of a head's weights, (R, T) into rows of key_rows(); sites' rows are those of all heads, one after the other.
template <class Block>
LADDER_DEVICE void multiply_masks(Block& block, const AttentionShape& s, const DropoutSite& dropout, int sequence, int head, float* weights) {
    block.each(s.R * dropout.groups(), [&](int n) {
        const int r = n / dropout.groups(), g = n % dropout.groups();
        float mask[4];
        dropout.masks(block.y, sequence, head * s.T + s.first_row + r, g, mask);
        for (int j = 4 * g; j < 4 * g + 4 && j < s.T; ++j) weights[r * s.key_rows() + j] *= mask[j % 4];
    });
}

struct Attend {
    AttentionShape shape;
    PerRun<const float> query, key, value;  // (sequences R, D), (sequences T, D), (sequences T, D)
    PerRun<float> attention, mixed;         // (sequences, H, R, T) before dropout, (sequences R, D)
    DropoutSite dropout;                    // columns: T

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const AttentionShape s = shape;
        const int sequence = block.x / s.heads, head = block.x % s.heads, width = s.width(), step = s.key_rows();
        float *q = block.shared, *k = q + s.query_rows() * width, *v = k + s.key_rows() * width, *w = v + s.key_rows() * width;
        const std::int64_t query_at = static_cast<std::int64_t>(sequence) * s.R * s.D() + head * s.E, key_at = static_cast<std::int64_t>(sequence) * s.T * s.D() + head * s.E;
        load_head(block, s, query.of(block.y) + query_at, s.R, s.query_rows(), q);
        load_head(block, s, key.of(block.y) + key_at, s.T, s.key_rows(), k);
        load_head(block, s, value.of(block.y) + key_at, s.T, s.key_rows(), v);
        block.each(s.query_rows() / s.tile * step, [&](int n) {  // scores
            const int r = n / step * s.tile, j = n % step;
            float sum[AttentionShape::tile] = {};
            for (int e = 0; e < s.E; ++e)
                for (int m = 0; m < s.tile; ++m) sum[m] = Block::mul_add(q[(r + m) * width + e], k[j * width + e], sum[m]);
            for (int m = 0; m < s.tile; ++m) w[(r + m) * step + j] = sum[m];
        });
        const float scale = 1.0f / sqrtf(static_cast<float>(s.E));
        block.each(s.query_rows(), [&](int r) {
            float* row = w + r * step;
            const int seen = r < s.R ? s.first_row + r + 1 : 0;
            float top = row[0], sum = 0;
            for (int j = 1; j < seen; ++j) top = row[j] > top ? row[j] : top;
            for (int j = 0; j < seen; ++j) {
                row[j] = expf((row[j] - top) * scale);
                sum += row[j];
            }
            for (int j = 0; j < seen; ++j) row[j] /= sum;
            for (int j = seen; j < step; ++j) row[j] = 0;
        });
        float* maps = attention.of(block.y) + static_cast<std::int64_t>(block.x) * s.R * s.T;
        block.each(s.R * s.T, [&](int n) { maps[n] = w[n / s.T * step + n % s.T]; });
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, w);
        float* out = mixed.of(block.y) + query_at;
        block.each(s.query_rows() / s.tile * s.E, [&](int n) {
            const int r = n / s.E * s.tile, e = n % s.E;
            float sum[AttentionShape::tile] = {};
            for (int j = 0; j < s.T; ++j)
                for (int m = 0; m < s.tile; ++m) sum[m] = Block::mul_add(w[(r + m) * step + j], v[j * width + e], sum[m]);
            for (int m = 0; m < s.tile && r + m < s.R; ++m) out[static_cast<std::int64_t>(r + m) * s.D() + e] = sum[m];
        });
    }
};

struct AttendGradient {
    AttentionShape shape;
    PerRun<const float> query, key, value, attention, d_mixed;
    PerRun<float> d_query, d_key, d_value;  // as query, key and value
    DropoutSite dropout;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const AttentionShape s = shape;
        const int sequence = block.x / s.heads, head = block.x % s.heads, width = s.width(), step = s.key_rows();
        float *q = block.shared, *g = q + s.query_rows() * width, *k = g + s.query_rows() * width, *v = k + s.key_rows() * width, *w = v + s.key_rows() * width, *d = w + s.weights();
        const std::int64_t query_at = static_cast<std::int64_t>(sequence) * s.R * s.D() + head * s.E, key_at = static_cast<std::int64_t>(sequence) * s.T * s.D() + head * s.E;
        load_head(block, s, query.of(block.y) + query_at, s.R, s.query_rows(), q);
        load_head(block, s, d_mixed.of(block.y) + query_at, s.R, s.query_rows(), g);
        load_head(block, s, key.of(block.y) + key_at, s.T, s.key_rows(), k);
        load_head(block, s, value.of(block.y) + key_at, s.T, s.key_rows(), v);
        const float* maps = attention.of(block.y) + static_cast<std::int64_t>(block.x) * s.R * s.T;
        const auto load_weights = [&](float* to) {
            block.each(s.query_rows() * step, [&](int n) { to[n] = n / step < s.R && n % step < s.T ? maps[n / step * s.T + n % step] : 0.0f; });
        };
        load_weights(w);
        load_weights(d);
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, d);
        add_up(block, d, g, d_value.of(block.y) + key_at);  // with the weights that were used, after dropout
        block.each(s.query_rows() / s.tile * step, [&](int n) {  // gradient to those
            const int r = n / step * s.tile, j = n % step;
            float sum[AttentionShape::tile] = {};
            for (int e = 0; e < s.E; ++e)
                for (int m = 0; m < s.tile; ++m) sum[m] = Block::mul_add(g[(r + m) * width + e], v[j * width + e], sum[m]);
            for (int m = 0; m < s.tile; ++m) d[(r + m) * step + j] = sum[m];
        });
        if (dropout.active) multiply_masks(block, s, dropout, sequence, head, d);
        const float scale = 1.0f / sqrtf(static_cast<float>(s.E));
        block.each(s.R, [&](int r) {  // through the softmax; what is not seen has weight 0
            float weighted = 0;
            for (int j = 0; j < s.T; ++j) weighted = Block::mul_add(w[r * step + j], d[r * step + j], weighted);
            for (int j = 0; j < s.T; ++j) d[r * step + j] = w[r * step + j] * (d[r * step + j] - weighted) * scale;
        });
        float* to_query = d_query.of(block.y) + query_at;
        block.each(s.query_rows() / s.tile * s.E, [&](int n) {
            const int r = n / s.E * s.tile, e = n % s.E;
            float sum[AttentionShape::tile] = {};
            for (int j = 0; j < s.T; ++j)
                for (int m = 0; m < s.tile; ++m) sum[m] = Block::mul_add(d[(r + m) * step + j], k[j * width + e], sum[m]);
            for (int m = 0; m < s.tile && r + m < s.R; ++m) to_query[static_cast<std::int64_t>(r + m) * s.D() + e] = sum[m];
        });
        add_up(block, d, q, d_key.of(block.y) + key_at);
    }

private:
    // out (T, E) = weights (R, T) transposed x rows (R, E).
    template <class Block>
    LADDER_DEVICE void add_up(Block& block, const float* weights, const float* rows, float* out) const {
        const AttentionShape s = shape;
        const int step = s.key_rows();
        block.each(step / s.tile * s.E, [&](int n) {
            const int j = n / s.E * s.tile, e = n % s.E;
            float sum[AttentionShape::tile] = {};
            for (int r = 0; r < s.R; ++r)
                for (int m = 0; m < s.tile; ++m) sum[m] = Block::mul_add(weights[r * step + j + m], rows[r * s.width() + e], sum[m]);
            for (int m = 0; m < s.tile && j + m < s.T; ++m) out[static_cast<std::int64_t>(j + m) * s.D() + e] = sum[m];
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
