// Sizes of the blocks that dense products are cut into, the same for every instruction set so that one scratch
// memory fits all: a block of a is 120 KB and stays in the second cache, a panel of b is at most 32 KB.
#pragma once

namespace ladder {

constexpr int dense_block_depth = 256;
constexpr int dense_block_rows = 120;     // a multiple of every tile's rows (4, 6, 12)
constexpr int widest_dense_panel = 32;    // columns

}  // namespace ladder
