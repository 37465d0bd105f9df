// The dense products for one instruction set; included like minimal_simd.h.
#pragma once

#include "kernels/dense.h"
#include "kernels/dense_blocks.h"
#include "kernels/wide.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// A register tile: dense_rows x dense_vectors accumulators, dense_vectors of b and one broadcast of a.
#if defined(__AVX512F__)
constexpr int dense_rows = 12, dense_vectors = 2;
#elif defined(__AVX2__)
constexpr int dense_rows = 6, dense_vectors = 2;
#else
constexpr int dense_rows = 4, dense_vectors = 2;
#endif
constexpr int dense_columns = dense_vectors * wide;
static_assert(dense_columns <= widest_dense_panel && dense_block_rows % dense_rows == 0);

// Where the i-th block of four numbers of `width` begins: a last block that does not fit overlaps the one before.
constexpr int block_of_four(int i, int width) { return i + 4 <= width ? i : width - 4; }

// The same as pack_panel for count < width.
template <int width>
LADDER_ALONE void pack_part(const float* from, std::ptrdiff_t i_step, std::ptrdiff_t k_step, int count, int depth, float* panel) {
    const int fours = count / 4 * 4;
    int k = 0;
    if (k_step == 1) {
        for (; k + 4 <= depth; k += 4) {
            float* p = panel + k * width;
            for (int i = 0; i < fours; i += 4) {
                const float* f = from + i * i_step + k;
                Four v0 = load4(f), v1 = load4(f + i_step), v2 = load4(f + 2 * i_step), v3 = load4(f + 3 * i_step);
                transpose(v0, v1, v2, v3);
                store(p + i, v0);
                store(p + width + i, v1);
                store(p + 2 * width + i, v2);
                store(p + 3 * width + i, v3);
            }
            for (int i = fours; i < width; ++i)
                for (int step = 0; step < 4; ++step) p[step * width + i] = i < count ? from[i * i_step + k + step] : 0;
        }
    }
    for (; k < depth; ++k) {
        int i = 0;
        if (i_step == 1)
            for (; i < fours; i += 4) store(panel + k * width + i, load4(from + i + k * k_step));
        for (; i < count; ++i) panel[k * width + i] = from[i * i_step + k * k_step];
        for (; i < width; ++i) panel[k * width + i] = 0;
    }
}

// panel[k * width + i] = element (i, k) for i < count, 0 up to width; i_step and k_step say where elements stand.
template <int width>
LADDER_ALONE void pack_panel(const float* from, std::ptrdiff_t i_step, std::ptrdiff_t k_step, int count, int depth, float* panel) {
    if (count < width) return pack_part<width>(from, i_step, k_step, count, depth, panel);
    if (i_step == 1) {
        LADDER_ROLLED for (int k = 0; k < depth; ++k, from += k_step, panel += width)
            for (int n = 0; n < width; n += 4) {
                const int i = block_of_four(n, width);
                store(panel + i, load4(from + i));
            }
        return;
    }
    int k = 0;
    if (k_step == 1) {
        for (; k + 4 <= depth; k += 4)
            for (int n = 0; n < width; n += 4) {
                const int i = block_of_four(n, width);
                const float* f = from + i * i_step + k;
                Four v0 = load4(f), v1 = load4(f + i_step), v2 = load4(f + 2 * i_step), v3 = load4(f + 3 * i_step);
                transpose(v0, v1, v2, v3);
                float* p = panel + k * width + i;
                store(p, v0);
                store(p + width, v1);
                store(p + 2 * width, v2);
                store(p + 3 * width, v3);
            }
    }
    for (; k < depth; ++k)
        for (int i = 0; i < width; ++i) panel[k * width + i] = from[i * i_step + k * k_step];
}

// out (rows, columns) = or += the corner of a whole tile.
LADDER_ALONE void store_corner(const float* whole, float* out, std::ptrdiff_t out_step, int rows, int columns, bool add) {
    for (int m = 0; m < rows; ++m)
        for (int n = 0; n < columns; n += wide) {
            float* to = out + m * out_step + n;
            const Wide x = load_as<Wide>(whole + m * dense_columns + n);
            if (const int count = columns - n; count >= wide) store(to, add ? load_as<Wide>(to) + x : x);
            else store_part(to, add ? load_part(to, count, 0) + x : x, count);
        }
}

