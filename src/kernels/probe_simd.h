// The probes of probe.h for one instruction set; included like minimal_simd.h.
#pragma once

#include <type_traits>

#include "kernels/probe.h"
#include "kernels/simd.h"
#include "kernels/wide.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// Twelve independent chains hide the latency of a multiplication and an addition, and still fit with
// their operands into sixteen registers.
template <class V>
float probe_multiply_adds(std::int64_t count) {
    // Different starts, or the compiler would find that all twelve are the same.
    V a = 0.1f - V{}, b = 0.2f - V{}, c = 0.3f - V{}, d = 0.4f - V{}, e = 0.5f - V{}, f = 0.6f - V{};
    V g = 0.7f - V{}, h = 0.8f - V{}, i = 0.9f - V{}, j = 1.1f - V{}, k = 1.2f - V{}, l = 1.3f - V{};
    const V factor = 0.5f - V{}, term = 1.0f - V{};
    for (std::int64_t n = 0; n < count; n += static_cast<std::int64_t>(12 * sizeof(V) / sizeof(float))) {
        a = mul_add(a, factor, term), b = mul_add(b, factor, term), c = mul_add(c, factor, term), d = mul_add(d, factor, term);
        e = mul_add(e, factor, term), f = mul_add(f, factor, term), g = mul_add(g, factor, term), h = mul_add(h, factor, term);
        i = mul_add(i, factor, term), j = mul_add(j, factor, term), k = mul_add(k, factor, term), l = mul_add(l, factor, term);
    }
    const V sum = ((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l));
    if constexpr (std::is_same_v<V, Vec>) return sum_lanes(sum);
    else return sum_wide(sum);
}

inline float probe_look_ups(std::int64_t count, const float* table, const std::int32_t* places, int place_count) {
    Four a = {}, b = {}, c = {}, d = {};
    for (std::int64_t n = 0; n < count; n += 4) {
        const std::int32_t* p = places + (n & (place_count - 1));
        a += load4(table + p[0] * 4), b += load4(table + p[1] * 4), c += load4(table + p[2] * 4), d += load4(table + p[3] * 4);
    }
    return sum_lanes((a + b) + (c + d));
}

inline void probe_scatter_adds(std::int64_t count, float* table, const std::int32_t* places, int place_count) {
    const Four x = {1, 1, 1, 1};
    for (std::int64_t n = 0; n < count; ++n) {
        float* p = table + places[n & (place_count - 1)] * 4;
        store(p, load4(p) + x);
    }
}

constexpr Probes probes() { return {probe_multiply_adds<Vec>, probe_multiply_adds<Wide>, probe_look_ups, probe_scatter_adds}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
