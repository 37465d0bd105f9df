// Dense products and sums of the full model: tiles of both factors pass through shared memory, each thread keeps a small
// tile of the result in registers. Sums over many rows are cut into pieces whose partial sums are added in order.
#pragma once

#include "cuda/run_state.h"

namespace ladder::cuda {

// A matrix of every run.
template <class T>
struct Matrix {
    T* data = nullptr;
    std::size_t run_step = 0;
    std::int64_t row_step = 0, column_step = 1;

    LADDER_DEVICE T* row(int run, int r) const { return data + static_cast<std::int64_t>(run_step) * run + r * row_step; }
};

// out = a b (+ bias), or out += a b; then the ReLU, or 0 where `gate` is not positive. a (rows, depth), b (depth, columns).
// With several splits each takes a piece of the depth, and leaves its partial sum in an array of its own.
//
// A block makes 16 Rows x 16 Columns results, a thread Rows x Columns of them, in fours that lie 64 apart. While a pair of
// tiles is multiplied, the next pair is on its way: it is asked for before the arithmetic and put into the other half of
// shared memory after it. A warp's threads lie 4 x 8, so that the fours they read are 4 and 8 different ones.
template <int Rows, int Columns>
struct Product {
    static constexpr Bounds bounds{256, 2};
    static constexpr int across = 16, threads = across * across, tile_rows = across * Rows, tile_columns = across * Columns, tile_depth = 16;
    static constexpr int a_step = tile_rows + 4, b_step = tile_columns + 4;  // a multiple of four, and neighbours in depth lie in other banks
    static constexpr int tiles_size = tile_depth * (a_step + b_step);        // floats of a pair: [depth][row], [depth][column]
    static constexpr int stripe = 4 * across;                                // rows of results that pass through shared memory together
    static constexpr std::size_t shared = sizeof(float) * (2 * tiles_size > stripe * b_step ? 2 * tiles_size : stripe * b_step);
    static_assert(threads == bounds.threads && Rows % 4 == 0 && Columns % 4 == 0);

    Matrix<const float> a, b;
    Matrix<float> out;                     // its column_step is 1
    int rows = 0, columns = 0, depth = 0;
    int splits = 1;
    std::int64_t split_step = 0;           // between the splits' results
    PerRun<const float> bias;              // (columns); null: none
    Matrix<const float> gate;              // (rows, columns); null: none
    int add = 0, relu = 0;

    int blocks() const { return splits * row_tiles() * column_tiles(); }
    constexpr int row_tiles() const { return (rows + tile_rows - 1) / tile_rows; }
    constexpr int column_tiles() const { return (columns + tile_columns - 1) / tile_columns; }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int tiles = row_tiles() * column_tiles(), split = block.x / tiles, tile = block.x % tiles;
        const int first_row = tile / column_tiles() * tile_rows, first_column = tile % column_tiles() * tile_columns;
        const int first = static_cast<int>(static_cast<std::int64_t>(depth) * split / splits), end = static_cast<int>(static_cast<std::int64_t>(depth) * (split + 1) / splits);
        const float *a_from = a.row(block.y, first_row), *b_from = b.row(block.y, 0) + first_column * b.column_step;
        const auto fetch = [&](int thread, int k, Ahead& ahead) {
            Share<tile_rows>(thread, a.column_step).fetch(a_from + k * a.column_step, a.row_step, a.column_step, rows - first_row, end - k, ahead.a);
            Share<tile_columns>(thread, b.row_step).fetch(b_from + k * b.row_step, b.column_step, b.row_step, columns - first_column, end - k, ahead.b);
        };
        const auto put = [&](int thread, float* to, const Ahead& ahead) {
            Share<tile_rows>(thread, a.column_step).put(ahead.a, to, a_step);
            Share<tile_columns>(thread, b.row_step).put(ahead.b, to + tile_depth * a_step, b_step);
        };

        typename Block::template Local<Sums> local(block);
        float *now = block.shared, *then = block.shared + tiles_size;
        const auto multiply_now = [&](int thread) { multiply<Block>(now + 4 * place_y(thread), now + tile_depth * a_step + 4 * place_x(thread), local[thread]); };
        block.each_thread([&](int thread) {
            Ahead ahead;
            fetch(thread, first, ahead);
            put(thread, now, ahead);
        });
        for (int k = first + tile_depth; k < end; k += tile_depth) {
            block.each_thread([&](int thread) {
                Ahead ahead;
                fetch(thread, k, ahead);
                multiply_now(thread);
                put(thread, then, ahead);
            });
            float* const done = now;
            now = then;
            then = done;
        }
        block.each_thread(multiply_now);
        LADDER_UNROLL for (int g = 0; g < Rows / 4; ++g) {
            block.each_thread([&](int thread) {
                float* to = block.shared + 4 * place_y(thread) * b_step + 4 * place_x(thread);
                LADDER_UNROLL for (int m = 0; m < 4; ++m)
                    LADDER_UNROLL for (int h = 0; h < Columns / 4; ++h) four_at(to + m * b_step + h * stripe) = local[thread].at[4 * g + m][h];
            });
            block.each_thread([&](int thread) { finish(block, thread, split, first_row + g * stripe, first_column); });
        }
    }

private:
    struct Sums {
        Four at[Rows][Columns / 4];
    };
    struct Ahead {  // a thread's elements of the next tiles
        float a[Rows], b[Columns];
    };

    // A thread's elements of a tile of Lines rows of a, or columns of b. Threads follow the matrix in the direction in which
    // it lies in memory: along the depth where that is the step of 1.
    template <int Lines>
    struct Share {
        static constexpr int count = Lines * tile_depth / threads;
        int line, k, line_step, k_step;  // of the first element, and from one to the next