// One tile: out (rows, columns) = or += the product of two panels, rows <= M <= dense_rows.
template <int M>
LADDER_ALONE void multiply_tile(const float* a, const float* b, int depth, float* out, std::ptrdiff_t out_step, int rows, int columns, bool add) {
    Wide sum[M][dense_vectors];
    repeat<M * dense_vectors>([&](auto i) LADDER_INLINED { sum[i.value / dense_vectors][i.value % dense_vectors] = Wide{}; });
    LADDER_ROLLED for (int k = 0; k < depth; ++k) {
        Wide row[dense_vectors];
        repeat<dense_vectors>([&](auto n) LADDER_INLINED { row[n.value] = load_as<Wide>(b + n.value * wide); });
        repeat<M>([&](auto m) LADDER_INLINED {
            const Wide x = a[m.value] - Wide{};
            repeat<dense_vectors>([&](auto n) LADDER_INLINED { sum[m.value][n.value] = mul_add(x, row[n.value], sum[m.value][n.value]); });
        });
        a += dense_rows;
        b += dense_columns;
    }
    if (rows == M && columns == dense_columns) {
        repeat<M>([&](auto m) LADDER_INLINED {
            float* to = out + m.value * out_step;
            repeat<dense_vectors>([&](auto n) LADDER_INLINED {
                const Wide x = sum[m.value][n.value];
                store(to + n.value * wide, add ? load_as<Wide>(to + n.value * wide) + x : x);
            });
        });
        return;
    }
    float whole[M * dense_columns];
    repeat<M * dense_vectors>([&](auto i) LADDER_INLINED { store(whole + i.value / dense_vectors * dense_columns + i.value % dense_vectors * wide, sum[i.value / dense_vectors][i.value % dense_vectors]); });
    store_corner(whole, out, out_step, rows, columns, add);
}

// The fewest rows that hold these, where a tile has many.
LADDER_INLINE void multiply_rows(const float* a, const float* b, int depth, float* out, std::ptrdiff_t out_step, int rows, int columns, bool add) {
    if constexpr (dense_rows == 12) {
        if (rows <= 4) return multiply_tile<4>(a, b, depth, out, out_step, rows, columns, add);
        if (rows <= 8) return multiply_tile<8>(a, b, depth, out, out_step, rows, columns, add);
    }
    multiply_tile<dense_rows>(a, b, depth, out, out_step, rows, columns, add);
}

inline int least(int a, int b) { return a < b ? a : b; }

// The panels of b's rows k0 .. k0 + depth - 1.
inline void pack_columns(const MatrixView& b, int columns, int k0, int depth, float* panels) {
    for (int j = 0; j < columns; j += dense_columns)
        pack_panel<dense_columns>(b.data + k0 * b.row_step + j * b.column_step, b.column_step, b.row_step, least(dense_columns, columns - j), depth, panels + j * depth);
}

constexpr int whole_panels(int columns) { return (columns + dense_columns - 1) / dense_columns * dense_columns; }

inline void pack_dense(const MatrixView& b, int depth, int columns, float* panels) {
    for (int k0 = 0; k0 < depth; k0 += dense_block_depth) pack_columns(b, columns, k0, least(dense_block_depth, depth - k0), panels + k0 * whole_panels(columns));
}

inline void multiply_dense(const DenseProduct& p, float* scratch) {
    float *a_panels = scratch, *own_panels = scratch + dense_block_rows * dense_block_depth;
    for (int k0 = 0; k0 < p.depth; k0 += dense_block_depth) {
        const int depth = least(dense_block_depth, p.depth - k0);
        const bool add = p.add || k0 > 0;
        const float* b_panels = p.b_panels ? p.b_panels + k0 * whole_panels(p.columns) : own_panels;
        if (!p.b_panels) pack_columns(p.b, p.columns, k0, depth, own_panels);
        for (int i0 = 0; i0 < p.rows; i0 += dense_block_rows) {
            const int rows = least(dense_block_rows, p.rows - i0);
            for (int i = 0; i < rows; i += dense_rows)
                pack_panel<dense_rows>(p.a.data + (i0 + i) * p.a.row_step + k0 * p.a.column_step, p.a.row_step, p.a.column_step, least(dense_rows, rows - i), depth, a_panels + i * depth);
            for (int j = 0; j < p.columns; j += dense_columns)
                for (int i = 0; i < rows; i += dense_rows)
                    multiply_rows(a_panels + i * depth, b_panels + j * depth, depth, p.out + (i0 + i) * p.out_step + j, p.out_step, least(dense_rows, rows - i), least(dense_columns, p.columns - j), add);
        }
    }
}

constexpr DenseKernels dense() { return {multiply_dense, pack_dense, dense_rows, dense_columns}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
