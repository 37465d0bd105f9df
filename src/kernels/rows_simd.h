// The row kernels for one instruction set; included like minimal_simd.h.
#pragma once

#include "kernels/rows.h"
#include "kernels/simd.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// The first `count` floats, `fill` in the other lanes.
LADDER_INLINE Vec load_some(const float* p, int count, float fill) {
    Vec v = splat(fill);
    for (int i = 0; i < lanes; ++i)
        if (i < count) v[i] = p[i];
    return v;
}

inline void cross_entropies(const float* logits, const float* ideal, const std::int32_t* targets, int rows, int d, int h, double* sums) {
    const int whole = d / lanes * lanes, rest = d - whole;
    const Vec log2_e_vec = splat(0x1.715476p+0f);
    Vec in_row = {};
    for (int i = 0; i < rest; ++i) in_row[i] = 1.0f;
    double log_sums = 0, product = 1;
    for (int r = 0; r < rows; ++r, logits += d) {
        // Lanes beyond the row hold its first logit, and nothing for the sums.
        const Vec tail = load_some(logits + whole, rest, logits[0]);
        Vec tops = tail;
        for (int v = 0; v < whole; v += lanes) {
            const Vec x = load(logits + v);
            tops = x > tops ? x : tops;
        }
        float top = tops[0];
        for (int i = 1; i < lanes; ++i) top = tops[i] > top ? tops[i] : top;

        Vec sum = exp2_negative((tail - top) * log2_e_vec) * in_row, total = (tail - top) * in_row;
        for (int v = 0; v < whole; v += lanes) {
            const Vec x = load(logits + v) - top;
            sum += exp2_negative(x * log2_e_vec);
            total += x;
        }
        product *= static_cast<double>(sum_lanes(sum));
        sums[0] -= static_cast<double>(logits[targets[r]] - top);
        sums[1] -= static_cast<double>(sum_lanes(total)) / d;
        for (int k = 0; k < h; ++k, ideal += d) {
            Vec dot = load_some(ideal + whole, rest, 0.0f) * (tail - top);
            for (int v = 0; v < whole; v += lanes) dot = mul_add(load(ideal + v), load(logits + v) - top, dot);
            sums[2 + k] -= static_cast<double>(sum_lanes(dot));
        }
        if (r % 32 == 31) {  // each sum is at most d: thirty-two fit into a double
            log_sums += __builtin_log(product);
            product = 1;
        }
    }
    log_sums += __builtin_log(product);
    for (int k = 0; k < h + 2; ++k) sums[k] += log_sums;
}

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
