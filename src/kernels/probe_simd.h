// The probes of probe.h for one instruction set; included like minimal_simd.h.
#pragma once

#include "kernels/probe.h"
#include "kernels/simd.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// Twelve independent chains hide the latency of a multiplication and an addition, and still fit with
// their operands into sixteen registers.
inline float probe_multiply_adds(std::int64_t count) {
    // Different starts, or the compiler would find that all twelve are the same.
    Vec a = splat(0.1f), b = splat(0.2f), c = splat(0.3f), d = splat(0.4f), e = splat(0.5f), f = splat(0.6f);
    Vec g = splat(0.7f), h = splat(0.8f), i = splat(0.9f), j = splat(1.1f), k = splat(1.2f), l = splat(1.3f);
    const Vec factor = splat(0.5f), term = splat(1.0f);
    for (std::int64_t n = 0; n < count; n += 12 * lanes) {
        a = mul_add(a, factor, term), b = mul_add(b, factor, term), c = mul_add(c, factor, term), d = mul_add(d, factor, term);
        e = mul_add(e, factor, term), f = mul_add(f, factor, term), g = mul_add(g, factor, term), h = mul_add(h, factor, term);
        i = mul_add(i, factor, term), j = mul_add(j, factor, term), k = mul_add(k, factor, term), l = mul_add(l, factor, term);
    }
    return sum_lanes(((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l)));
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

constexpr Probes probes() { return {probe_multiply_adds, probe_look_ups, probe_scatter_adds}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
