// The widest vectors of an instruction set, for the full model's products and rows; included like simd.h. On AVX-512 they
// have sixteen lanes, elsewhere they are those of simd.h. With loads and stores of the first few lanes, for the ends of rows.
#pragma once

#include "kernels/simd.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

#if defined(__AVX512F__)
constexpr int wide = 16;
using Wide = Sixteen;
using WideWords = std::uint32_t __attribute__((vector_size(64)));
LADDER_INLINE float sum_wide(Wide v) {
    return sum_lanes(Vec{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]} + Vec{v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]});
}
// The first `count` < wide floats, `fill` in the other lanes.
LADDER_INLINE Wide load_part(const float* p, int count, float fill) { return _mm512_mask_loadu_ps(fill - Wide{}, static_cast<__mmask16>((1u << count) - 1), p); }
LADDER_INLINE void store_part(float* p, Wide v, int count) { _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v); }
#else
constexpr int wide = lanes;
using Wide = Vec;
using WideWords = Words;
LADDER_INLINE float sum_wide(Wide v) { return sum_lanes(v); }
LADDER_INLINE Wide load_part(const float* p, int count, float fill) {
    Wide v = fill - Wide{};
    for (int i = 0; i < wide - 1; ++i)
        if (i < count) v[i] = p[i];
    return v;
}
LADDER_INLINE void store_part(float* p, Wide v, int count) {
    for (int i = 0; i < wide - 1; ++i)
        if (i < count) p[i] = v[i];
}
#endif

// Numbers of 32 bits that are multiplied: on x86-64 in lanes of 64 bits, whose upper halves hold anything, elsewhere four to a vector.
// multiply_words gives both halves of the products; in_order the words first[0], second[0], third[0], fourth[0], first[1], ..
#if defined(__x86_64__)
using WideCounters = std::uint64_t __attribute__((vector_size(sizeof(Wide))));
LADDER_INLINE void multiply_words(WideCounters a, std::uint32_t by, WideCounters& high, WideCounters& low) {
#if defined(__AVX512F__)
    low = (WideCounters)_mm512_maskz_mul_epu32(0xFF, (__m512i)a, _mm512_set1_epi64(by));  // the plain one trips a false warning of GCC 12
#elif defined(__AVX2__)
    low = (WideCounters)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(by));
#else
    low = (WideCounters)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(by));
#endif
    high = low >> 32;
}
LADDER_INLINE void in_order(WideCounters first, WideCounters second, WideCounters third, WideCounters fourth, WideWords (&out)[2]) {
    const WideCounters lower = WideCounters{} + 0xFFFFFFFFu, a = (first & lower) | (second << 32), b = (third & lower) | (fourth << 32);
#if defined(__AVX512F__)
    out[0] = (WideWords)__builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    out[1] = (WideWords)__builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#elif defined(__AVX2__)
    out[0] = (WideWords)__builtin_shufflevector(a, b, 0, 4, 1, 5);
    out[1] = (WideWords)__builtin_shufflevector(a, b, 2, 6, 3, 7);
#else
    out[0] = (WideWords)__builtin_shufflevector(a, b, 0, 2);
    out[1] = (WideWords)__builtin_shufflevector(a, b, 1, 3);
#endif
}
#else
using WideCounters = FourWords;
LADDER_INLINE void multiply_words(WideCounters a, std::uint32_t by, WideCounters& high, WideCounters& low) {
#if defined(__wasm_simd128__)
    const v128_t factor = wasm_i32x4_splat(static_cast<std::int32_t>(by)), first = wasm_u64x2_extmul_low_u32x4((v128_t)a, factor), last = wasm_u64x2_extmul_high_u32x4((v128_t)a, factor);
    low = (WideCounters)wasm_i32x4_shuffle(first, last, 0, 2, 4, 6);
    high = (WideCounters)wasm_i32x4_shuffle(first, last, 1, 3, 5, 7);
#else
    low = a * by;
    for (int i = 0; i < 4; ++i) high[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(a[i]) * by >> 32);
#endif
}
LADDER_INLINE void in_order(WideCounters first, WideCounters second, WideCounters third, WideCounters fourth, WideWords (&out)[4]) {
    Four a = (Four)first, b = (Four)second, c = (Four)third, d = (Four)fourth;
    transpose(a, b, c, d);
    out[0] = (WideWords)a, out[1] = (WideWords)b, out[2] = (WideWords)c, out[3] = (WideWords)d;
}
#endif
constexpr int counters = sizeof(WideCounters) / sizeof(WideCounters{}[0]);
LADDER_INLINE WideCounters count_from(std::uint32_t first) {
    WideCounters c = {};
    for (int i = 0; i < counters; ++i) c[i] = static_cast<std::uint32_t>(i);
    return c + first;
}

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