        LADDER_DEVICE Share(int thread, std::int64_t depth_step)
            : line(depth_step == 1 ? thread / tile_depth : thread % Lines), k(depth_step == 1 ? thread % tile_depth : thread / Lines), line_step(depth_step == 1 ? threads / tile_depth : 0),
              k_step(depth_step == 1 ? 0 : threads / Lines) {}

        // from: the tile's first element; zeros where `lines` and `depth` end.
        LADDER_DEVICE void fetch(const float* from, std::int64_t line_apart, std::int64_t depth_apart, int lines, int depth_left, float (&to)[count]) const {
            const float* at = from + line * line_apart + k * depth_apart;
            const std::int64_t apart = line_step * line_apart + k_step * depth_apart;
            LADDER_UNROLL for (int e = 0; e < count; ++e) to[e] = ((line + e * line_step < lines) & (k + e * k_step < depth_left)) ? at[e * apart] : 0.0f;  // one condition: no branch
        }
        LADDER_DEVICE void put(const float (&from)[count], float* tile, int tile_step) const {
            LADDER_UNROLL for (int e = 0; e < count; ++e) tile[(k + e * k_step) * tile_step + line + e * line_step] = from[e];
        }
    };

    // A thread's place among the 16 x 16 of its block.
    LADDER_DEVICE static int place_y(int thread) { return thread / 64 * 4 + thread % 32 / 8; }
    LADDER_DEVICE static int place_x(int thread) { return thread / 32 % 2 * 8 + thread % 8; }

    template <class Block>
    LADDER_DEVICE static void multiply(const float* a_tile, const float* b_tile, Sums& sums) {
        LADDER_UNROLL for (int k = 0; k < tile_depth; ++k) {
            Four x[Rows / 4], y[Columns / 4];
            LADDER_UNROLL for (int g = 0; g < Rows / 4; ++g) x[g] = four_at(a_tile + k * a_step + g * stripe);
            LADDER_UNROLL for (int h = 0; h < Columns / 4; ++h) y[h] = four_at(b_tile + k * b_step + h * stripe);
            LADDER_UNROLL for (int m = 0; m < Rows; ++m)
                LADDER_UNROLL for (int h = 0; h < Columns / 4; ++h)
                    LADDER_UNROLL for (int n = 0; n < 4; ++n) sums.at[m][h].at[n] = Block::mul_add(x[m / 4].at[m % 4], y[h].at[n], sums.at[m][h].at[n]);
        }
    }

    // A thread's part of a stripe of results, in shared memory: neighbours write neighbours. What is read of the device's
    // memory is asked for eight at a time before the first is needed.
    template <class Block>
    LADDER_DEVICE void finish(const Block& block, int thread, int split, int first_row, int first_column) const {
        constexpr int apart = threads / tile_columns, together = 8;
        const int top = thread / tile_columns, c = first_column + thread % tile_columns;
        if (c >= columns) return;
        const float offset = bias.data ? bias.of(block.y)[c] : 0.0f;
        const float* from = block.shared + top * b_step + thread % tile_columns;
        float* to = out.row(block.y, first_row + top) + split * split_step + c;
        const float* gates = gate.data ? gate.row(block.y, first_row + top) + c * gate.column_step : nullptr;
        for (int i = 0; i < stripe / apart; i += together) {
            const auto row = [&](int e) { return (i + e) * apart; };
            const auto exists = [&](int e) { return first_row + top + row(e) < rows; };
            float before[together], open[together];
            LADDER_UNROLL for (int e = 0; e < together; ++e) before[e] = ((add != 0) & exists(e)) ? to[row(e) * out.row_step] : 0.0f;
            LADDER_UNROLL for (int e = 0; e < together; ++e) open[e] = ((gates != nullptr) & exists(e)) ? gates[row(e) * gate.row_step] : 1.0f;
            LADDER_UNROLL for (int e = 0; e < together; ++e) {
                float value = from[row(e) * b_step];
                if (bias.data) value += offset;
                if ((relu && !(value > 0)) || !(open[e] > 0)) value = 0;
                if (add) value = before[e] + value;
                if (exists(e)) to[row(e) * out.row_step] = value;
            }
        }
    }
};

// Sums of the columns of x, and of x times y where there is one, over pieces of the rows.
struct ColumnSums {
    static constexpr int piece = 128;

    PerRun<const float> x, y;         // (rows, columns), packed
    PerRun<float> sums, product_sums; // (pieces, columns)
    int rows = 0, columns = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int first = block.x * piece, end = least(first + piece, rows);
        const float *from = x.of(block.y), *with = y.data ? y.of(block.y) : nullptr;
        block.each(columns, [&](int c) {
            float sum = 0, product_sum = 0;
            for (int r = first; r < end; ++r) {
                const std::int64_t at = static_cast<std::int64_t>(r) * columns + c;
                sum += from[at];
                if (with) product_sum = Block::mul_add(from[at], with[at], product_sum);
            }
            sums.of(block.y)[block.x * columns + c] = sum;
            if (with) product_sums.of(block.y)[block.x * columns + c] = product_sum;
        });
    }
};

// out = scale times the sum of `count` partial results (rows, columns), `step` apart.
struct Reduce {
    PerRun<const float> partials;
    std::int64_t step = 0;
    int count = 0, rows = 0, columns = 0;
    Matrix<float> out;
    float scale = 1;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int first = block.x * PartialSums::outputs;
        sum_partials(block, partials.of(block.y) + first, step, count, least(PartialSums::outputs, rows * columns - first), [&](int i, float sum) {
            out.row(block.y, (first + i) / columns)[(first + i) % columns * out.column_step] = sum * scale;
        });
    }
};

}  // namespace ladder::cuda
