// The minimal model's part of a step: tables from parameters, gradients of groups of sequences, their sum in the
// parameters' order; and its forward pass for whoever looks at a run.
#pragma once

#include "cuda/minimal_sequence.h"

namespace ladder::cuda {

constexpr double ln_2 = 0x1.62e42fefa39efp-1;

// Score tables times log2 e / sqrt(D), value tables times log2 e, from the flat parameters.
struct PrepareMinimal {
    static constexpr int piece = 1024;

    MinimalShape shape;
    PerRun<const float> parameters;
    PerRun<float> tables;
    float score_scale = 1, value_scale = 1;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int H = shape.heads, D = shape.dim(), d = shape.vocabulary, size = shape.tables_size(), scores = shape.values_at(), first = block.x * piece;
        const float* from = parameters.of(block.y);
        float* to = tables.of(block.y);
        block.each(least(piece, size - first), [&](int n) {
            const int i = first + n, m = i - scores;
            if (m < 0) to[i] = from[(i % H * D + i / H % D) * D + i / (H * D)] * score_scale;
            else to[i] = from[((H + m / d % H) * D + m % d) * D + m / (d * H)] * value_scale;
        });
    }
};

// Where a block of MinimalGradient keeps what it needs: all in its shared memory; the sequence there and its group's sums
// in the device's; all in the device's. A type of kernel for each, so that every pointer has one kind of memory.
enum class Room { shared, sums_outside, all_outside };

// The summed gradient of group x of the batch, in the tables' order, and its loss in nats.
template <Room room>
struct MinimalGradient {
    static constexpr Bounds bounds{512, 1};

    MinimalShape shape;
    PerRun<const float> tables;
    PerRun<const std::int32_t> tokens;  // (batch, T + 1)
    PerRun<float> partials;             // (groups, tables_size)
    PerRun<double> losses;              // (groups)
    int batch = 0, groups = 0;
    PerRun<float> outside;  // (groups, memory_size), where all is outside

    static constexpr int memory_size(const MinimalShape& s) { return s.memory_size(s.first_row, true); }
    // Floats of shared memory.
    static constexpr int shared_size(const MinimalShape& s) { return (room == Room::all_outside ? 0 : memory_size(s)) + (room == Room::shared ? s.tables_size() : 0); }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int size = shape.tables_size(), width = shape.positions + 1;
        const int first = static_cast<int>(static_cast<std::int64_t>(batch) * block.x / groups), end = static_cast<int>(static_cast<std::int64_t>(batch) * (block.x + 1) / groups);
        const std::int32_t* from = tokens.of(block.y) + static_cast<std::ptrdiff_t>(first) * width;
        float *memory = block.shared, *out = partials.of(block.y) + static_cast<std::ptrdiff_t>(block.x) * size;
        if constexpr (room == Room::all_outside) memory = outside.of(block.y) + static_cast<std::ptrdiff_t>(block.x) * memory_size(shape);
        MinimalSequence<Block> sequence(block, shape, tables.of(block.y), memory, shape.first_row, true, from);
        float* own = out;
        if constexpr (room == Room::shared) own = sequence.end;
        block.each(size, [&](int i) { own[i] = 0; });
        for (int b = first; b < end; ++b) {
            sequence.forward();
            sequence.find_loss();
            from += width;
            sequence.backward(own, b + 1 < end ? from : nullptr);
        }
        if constexpr (room == Room::shared) block.each(size, [&](int i) { out[i] = own[i]; });
        sum_up(block, sequence.row_loss, sequence.rows);
        block.each(1, [&](int) { losses.of(block.y)[block.x] = sequence.row_loss[0] * ln_2; });
    }
};

// gradient = the groups' sums, scaled, in the parameters' order. Rows of value matrices beyond d are not touched: 0.
struct ReduceMinimal {
    MinimalShape shape;
    PerRun<const float> partials;  // (groups, tables_size)
    PerRun<float> gradient;
    int groups = 0;
    float score_scale = 1, value_scale = 1;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int H = shape.heads, D = shape.dim(), d = shape.vocabulary, size = shape.tables_size(), scores = shape.values_at(), first = block.x * PartialSums::outputs;
        float* to = gradient.of(block.y);
        sum_partials(block, partials.of(block.y) + first, size, groups, least(PartialSums::outputs, size - first), [&](int n, float sum) {
            const int i = first + n, m = i - scores;
            if (m < 0) to[(i % H * D + i / H % D) * D + i / (H * D)] = sum * score_scale;
            else to[((H + m / d % H) * D + m % d) * D + m / (d * H)] = sum * value_scale;
        });
    }
};

// Logits of the predicting rows in nats, and attention maps of the rows computed; a block for each sequence.
struct MinimalForward {
    MinimalShape shape;
    PerRun<const float> tables;
    const std::int32_t* tokens = nullptr;  // (sequences, T + 1)
    float *logits = nullptr, *attention = nullptr;  // (sequences, L, d); (sequences, H, T, T) or null, rows before first_row 0
    int run = 0, first_row = 0;
    float* outside = nullptr;  // (sequences, memory_size), for a sequence that finds no room in shared memory; null: it does

    constexpr int memory_size() const { return shape.memory_size(first_row, false); }
    constexpr int shared_size() const { return outside ? 0 : memory_size(); }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int T = shape.positions, H = shape.heads, d = shape.vocabulary, L = T - shape.first_row;
        MinimalSequence<Block> sequence(block, shape, tables.of(run), outside ? outside + static_cast<std::ptrdiff_t>(block.x) * memory_size() : block.shared, first_row, false,
                                        tokens + static_cast<std::ptrdiff_t>(block.x) * (T + 1));
        sequence.forward();
        float* out = logits + static_cast<std::ptrdiff_t>(block.x) * L * d;
        block.each_pair(L, d, [&](int r, int v) { out[r * d + v] = sequence.logits[(r + shape.first_row - first_row) * sequence.logit_step + v] * static_cast<float>(ln_2); });
        if (!attention) return;
        float* maps = attention + static_cast<std::ptrdiff_t>(block.x) * H * T * T;
        block.each(H * T * T, [&](int n) {
            const int h = n / (T * T), i = n / T % T, j = n % T;
            maps[n] = i < first_row ? 0.0f : sequence.attention[(i - first_row) * sequence.key_step + j * H + h];
        });
    }
};

}  // namespace ladder::cuda
