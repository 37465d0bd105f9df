// The layer kernels for one instruction set; included like minimal_simd.h. Rows are whole wide vectors and a rest of fewer
// lanes, which is loaded into a vector whose other lanes are filled.
#pragma once

#include "kernels/layers.h"
#include "kernels/wide.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

// f(first column, Size<0>, lanes) for whole vectors, then f(first column, Size<1>, rest) where there is one.
template <class F>
LADDER_INLINE void over_row(int n, F&& f) {
    int i = 0;
    LADDER_ROLLED for (; i + wide <= n; i += wide) f(i, Size<0>{}, wide);
    if (i < n) f(i, Size<1>{}, n - i);
}
template <int part>
LADDER_INLINE Wide get(const float* p, Size<part>, int count, float fill = 0) {
    if constexpr (part == 0) return load_as<Wide>(p);
    else return load_part(p, count, fill);
}
template <int part>
LADDER_INLINE void put(float* p, Wide x, Size<part>, int count) {
    if constexpr (part == 0) store(p, x);
    else store_part(p, x, count);
}

// Blocks of four numbers, as many as counters, from `counter` on.
LADDER_INLINE void draw_blocks(const DropoutMask& m, std::uint32_t counter, float* out) {
    constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57, weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;
    WideCounters c0 = WideCounters{} + static_cast<std::uint32_t>(m.index), c1 = WideCounters{} + static_cast<std::uint32_t>(m.index >> 32), c2 = count_from(counter), c3 = WideCounters{} + m.stream;
    std::uint32_t k0 = static_cast<std::uint32_t>(m.seed), k1 = static_cast<std::uint32_t>(m.seed >> 32);
    for (int round = 0; round < 10; ++round) {
        WideCounters high_0, low_0, high_1, low_1;
        multiply_words(c0, multiplier_0, high_0, low_0);
        multiply_words(c2, multiplier_1, high_1, low_1);
        c0 = high_1 ^ c1 ^ k0;
        c2 = high_0 ^ c3 ^ k1;
        c1 = low_1;
        c3 = low_0;
        k0 += weyl_0, k1 += weyl_1;
    }
    WideWords words[4 * counters / wide];
    in_order(c0, c1, c2, c3, words);
    const WideWords kept = (WideWords)(m.kept - Wide{});
    for (int i = 0; i < 4 * counters / wide; ++i) store(out + i * wide, (Wide)((WideWords)(words[i] >= m.threshold) & kept));
}

inline void dropout_mask(const DropoutMask& m, int rows, int n, float* mask) {
    constexpr int together = 4 * counters;
    std::uint32_t counter = m.counter;
    for (int r = 0; r < rows; ++r, mask += n, counter += static_cast<std::uint32_t>((n + 3) / 4)) {
        int i = 0;
        for (; i + together <= n; i += together) draw_blocks(m, counter + static_cast<std::uint32_t>(i / 4), mask + i);
        if (i == n) continue;
        float rest[together];
        draw_blocks(m, counter + static_cast<std::uint32_t>(i / 4), rest);
        for (int j = i; j < n; ++j) mask[j] = rest[j - i];
    }
}

inline void normalise(const Normalisation& p) {
    const float *in = p.in, *mask = p.mask, *residual = p.residual;
    float *x = p.normalised, *out = p.out;
    const float share = 1.0f / static_cast<float>(p.n);
    for (int r = 0; r < p.rows; ++r) {
        Wide sum = {};
        over_row(p.n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide branch = mask ? get(in + i, part, count) * get(mask + i, part, count) : get(in + i, part, count);
            const Wide v = branch + get(residual + i, part, count);
            sum += v;
            put(x + i, v, part, count);
        });
        const float mean = sum_wide(sum) * share;
        Wide squares = {};
        over_row(p.n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = get(x + i, part, count, mean) - mean;
            squares = mul_add(v, v, squares);
            put(x + i, v, part, count);
        });
        const float inverse = 1.0f / __builtin_sqrtf(sum_wide(squares) * share + 1e-5f);
        p.inverse_deviation[r] = inverse;
        over_row(p.n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = get(x + i, part, count) * inverse;
            put(x + i, v, part, count);
            put(out + i, v * get(p.gain + i, part, count) + get(p.bias + i, part, count), part, count);
        });
        in += p.n, residual += p.n, x += p.n, out += p.n;
        if (mask) mask += p.n;
    }
}

inline void normalise_gradient(const NormalisationGradient& p) {
    const float *x = p.normalised, *mask = p.mask;
    float *d = p.d, *d_in = p.d_in;
    const float share = 1.0f / static_cast<float>(p.n);
    for (int r = 0; r < p.rows; ++r) {
        Wide sum = {}, along_sum = {};
        over_row(p.n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide given = get(d + i, part, count), v = get(x + i, part, count), scaled = given * get(p.gain + i, part, count);
            put(p.d_gain + i, get(p.d_gain + i, part, count) + given * v, part, count);
            put(p.d_bias + i, get(p.d_bias + i, part, count) + given, part, count);
            sum += scaled;
            along_sum = mul_add(scaled, v, along_sum);
            put(d + i, scaled, part, count);
        });
        const float mean = sum_wide(sum) * share, along = sum_wide(along_sum) * share, inverse = p.inverse_deviation[r];
        over_row(p.n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = (get(d + i, part, count) - mean - get(x + i, part, count) * along) * inverse;
            put(d + i, v, part, count);
            put(d_in + i, mask ? v * get(mask + i, part, count) : v, part, count);
        });
        x += p.n, d += p.n, d_in += p.n;
        if (mask) mask += p.n;
    }
}

