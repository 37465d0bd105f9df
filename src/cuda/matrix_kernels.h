// Dense products and sums of the full model: tiles of both factors pass through shared memory, each thread keeps a small
// tile of the result in registers. Sums over many rows are cut into pieces whose partial sums are added in order.
#pragma once

#include "cuda/run_state.h"

namespace ladder::cuda {

// A matrix of every run. Rows lie in groups (those of a sequence): row r at r / group * group_step + r % group * row_step.
template <class T>
struct Matrix {
    T* data = nullptr;
    std::size_t run_step = 0;
    int group = 1;
    std::int64_t group_step = 0, row_step = 0, column_step = 1;

    LADDER_DEVICE T* row(int run, int r) const { return data + static_cast<std::int64_t>(run_step) * run + r / group * group_step + r % group * row_step; }
};

// out = a b (+ bias), or out += a b; then the ReLU, or 0 where `gate` is not positive. a (rows, depth), b (depth, columns).
// With several splits each takes a piece of the depth, and leaves its partial sum in an array of its own.
// Thread tiles are Rows x Columns, block tiles sixteen times that.
template <int Rows, int Columns>
struct Product {
    static constexpr int across = 16, threads = across * across, tile_rows = across * Rows, tile_columns = across * Columns, tile_depth = 16;
    static constexpr int a_step = tile_rows + 4;  // apart enough that neighbours in depth lie in other banks
    static constexpr std::size_t shared = sizeof(float) * tile_depth * (a_step + tile_columns);

    Matrix<const float> a, b;
    Matrix<float> out;
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
        float *a_tile = block.shared, *b_tile = a_tile + tile_depth * a_step;  // [depth][row], [depth][column]

        struct Sums {
            float at[Rows][Columns];
        };
        typename Block::template Local<Sums> local(block);
        for (int k0 = first; k0 < end; k0 += tile_depth) {
            load(block, a_tile, b_tile, first_row, first_column, k0, end);
            block.each(threads, [&](int thread) {
                const float *x = a_tile + thread / across * Rows, *y = b_tile + thread % across;
                float(&sum)[Rows][Columns] = local[thread].at;
                for (int k = 0; k < tile_depth; ++k, x += a_step, y += tile_columns)
                    LADDER_UNROLL for (int m = 0; m < Rows; ++m)
                        LADDER_UNROLL for (int n = 0; n < Columns; ++n) sum[m][n] = Block::mul_add(x[m], y[n * across], sum[m][n]);
            });
        }
        // Every element is asked for its place, so that the loops have known ends and the sums stay in registers.
        block.each(threads, [&](int thread) {
            const float(&sum)[Rows][Columns] = local[thread].at;
            LADDER_UNROLL for (int m = 0; m < Rows; ++m)
                LADDER_UNROLL for (int n = 0; n < Columns; ++n) finish(block.y, split, first_row + thread / across * Rows + m, first_column + thread % across + n * across, sum[m][n]);
        });
    }

private:
    LADDER_DEVICE void finish(int run, int split, int r, int c, float value) const {
        if (r >= rows || c >= columns) return;
        if (bias.data) value += bias.of(run)[c];
        if (relu && !(value > 0)) value = 0;
        if (gate.data && !(gate.row(run, r)[c * gate.column_step] > 0)) value = 0;
        float& place = out.row(run, r)[split * split_step + c * out.column_step];
        place = add ? place + value : value;
    }

    // Both tiles, zeros where the matrices end. Threads follow each matrix in the direction in which it lies in memory.
    template <class Block>
    LADDER_DEVICE void load(Block& block, float* a_tile, float* b_tile, int first_row, int first_column, int k0, int end) const {
        const bool a_by_depth = a.column_step == 1, b_by_depth = b.row_step == 1;
        block.each(tile_depth * (tile_rows + tile_columns), [&](int i) {
            if (i < tile_depth * tile_rows) {
                const int k = a_by_depth ? i % tile_depth : i / tile_rows, m = a_by_depth ? i / tile_depth : i % tile_rows;
                a_tile[k * a_step + m] = first_row + m < rows && k0 + k < end ? a.row(block.y, first_row + m)[(k0 + k) * a.column_step] : 0.0f;
            } else {
                const int j = i - tile_depth * tile_rows, k = b_by_depth ? j % tile_depth : j / tile_columns, n = b_by_depth ? j / tile_depth : j % tile_columns;
                b_tile[k * tile_columns + n] = first_column + n < columns && k0 + k < end ? b.row(block.y, k0 + k)[(first_column + n) * b.column_step] : 0.0f;
            }
        });
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
    static constexpr int piece = 256;

    PerRun<const float> partials;
    std::int64_t step = 0;
    int count = 0, rows = 0, columns = 0;
    Matrix<float> out;
    float scale = 1;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int first = block.x * piece;
        block.each(least(piece, rows * columns - first), [&](int n) {
            const int i = first + n;
            const float* from = partials.of(block.y) + i;
            float sum[4] = {};
            for (int k = 0; k < count; ++k) sum[k % 4] += from[k * step];
            out.row(block.y, i / columns)[i % columns * out.column_step] = ((sum[0] + sum[2]) + (sum[1] + sum[3])) * scale;
        });
    }
};

}  // namespace ladder::cuda
