// What this machine can do at most, measured in the same instruction set as the kernels: multiply-adds in
// registers, look-ups of four floats in a table of the model's size, and additions into it. `ladder bench`
// sets the kernels' speed against these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ladder {

struct Probes {
    // Each does `count` of its operations and returns a number that depends on all of them.
    float (*multiply_adds)(std::int64_t count);  // scalar multiply-adds, rounded up to whole vectors
    float (*wide_multiply_adds)(std::int64_t count);  // in the vectors of the full model's products, which may be wider
    // table: (rows, 4); places: row numbers, a power of two of them.
    float (*look_ups)(std::int64_t count, const float* table, const std::int32_t* places, int place_count);
    void (*scatter_adds)(std::int64_t count, float* table, const std::int32_t* places, int place_count);
};

}  // namespace ladder
