// The little that the kernels need of vector instructions, written with the compilers' vector extensions:
// the same source is 128 bits wide in WebAssembly, on NEON and on any x86-64, and wider where the file that
// includes it is compiled for AVX2 or AVX-512; without vector instructions the compiler takes it apart
// into scalars with the same results. Included only by sources that define LADDER_SIMD_TARGET, the
// namespace of that compilation, so that code for different machines never meets in the linker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#ifdef __clang__
// LLVM 14 regroups the body of an unrolled product loop and spills its accumulators.
#define LADDER_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define LADDER_ROLLED _Pragma("GCC unroll 1")
#endif
#define LADDER_INLINE inline __attribute__((always_inline))
#define LADDER_INLINED __attribute__((always_inline))  // of lambdas
// Keeps the compiler from loading earlier than written, which would cost registers.
#ifdef __EMSCRIPTEN__
#define LADDER_ORDERED __asm__ volatile("" ::: "memory")
#else
#define LADDER_ORDERED static_cast<void>(0)
#endif
// V8 allocates registers badly in long functions: every hot loop gets a function to itself.
#define LADDER_ALONE __attribute__((noinline)) inline

namespace ladder {
namespace LADDER_SIMD_TARGET {

using Four = float __attribute__((vector_size(16)));
using FourInts = std::int32_t __attribute__((vector_size(16)));
using FourWords = std::uint32_t __attribute__((vector_size(16)));  // bits whose sums may wrap
#if defined(__AVX512F__) || defined(__AVX2__)
constexpr int lanes = 8;  // on AVX-512 the gain is in the 32 registers; see docs/performance.md
using Vec = float __attribute__((vector_size(32)));
using Ints = std::int32_t __attribute__((vector_size(32)));
using Words = std::uint32_t __attribute__((vector_size(32)));
#else
constexpr int lanes = 4;
using Vec = Four;
using Ints = FourInts;
using Words = FourWords;
#endif

// Tiles of a product: for each width as many rows as keep the accumulators, a broadcast for each row or one row of
// vectors, and a product in the registers.
#if defined(__AVX512VL__)
constexpr int tile_rows(int vectors) { return vectors <= 4 ? 6 : vectors <= 7 ? 3 : 2; }
#elif defined(__AVX2__)
constexpr int tile_rows(int vectors) { return vectors <= 3 ? 4 : vectors <= 4 ? 2 : 1; }
#else
constexpr int tile_rows(int vectors) { return vectors <= 1 ? 6 : vectors <= 2 ? 5 : vectors <= 3 ? 3 : vectors <= 5 ? 2 : 1; }
#endif
// The widest tile of several rows, and the widest where a single row's accumulators may fill the registers: fewer tiles begin and end.
constexpr int tile_vectors = 5, row_vectors = 13;

template <int N>
struct Size {
    static constexpr int value = N;
};

// f(Size<0>) .. f(Size<N - 1>), written out: compilers keep arrays in registers only where indices are constants.
template <class F, int... I>
LADDER_INLINE void repeat(F&& f, std::integer_sequence<int, I...>) {
    (f(Size<I>{}), ...);
}
template <int N, class F>
LADDER_INLINE void repeat(F&& f) {
    repeat(f, std::make_integer_sequence<int, N>{});
}

template <class V>
LADDER_INLINE V load_as(const float* p) {
    V v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
LADDER_INLINE Vec load(const float* p) { return load_as<Vec>(p); }
LADDER_INLINE Four load4(const float* p) { return load_as<Four>(p); }
template <class V>
LADDER_INLINE void store(float* p, V v) {
    __builtin_memcpy(p, &v, sizeof v);
}
LADDER_INLINE Vec splat(float x) { return x - Vec{}; }

// 1 in the first `count` lanes, 0 in the others.
LADDER_INLINE Four first_lanes(Four, int count) { return (Four)((FourInts{0, 1, 2, 3} < count) & (FourInts)(1.0f - Four{})); }
#ifdef __AVX2__
LADDER_INLINE Vec first_lanes(Vec, int count) { return (Vec)((Ints{0, 1, 2, 3, 4, 5, 6, 7} < count) & (Ints)(1.0f - Vec{})); }
#endif

// a * b + c, fused where this target fuses.
LADDER_INLINE Four mul_add(Four a, Four b, Four c) {
#ifdef __FMA__
    return _mm_fmadd_ps(a, b, c);
#else
    return a * b + c;
#endif
}
#ifdef __AVX2__
LADDER_INLINE Vec mul_add(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
#endif
#ifdef __AVX512F__
using Sixteen = float __attribute__((vector_size(64)));
LADDER_INLINE Sixteen mul_add(Sixteen a, Sixteen b, Sixteen c) { return _mm512_fmadd_ps(a, b, c); }
#endif

// Rounded exactly, as the scalar one.
LADDER_INLINE Four square_root(Four x) {
#if defined(__x86_64__)
    return _mm_sqrt_ps(x);
#elif defined(__wasm_simd128__)
    return (Four)wasm_f32x4_sqrt((v128_t)x);
#else
    for (int i = 0; i < 4; ++i) x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
}
#ifdef __AVX2__
LADDER_INLINE Vec square_root(Vec x) { return _mm256_sqrt_ps(x); }
#endif

// 2^x for |x| <= 126, relative error below 2e-7. Anything else gives no meaningful number, and NaN gives NaN.
template <class V, class W>
LADDER_INLINE V exp2_within(V x) {
    const V shift = 0x1.8p23f - V{};
    const V shifted = x + shift;         // the integer nearest to x stands in the low bits
    const V f = x - (shifted - shift);   // -1/2 .. 1/2, exact
    const V f2 = f * f;
    // Minimax polynomial of degree 6 (relative error 2e-8 before rounding), Estrin's order.
    const V low = mul_add(0x1.62e430p-1f - V{}, f, 1.0f - V{});
    const V middle = mul_add(0x1.c6aee8p-5f - V{}, f, 0x1.ebfbdcp-3f - V{});
    const V high = mul_add(0x1.5f3e52p-10f - V{}, f, 0x1.3b2d4cp-7f - V{});
    const V top = mul_add(0x1.41fbbcp-13f - V{}, f2, high);
    const V p = mul_add(mul_add(top, f2, middle), f2, low);
    return (V)((W)p + ((W)shifted << 23));
}
LADDER_INLINE Vec exp2_within(Vec x) { return exp2_within<Vec, Words>(x); }
#ifdef __AVX2__
LADDER_INLINE Four exp2_within(Four x) { return exp2_within<Four, FourWords>(x); }
#endif
// 2^x for x <= 0, with 2^-126 for anything below.
template <class V>
LADDER_INLINE V exp2_negative(V x) {
    const V least = -126.0f - V{};
    return exp2_within(x < least ? least : x);
}

// Sum of the lanes in a fixed order.
LADDER_INLINE float sum_lanes(Four v) { return (v[0] + v[2]) + (v[1] + v[3]); }
#ifdef __AVX2__
LADDER_INLINE float sum_lanes(Vec v) {
    return sum_lanes(Four{v[0], v[1], v[2], v[3]} + Four{v[4], v[5], v[6], v[7]});
}
#endif

// Rows become columns.
LADDER_INLINE void transpose(Four& a, Four& b, Four& c, Four& d) {
    const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const Four ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    c = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
    d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

// to(column, row) = from(row, column), both dimensions rounded up to fours.
LADDER_ALONE void transpose(const float* from, std::ptrdiff_t from_step, int rows, int columns, float* to, std::ptrdiff_t to_step) {
    for (int r = 0; r < rows; r += 4)
        for (int c = 0; c < columns; c += 4) {
            const float* f = from + r * from_step + c;
            Four v0 = load4(f), v1 = load4(f + from_step), v2 = load4(f + 2 * from_step), v3 = load4(f + 3 * from_step);
            transpose(v0, v1, v2, v3);
            float* t = to + c * to_step + r;
            store(t, v0);
            store(t + to_step, v1);
            store(t + 2 * to_step, v2);
            store(t + 3 * to_step, v3);
        }
}

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