inline void add_bias(float* x, const float* bias, int rows, int n) {
    for (int r = 0; r < rows; ++r, x += n) over_row(n, [&](int i, auto part, int count) LADDER_INLINED { put(x + i, get(x + i, part, count) + get(bias + i, part, count), part, count); });
}

inline void add_bias_relu(float* x, const float* bias, int rows, int n) {
    for (int r = 0; r < rows; ++r, x += n)
        over_row(n, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = get(x + i, part, count) + get(bias + i, part, count);
            put(x + i, v < 0.0f ? Wide{} : v, part, count);  // NaN stays
        });
}

inline void relu_gradient(float* d, const float* hidden, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 4096)
        over_row(static_cast<int>(count - at < 4096 ? count - at : 4096), [&](int i, auto part, int n) LADDER_INLINED {
            put(d + at + i, get(hidden + at + i, part, n) > 0.0f ? get(d + at + i, part, n) : Wide{}, part, n);
        });
}

inline void add(const float* a, int n, float* out) {
    over_row(n, [&](int i, auto part, int count) LADDER_INLINED { put(out + i, get(out + i, part, count) + get(a + i, part, count), part, count); });
}
inline void add_columns(const float* x, int rows, int n, float* sums) {
    for (int r = 0; r < rows; ++r, x += n) add(x, n, sums);
}
inline void add_two(const float* a, const float* b, int n, float* out) {
    over_row(n, [&](int i, auto part, int count) LADDER_INLINED { put(out + i, get(a + i, part, count) + get(b + i, part, count), part, count); });
}
inline void multiply(float* x, const float* by, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 4096)
        over_row(static_cast<int>(count - at < 4096 ? count - at : 4096), [&](int i, auto part, int n) LADDER_INLINED {
            put(x + at + i, get(x + at + i, part, n) * get(by + at + i, part, n), part, n);
        });
}

LADDER_INLINE Wide exp2_negative_wide(Wide x) {
    const Wide least = -126.0f - Wide{};
    return exp2_within<Wide, WideWords>(x < least ? least : x);
}

// The greatest of `seen` numbers; NaN where one stands in the way of it, or is passed over: it then shows in the sum.
LADDER_INLINE float greatest(const float* x, int seen) {
    Wide tops = x[0] - Wide{};
    over_row(seen, [&](int i, auto part, int count) LADDER_INLINED {
        const Wide v = get(x + i, part, count, x[0]);
        tops = v > tops ? v : tops;
    });
    float top = tops[0];
    for (int i = 1; i < wide; ++i) top = tops[i] > top ? tops[i] : top;
    return top;
}

// out = 2^((x - top) * scale), for `seen` numbers; returns their sum. What fills the last vector is so small that it is 2^-126.
LADDER_INLINE float exponentiate(const float* x, int seen, float top, float scale, float* out) {
    Wide sum = {};
    over_row(seen, [&](int i, auto part, int count) LADDER_INLINED {
        const Wide e = exp2_negative_wide((get(x + i, part, count, -3e38f) - top) * scale);
        put(out + i, e, part, count);
        sum += e;
    });
    return sum_wide(sum);
}

inline void softmax(const Softmax& p) {
    float* x = p.weights;
    const float* mask = p.mask;
    float* dropped = p.dropped;
    for (int r = 0; r < p.rows; ++r, x += p.columns) {
        const int seen = p.first_seen + r;
        const float inverse = 1.0f / exponentiate(x, seen, greatest(x, seen), p.scale * 0x1.715476p+0f, x);
        for (int j = seen; j < p.columns; ++j) x[j] = 0;
        over_row(p.columns, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = get(x + i, part, count) * inverse;
            put(x + i, v, part, count);
            if (mask) put(dropped + i, v * get(mask + i, part, count), part, count);
        });
        if (mask) mask += p.columns, dropped += p.columns;
    }
}

inline void softmax_gradient(const SoftmaxGradient& p) {
    const float *weights = p.weights, *mask = p.mask;
    float* d = p.d;
    for (int r = 0; r < p.rows; ++r, weights += p.columns, d += p.columns) {
        Wide sum = {};
        over_row(p.columns, [&](int i, auto part, int count) LADDER_INLINED {
            const Wide v = mask ? get(d + i, part, count) * get(mask + i, part, count) : get(d + i, part, count);
            put(d + i, v, part, count);
            sum = mul_add(v, get(weights + i, part, count), sum);
        });
        const float weighted = sum_wide(sum);
        over_row(p.columns, [&](int i, auto part, int count) LADDER_INLINED { put(d + i, get(weights + i, part, count) * (get(d + i, part, count) - weighted) * p.scale, part, count); });
        if (mask) mask += p.columns;
    }
}

inline double cross_entropy(const float* logits, const std::int32_t* targets, int rows, int n, float* d) {
    double loss = 0;
    for (int r = 0; r < rows; ++r, logits += n, d += n) {
        const float top = greatest(logits, n), sum = exponentiate(logits, n, top, 0x1.715476p+0f, d), inverse = 1.0f / sum;
        loss += __builtin_log(static_cast<double>(sum)) + static_cast<double>(top - logits[targets[r]]);
        over_row(n, [&](int i, auto part, int count) LADDER_INLINED { put(d + i, get(d + i, part, count) * inverse, part, count); });
        d[targets[r]] -= 1.0f;
    }
    return loss;
}

constexpr LayerKernels layers() {
    return {dropout_mask, normalise, normalise_gradient, add_bias, add_bias_relu, relu_gradient, add_columns, multiply, add_two, add, softmax, softmax_gradient, cross_entropy};
}

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
