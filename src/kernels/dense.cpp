// The plain counterpart of the dense kernels, and the choice of the fast ones, which are compiled together with the
// minimal model's.
#include "kernels/dense.h"

#include "kernels/dense_blocks.h"
#include "kernels/minimal_kernel.h"

namespace ladder {

const DenseKernels& dense_kernels() { return minimal_kernels().dense; }

std::size_t dense_panels_size(int depth, int columns) {
    const int whole = (columns + widest_dense_panel - 1) / widest_dense_panel * widest_dense_panel;
    return static_cast<std::size_t>(depth) * static_cast<std::size_t>(whole);
}

std::size_t dense_scratch_size(int columns) {
    return static_cast<std::size_t>(dense_block_depth) * static_cast<std::size_t>(dense_block_rows) + dense_panels_size(dense_block_depth, columns);
}

void multiply_reference(const DenseProduct& p) {
    for (int i = 0; i < p.rows; ++i)
        for (int j = 0; j < p.columns; ++j) {
            double sum = 0;
            for (int k = 0; k < p.depth; ++k)
                sum += static_cast<double>(p.a.data[i * p.a.row_step + k * p.a.column_step]) * static_cast<double>(p.b.data[k * p.b.row_step + j * p.b.column_step]);
            float& to = p.out[i * p.out_step + j];
            to = static_cast<float>(p.add ? static_cast<double>(to) + sum : sum);
        }
}

}  // namespace ladder
