// Products of dense matrices for the full transformer, in the instruction set of this machine: operands are copied
// into panels that stay in cache, and a register tile walks over them (Goto and van de Geijn's scheme). Any strides,
// so transposed operands need no copy of their own. No allocation in here.
#pragma once

#include <cstddef>

namespace ladder {

// Element (row, column) at data[row * row_step + column * column_step].
struct MatrixView {
    const float* data = nullptr;
    std::ptrdiff_t row_step = 0, column_step = 1;
};

// out = a b, or out += a b; a (rows, depth), b (depth, columns), out (rows, columns) with rows out_step apart.
struct DenseProduct {
    int rows = 0, columns = 0, depth = 0;
    MatrixView a, b;
    float* out = nullptr;
    std::ptrdiff_t out_step = 0;
    bool add = false;
    const float* b_panels = nullptr;  // b as pack() wrote it, or null; then b itself is not read
};

struct DenseKernels {
    // scratch: dense_scratch_size(columns) floats on a cache line. Sums run over the depth in a fixed order.
    void (*multiply)(const DenseProduct&, float* scratch);
    // b (depth, columns) as the products read it, for one that many products share: dense_panels_size(depth, columns) floats.
    void (*pack)(const MatrixView& b, int depth, int columns, float* panels);
    int tile_rows, tile_columns;
};

// Floats of scratch memory for products of so many columns, whatever the instruction set.
std::size_t dense_scratch_size(int columns);
std::size_t dense_panels_size(int depth, int columns);

const DenseKernels& dense_kernels();  // the best for this machine

// The same, plainly, summed in double.
void multiply_reference(const DenseProduct&);

}  // namespace ladder
