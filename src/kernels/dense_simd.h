// The dense products for one instruction set; included like minimal_simd.h.
#pragma once

#include "kernels/dense.h"
#include "kernels/dense_blocks.h"
#include "kernels/simd.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// A register tile: dense_rows x dense_vectors accumulators, dense_vectors of b and one broadcast of a.
#if defined(__AVX512F__)
using Wide = float __attribute__((vector_size(64)));
constexpr int wide = 16, dense_rows = 12, dense_vectors = 2;
LADDER_INLINE Wide wide_mul_add(Wide a, Wide b, Wide c) { return _mm512_fmadd_ps(a, b, c); }
#else
using Wide = Vec;
#if defined(__AVX2__)
constexpr int wide = lanes, dense_rows = 6, dense_vectors = 2;
#else
constexpr int wide = lanes, dense_rows = 4, dense_vectors = 2;
#endif
LADDER_INLINE Wide wide_mul_add(Wide a, Wide b, Wide c) { return mul_add(a, b, c); }
#endif
constexpr int dense_columns = dense_vectors * wide;
static_assert(dense_columns <= widest_dense_panel && dense_block_rows % dense_rows == 0);

// Where the i-th block of four numbers of `width` begins: a last block that does not fit overlaps the one before.
constexpr int block_of_four(int i, int width) { return i + 4 <= width ? i : width - 4; }

// panel[k * width + i] = element (i, k) for i < count, 0 up to width; i_step and k_step say where elements stand.
template <int width>
LADDER_ALONE void pack_panel(const float* from, std::ptrdiff_t i_step, std::ptrdiff_t k_step, int count, int depth, float* panel) {
    if (count == width && i_step == 1) {
        LADDER_ROLLED for (int k = 0; k < depth; ++k, from += k_step, panel += width)
            for (int n = 0; n < width; n += 4) {
                const int i = block_of_four(n, width);
                store(panel + i, load4(from + i));
            }
        return;
    }
    int k = 0;
    if (count == width && k_step == 1) {
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
    for (; k < depth; ++k) {
        for (int i = 0; i < count; ++i) panel[k * width + i] = from[i * i_step + k * k_step];
        for (int i = count; i < width; ++i) panel[k * width + i] = 0;
    }
}

// One tile: out (rows, columns) = or += the product of two panels.
LADDER_ALONE void multiply_tile(const float* a, const float* b, int depth, float* out, std::ptrdiff_t out_step, int rows, int columns, bool add) {
    Wide sum[dense_rows][dense_vectors];
    repeat<dense_rows * dense_vectors>([&](auto i) LADDER_INLINED { sum[i.value / dense_vectors][i.value % dense_vectors] = Wide{}; });
    LADDER_ROLLED for (int k = 0; k < depth; ++k) {
        Wide row[dense_vectors];
        repeat<dense_vectors>([&](auto n) LADDER_INLINED { row[n.value] = load_as<Wide>(b + n.value * wide); });
        repeat<dense_rows>([&](auto m) LADDER_INLINED {
            const Wide x = a[m.value] - Wide{};
            repeat<dense_vectors>([&](auto n) LADDER_INLINED { sum[m.value][n.value] = wide_mul_add(x, row[n.value], sum[m.value][n.value]); });
        });
        a += dense_rows;
        b += dense_columns;
    }
    if (rows == dense_rows && columns == dense_columns) {
        repeat<dense_rows>([&](auto m) LADDER_INLINED {
            float* to = out + m.value * out_step;
            repeat<dense_vectors>([&](auto n) LADDER_INLINED {
                const Wide x = sum[m.value][n.value];
                store(to + n.value * wide, add ? load_as<Wide>(to + n.value * wide) + x : x);
            });
        });
        return;
    }
    float whole[dense_rows * dense_columns];
    repeat<dense_rows * dense_vectors>([&](auto i) LADDER_INLINED { store(whole + i.value / dense_vectors * dense_columns + i.value % dense_vectors * wide, sum[i.value / dense_vectors][i.value % dense_vectors]); });
    for (int m = 0; m < rows; ++m)
        for (int n = 0; n < columns; ++n) {
            float& to = out[m * out_step + n];
            to = add ? to + whole[m * dense_columns + n] : whole[m * dense_columns + n];
        }
}

inline int least(int a, int b) { return a < b ? a : b; }

inline void multiply_dense(const DenseProduct& p, float* scratch) {
    float *a_panels = scratch, *b_panels = scratch + dense_block_rows * dense_block_depth;
    for (int k0 = 0; k0 < p.depth; k0 += dense_block_depth) {
        const int depth = least(dense_block_depth, p.depth - k0);
        const bool add = p.add || k0 > 0;
        for (int j = 0; j < p.columns; j += dense_columns)
            pack_panel<dense_columns>(p.b.data + k0 * p.b.row_step + j * p.b.column_step, p.b.column_step, p.b.row_step, least(dense_columns, p.columns - j), depth, b_panels + j * depth);
        for (int i0 = 0; i0 < p.rows; i0 += dense_block_rows) {
            const int rows = least(dense_block_rows, p.rows - i0);
            for (int i = 0; i < rows; i += dense_rows)
                pack_panel<dense_rows>(p.a.data + (i0 + i) * p.a.row_step + k0 * p.a.column_step, p.a.row_step, p.a.column_step, least(dense_rows, rows - i), depth, a_panels + i * depth);
            for (int j = 0; j < p.columns; j += dense_columns)
                for (int i = 0; i < rows; i += dense_rows)
                    multiply_tile(a_panels + i * depth, b_panels + j * depth, depth, p.out + (i0 + i) * p.out_step + j, p.out_step, least(dense_rows, rows - i), least(dense_columns, p.columns - j), add);
        }
    }
}

constexpr DenseKernels dense() { return {multiply_dense, dense_rows, dense_columns}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
