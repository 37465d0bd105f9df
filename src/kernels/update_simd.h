// The update kernels for one instruction set; included like minimal_simd.h.
#pragma once

#include "kernels/simd.h"
#include "kernels/update.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

template <class V>
LADDER_INLINE void adam_at(const AdamUpdate& u, std::size_t i) {
    const V g = (u.gradient_scale - V{}) * load_as<V>(u.gradient + i), m = load_as<V>(u.first + i);
    const V m_next = m + (u.weight1 - V{}) * (g - m);
    const V v_next = (u.retain2 - V{}) * load_as<V>(u.second + i) + (u.weight2 - V{}) * (g * g);
    store(u.first_next + i, m_next);
    store(u.second_next + i, v_next);
    store(u.updated + i, (u.keep - V{}) * load_as<V>(u.parameters + i) - (u.step - V{}) * m_next / (square_root(v_next) / (u.root_correction - V{}) + (u.epsilon - V{})));
}

inline void adam(const AdamUpdate& u) {
    std::size_t i = 0;
    for (; i + lanes <= u.n; i += lanes) adam_at<Vec>(u, i);
    if (i == u.n) return;
    // The rest, in copies that are whole vectors.
    const std::size_t rest = u.n - i;
    float in[4][lanes] = {}, out[3][lanes];
    for (std::size_t j = 0; j < rest; ++j) in[0][j] = u.parameters[i + j], in[1][j] = u.gradient[i + j], in[2][j] = u.first[i + j], in[3][j] = u.second[i + j];
    AdamUpdate last = u;
    last.parameters = in[0], last.gradient = in[1], last.first = in[2], last.second = in[3];
    last.updated = out[0], last.first_next = out[1], last.second_next = out[2];
    adam_at<Vec>(last, 0);
    for (std::size_t j = 0; j < rest; ++j) u.updated[i + j] = out[0][j], u.first_next[i + j] = out[1][j], u.second_next[i + j] = out[2][j];
}

using TwoFloats = float __attribute__((vector_size(8)));
using TwoDoubles = double __attribute__((vector_size(16)));

inline double sum_of_squares(const float* values, std::size_t n) {
    TwoDoubles s0 = {}, s2 = {}, s4 = {}, s6 = {};
    const auto square = [](const float* p) LADDER_INLINED {
        const TwoDoubles x = __builtin_convertvector(load_as<TwoFloats>(p), TwoDoubles);
        return x * x;
    };
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        s0 += square(values + i);
        s2 += square(values + i + 2);
        s4 += square(values + i + 4);
        s6 += square(values + i + 6);
    }
    double sums[8] = {s0[0], s0[1], s2[0], s2[1], s4[0], s4[1], s6[0], s6[1]};
    for (int j = 0; i < n; ++i, ++j) sums[j] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

constexpr UpdateKernels update() { return {adam, sum_of_squares}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
