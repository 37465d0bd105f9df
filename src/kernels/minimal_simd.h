// The collapsed minimal model in vector instructions: included by one source per instruction set, which
// defines LADDER_SIMD_TARGET. One sequence at a time, so that everything but the tables stays in the first
// cache: attention from products of four exponentials with the heads as lanes, then three small products in
// register tiles (logits, their gradient to the attention, and to the values). Mathematics and layouts are
// described in minimal_kernel.h. Nothing here may call functions that are shared with other sources.
#pragma once

#include "kernels/dense_simd.h"
#include "kernels/layers_simd.h"
#include "kernels/minimal_kernel.h"
#include "kernels/probe_simd.h"
#include "kernels/rows_simd.h"
#include "kernels/simd.h"
#include "kernels/update_simd.h"

namespace ladder {
namespace LADDER_SIMD_TARGET {

constexpr float log2_e = 0x1.715476p+0f;
constexpr double ln_2 = 0x1.62e42fefa39efp-1;
// Below this |base 2 logit| exponentials and their sum stay in range without taking off the maximum.
constexpr float safe_logit = 100.0f;

// Calls f(Size<n>) with n, 1 <= n <= Max, known to the compiler.
template <int Max, class F>
LADDER_INLINE void with_size(int n, F&& f) {
    if (n == Max) {
        f(Size<Max>{});
    } else if constexpr (Max > 1) {
        with_size<Max - 1>(n, f);
    }
}

// Cuts a product of rows x vectors into tiles of at most Width vectors: all tiles of one shape and place go to
// f(first row, end row, Size<rows of a tile>, first vector, Size<vectors>), which loops over them itself, because a
// call costs as much as a few steps of a short product.
template <int Width, class F>
LADDER_INLINE void for_columns(int rows, int vectors, F&& f) {
    const int chunks = (vectors + Width - 1) / Width;
    for (int c = 0; c < chunks; ++c) {
        const int n0 = vectors * c / chunks, n1 = vectors * (c + 1) / chunks;
        with_size<Width>(n1 - n0, [&](auto n) {
            constexpr int most = tile_rows(n.value);
            const int whole = rows / most * most;
            f(0, whole, Size<most>{}, n0, n);
            if constexpr (most > 1)
                if (whole < rows) with_size<most - 1>(rows - whole, [&](auto m) { f(whole, rows, m, n0, n); });
        });
    }
}

// f(j, Size<j % 2>) for j < count, two at a time: two sums need not wait for each other.
template <class F>
LADDER_INLINE void in_pairs(int count, F&& f) {
    int j = 0;
    LADDER_ROLLED for (; j + 1 < count; j += 2) {
        f(j, Size<0>{});
        f(j + 1, Size<1>{});
    }
    if (j < count) f(j, Size<0>{});
}

// One factor of a product, read number by number: element (row, k) at data[row * step + k] where rows lie one
// after the other, at data[row + k * step] where columns do. Known to the compiler, so that neighbours need no
// arithmetic. Never an argument of a function of its own: it would go there through memory, and wait for it.
enum class Order { rows, columns };
template <Order order>
struct Factor {
    const float* data;
    std::ptrdiff_t step;

    LADDER_INLINE const float* row(int m) const { return data + (order == Order::rows ? m * step : m); }
    LADDER_INLINE void advance() { data += order == Order::rows ? 1 : step; }
};

template <int M, int N, Order order>
LADDER_INLINE void multiply_step(Factor<order> a, const float* b, Vec (&sum)[M][N]) {
    if constexpr (M == 1) {
        const Vec x = splat(*a.row(0));
        repeat<N>([&](auto n) LADDER_INLINED {
            sum[0][n.value] = mul_add(x, load(b + n.value * lanes), sum[0][n.value]);
        });
    } else {
        Vec row[N];
        repeat<N>([&](auto n) LADDER_INLINED { row[n.value] = load(b + n.value * lanes); });
        repeat<M>([&](auto m) LADDER_INLINED {
            const Vec x = splat(*a.row(m.value));
            repeat<N>([&](auto n) LADDER_INLINED { sum[m.value][n.value] = mul_add(x, row[n.value], sum[m.value][n.value]); });
        });
    }
}

// sum[m][n] = sum over k < count of a(m, k) * b[k * b_step + n-th vector].
template <int M, int N, Order order>
LADDER_INLINE void multiply(Factor<order> a, const float* b, std::ptrdiff_t b_step, int count, Vec (&sum)[M][N]) {
    repeat<M * N>([&](auto i) LADDER_INLINED { sum[i.value / N][i.value % N] = Vec{}; });
    LADDER_ROLLED for (int k = 0; k < count; ++k) {
        multiply_step(a, b, sum);
        a.advance();
        b += b_step;
    }
}

template <int M, int N>
LADDER_INLINE void store_tile(const Vec (&tile)[M][N], float* out, std::ptrdiff_t out_step) {
    repeat<M * N>([&](auto i) LADDER_INLINED { store(out + i.value / N * out_step + i.value % N * lanes, tile[i.value / N][i.value % N]); });
}

template <int M, int N>
LADDER_INLINE void add_tile(const Vec (&tile)[M][N], float* out, std::ptrdiff_t out_step) {
    repeat<M * N>([&](auto i) LADDER_INLINED {
        float* p = out + i.value / N * out_step + i.value % N * lanes;
        store(p, load(p) + tile[i.value / N][i.value % N]);
    });
}

// One sequence's arrays and what is known of it.
struct Sequence {
    const MinimalLayout& l;
    bool exponentiated;
    const float* tables;
    const std::int32_t* tokens;
    float* scratch;
    int first_row;  // of the rows computed

    int rows() const { return l.positions - first_row; }
};

// The scratch arrays that are read beyond what is written: masked attention is 0 because nobody writes it.
inline void clear(const MinimalLayout& l, float* scratch) {
    for (std::size_t i = 0; i < l.scratch_size; ++i) scratch[i] = 0;
}

LADDER_INLINE Four head_mask(int heads, int group) { return first_lanes(Four{}, heads - group * 4); }

// Rows of the score tables that belong to one query.
struct QueryRows {
    const float* token;     // [key] of S[tok_i]
    const float* position;  // [key] of S[pos_i]
};
LADDER_INLINE QueryRows query_rows(const Sequence& s, int query, int group) {
    const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(s.l.dim) * s.l.head_step;
    return {s.tables + s.tokens[query] * step + 4 * group, s.tables + (s.l.vocabulary + query) * step + 4 * group};
}

// One row's unnormalised attention of four heads, (key, head_step), from exponentials; returns its sum.
template <int Groups>
LADDER_INLINE Four multiply_exponentials(const QueryRows& rows, int vocabulary, const std::int32_t* tokens, int keys, float* unscaled) {
    constexpr int step = Groups * 4;
    const float *token_at_position = rows.token + vocabulary * step, *position_at_position = rows.position + vocabulary * step;
    Four sum[2] = {};
    in_pairs(keys, [&](int j, auto n) LADDER_INLINED {
        const std::ptrdiff_t token = tokens[j] * step, position = j * step;
        const Four x = (load4(rows.token + token) * load4(rows.position + token)) * (load4(token_at_position + position) * load4(position_at_position + position));
        sum[n.value] += x;
        store(unscaled + position, x);
    });
    return sum[0] + sum[1];
}

// The same from scores, whose maximum is taken off first. Apart from the above, which would lose registers to it.
template <int Groups>
LADDER_ALONE Four exponentiate_sums(QueryRows rows, int vocabulary, const std::int32_t* tokens, int keys, Four mask, float* unscaled) {
    constexpr int step = Groups * 4;
    const float *token_at_position = rows.token + vocabulary * step, *position_at_position = rows.position + vocabulary * step;
    Four sum = {}, top = -__builtin_inff() - Four{};
    for (int j = 0; j < keys; ++j) {
        const std::ptrdiff_t token = tokens[j] * step, position = j * step;
        const Four x = (load4(rows.token + token) + load4(rows.position + token)) + (load4(token_at_position + position) + load4(position_at_position + position));
        top = x > top ? x : top;
        store(unscaled + position, x);
    }
    for (int j = 0; j < keys; ++j) {
        const Four x = exp2_negative(load4(unscaled + j * step) - top) * mask;
        sum += x;
        store(unscaled + j * step, x);
    }
    return sum;
}

template <int Groups>
LADDER_ALONE void attend(const Sequence& s) {
    constexpr int step = Groups * 4;
    const int heads = s.l.heads, vocabulary = s.l.vocabulary, first_row = s.first_row, end = s.l.positions;
    const std::ptrdiff_t key_step = s.l.key_step;
    const std::int32_t* tokens = s.tokens;
    float *unscaled = s.scratch + s.l.unscaled_at, *out = s.scratch + s.l.attention_at;
    for (int query = first_row; query < end; ++query) {
        const int keys = query + 1;
        Four inverse[Groups];
        for (int g = 0; g < Groups; ++g) {
            const QueryRows rows = query_rows(s, query, g);
            const Four mask = head_mask(heads, g);
            Four sum = 1.0f - mask;  // a head that is only padding must not divide by 0
            if (s.exponentiated) sum += multiply_exponentials<Groups>(rows, vocabulary, tokens, keys, unscaled + 4 * g);
            else sum += exponentiate_sums<Groups>(rows, vocabulary, tokens, keys, mask, unscaled + 4 * g);
            inverse[g] = 1.0f / sum;
        }
        // A store of four covers the heads of its key and some of the next key's, which are stored after it.
        in_pairs(keys, [&](int j, auto) LADDER_INLINED {
            for (int g = 0; g < Groups; ++g) store(out + j * heads + 4 * g, load4(unscaled + j * step + 4 * g) * inverse[g]);
        });
        out += key_step;
    }
}

// The value rows of all keys, (k, token).
LADDER_ALONE void gather_values(const Sequence& s) {
    const MinimalLayout& l = s.l;
    const int length = l.heads * l.token_step;
    const float* table = s.tables + l.values_at;
    float* out = s.scratch + l.value_at;
    for (int j = 0; j < l.positions; ++j) {
        const float *token = table + static_cast<std::ptrdiff_t>(s.tokens[j]) * length, *position = table + static_cast<std::ptrdiff_t>(l.vocabulary + j) * length;
        for (int n = 0; n < length; n += lanes) store(out + n, load(token + n) + load(position + n));
        out += length;
    }
}

template <int M, int N>
LADDER_ALONE void find_logit_columns(const float* a, std::ptrdiff_t a_step, const float* values, std::ptrdiff_t step, int heads, int keys_before, float* out, int r, int end) {
    for (; r < end; r += M) {
        Vec sum[M][N];
        multiply(Factor<Order::rows>{a + r * a_step, a_step}, values, step, (keys_before + r + M) * heads, sum);
        store_tile(sum, out + r * step, step);
    }
}

// logits = attention x values, in base 2.
LADDER_INLINE void find_logits(const Sequence& s) {
    const MinimalLayout& l = s.l;
    for_columns<row_vectors>(s.rows(), l.token_step / lanes, [&](int r, int end, auto m, int n0, auto n) {
        find_logit_columns<m.value, n.value>(s.scratch + l.attention_at, l.key_step, s.scratch + l.value_at + n0 * lanes, l.token_step, l.heads, s.first_row,
                                             s.scratch + l.logits_at + n0 * lanes, r, end);
    });
}

LADDER_INLINE Vec magnitude(Vec x) { return (Vec)((Ints)x & 0x7FFFFFFF); }

// One row's gradient of the loss to its logits, probability - onehot(target); returns the loss in base 2
// with log2(sum) left out, and multiplies `product` by that sum.
LADDER_INLINE float finish_row(const MinimalLayout& l, float* d_logits, float sum, float target_logit, int target, double& product) {
    product *= static_cast<double>(sum);
    const Vec inverse = splat(1.0f / sum);
    for (int n = 0; n < l.token_step; n += lanes) store(d_logits + n, load(d_logits + n) * inverse);
    d_logits[target] -= 1.0f;
    return -target_logit;
}

LADDER_INLINE Vec last_mask(const MinimalLayout& l) {
    return first_lanes(Vec{}, l.vocabulary - (l.token_step - lanes));
}

// Softmax and cross-entropy of all rows. Returns the loss in nats.
LADDER_ALONE double find_loss(const Sequence& s) {
    const MinimalLayout& l = s.l;
    const float* logits = s.scratch + l.logits_at;
    float* d_logits = s.scratch + l.d_logits_at;
    const Vec mask = last_mask(l);
    const int last = l.token_step - lanes, rows = s.rows();
    const std::int32_t* targets = s.tokens + s.first_row + 1;
    double loss = 0, product = 1;
    const auto take_logarithm = [&] {
        loss += __builtin_log2(product);
        product = 1;
    };

    for (int r = 0; r < rows; ++r) {
        const float* x = logits + r * l.token_step;
        float* p = d_logits + r * l.token_step;
        Vec sum = {};
        Ints safe = ~Ints{};
        for (int n = 0; n < last; n += lanes) {
            const Vec v = load(x + n), e = exp2_within(v);
            safe &= magnitude(v) <= safe_logit;
            sum += e;
            store(p + n, e);
        }
        {
            const Vec v = load(x + last), e = exp2_within(v) * mask;
            safe &= magnitude(v) <= safe_logit;
            sum += e;
            store(p + last, e);
        }
        std::int32_t all_safe = -1;
        for (int i = 0; i < lanes; ++i) all_safe &= safe[i];
        float top = 0;
        if (!all_safe) {  // also for NaN, which then goes its way into the loss
            top = x[0];
            for (int v = 1; v < l.vocabulary; ++v) top = x[v] > top || x[v] != x[v] ? x[v] : top;
            sum = Vec{};
            for (int n = 0; n < l.token_step; n += lanes) {
                Vec e = exp2_negative(load(x + n) - top);
                if (n == last) e *= mask;
                sum += e;
                store(p + n, e);
            }
        }
        loss += static_cast<double>(finish_row(l, p, sum_lanes(sum), x[targets[r]] - top, targets[r], product));
        // Sums are within 2^-100 .. 2^113 (vocabularies are far below 2^13), so eight fit into a double.
        if (r % 8 == 7) take_logarithm();
    }
    take_logarithm();
    return loss * ln_2;
}

template <int M, int N>
LADDER_ALONE void find_d_attention_columns(const float* values, std::ptrdiff_t values_step, const float* d_logits_t, std::ptrdiff_t step, int count, float* out, int k, int end) {
    for (; k < end; k += M) {
        Vec sum[M][N];
        multiply(Factor<Order::rows>{values + k * values_step, values_step}, d_logits_t, step, count, sum);
        store_tile(sum, out + k * step, step);
    }
}

// Gradient to the attention: values x d_logits transposed, (k, r), because that is quicker to transpose than the
// values; then (r, k). The keys of one block are seen by the same vectors of rows.
LADDER_ALONE void find_d_attention(const Sequence& s) {
    const MinimalLayout& l = s.l;
    const float *values = s.scratch + l.value_at, *d_logits_t = s.scratch + l.d_logits_t_at;
    float* out = s.scratch + l.d_attention_t_at;
    transpose(s.scratch + l.d_logits_at, l.token_step, s.rows(), l.vocabulary, s.scratch + l.d_logits_t_at, l.row_step);
    for (int first = 0; first < s.rows(); first += lanes) {
        const int from = first == 0 ? 0 : (s.first_row + first) * l.heads, seen = s.first_row + first + lanes;
        const int end = (seen < l.positions ? seen : l.positions) * l.heads, vectors = (l.row_step - first) / lanes;
        for_columns<tile_vectors>(end - from, vectors, [&](int k, int k_end, auto m, int n0, auto n) {
            const int column = first + n0 * lanes;
            find_d_attention_columns<m.value, n.value>(values, l.token_step, d_logits_t + column, l.row_step, l.vocabulary, out + column, from + k, from + k_end);
        });
    }
    transpose(out, l.row_step, l.positions * l.heads, s.rows(), s.scratch + l.d_attention_at, l.key_step);
}

LADDER_INLINE void add_to(float* p, Four x) { store(p, load4(p) + x); }

// Through the softmax over keys and into the four tables' gradients. Lanes that are padding (or the next
// key's heads) carry numbers that nobody reads.
template <int Groups>
LADDER_ALONE void add_score_gradient(const Sequence& s, float* d_tables) {
    constexpr int step = Groups * 4;
    const int heads = s.l.heads, vocabulary = s.l.vocabulary, end = s.l.positions;
    const std::ptrdiff_t query_step = static_cast<std::ptrdiff_t>(s.l.dim) * step, key_step = s.l.key_step;
    const std::int32_t* tokens = s.tokens;
    const float *attention = s.scratch + s.l.attention_at, *d_attention = s.scratch + s.l.d_attention_at;
    for (int query = s.first_row; query < end; ++query) {
        const int keys = query + 1;
        for (int g = 0; g < Groups; ++g) {
            const float *a = attention + 4 * g, *d = d_attention + 4 * g;
            Four sum[2] = {};
            in_pairs(keys, [&](int j, auto n) LADDER_INLINED { sum[n.value] = mul_add(load4(a + j * heads), load4(d + j * heads), sum[n.value]); });
            const Four mean = sum[0] + sum[1];
            float* by_token = d_tables + tokens[query] * query_step + 4 * g;
            float* by_position = d_tables + (vocabulary + query) * query_step + 4 * g;
            float *token_at_position = by_token + vocabulary * step, *position_at_position = by_position + vocabulary * step;
            in_pairs(keys, [&](int j, auto) LADDER_INLINED {
                const Four x = load4(a + j * heads) * (load4(d + j * heads) - mean);
                const std::ptrdiff_t token = tokens[j] * step, position = j * step;
                add_to(by_token + token, x);
                add_to(by_position + token, x);
                add_to(token_at_position + position, x);
                add_to(position_at_position + position, x);
            });
        }
        attention += key_step;
        d_attention += key_step;
    }
}

// Gradient of the value rows, attention transposed x d_logits, for M heads of every key. A value row is the sum of
// its token's and its position's: both get its gradient straight from the registers. Each key is seen by the rows
// from its own on.
template <int M, int N>
LADDER_ALONE void add_value_columns(const Sequence& s, int head, int column, float* d_values) {
    const MinimalLayout& l = s.l;
    const std::ptrdiff_t step = l.token_step, row = l.heads * step;
    const float *attention = s.scratch + l.attention_at + head, *d_logits = s.scratch + l.d_logits_at + column;
    float *d_tokens = d_values + head * step + column, *d_position = d_tokens + l.vocabulary * row;
    for (int j = 0; j < l.positions; ++j) {
        const int before = j <= s.first_row ? 0 : j - s.first_row;
        Vec sum[M][N];
        multiply(Factor<Order::columns>{attention + before * l.key_step, l.key_step}, d_logits + before * step, step, s.rows() - before, sum);
        add_tile(sum, d_tokens + s.tokens[j] * row, step);
        add_tile(sum, d_position, step);
        attention += l.heads;
        d_position += row;
    }
}

LADDER_INLINE void add_value_gradient(const Sequence& s, float* d_tables) {
    for_columns<row_vectors>(s.l.heads, s.l.token_step / lanes, [&](int h, int end, auto m, int n0, auto n) {
        for (; h < end; h += m.value) add_value_columns<m.value, n.value>(s, h, n0 * lanes, d_tables + s.l.values_at);
    });
}

// Attention and logits of one sequence.
LADDER_INLINE void find_forward(const Sequence& s) {
    if (s.l.head_step == 4) attend<1>(s);
    else attend<2>(s);
    gather_values(s);
    find_logits(s);
}

inline double gradient(const MinimalLayout& l, MinimalScaling scaling, const float* tables, const std::int32_t* tokens, int sequences, float* d_tables,
                       float* scratch) {
    clear(l, scratch);
    double loss = 0;
    for (int b = 0; b < sequences; ++b) {
        const Sequence s{l, scaling.exponentiated, tables, tokens + static_cast<std::ptrdiff_t>(b) * (l.positions + 1), scratch, l.first_row};
        find_forward(s);
        loss += find_loss(s);
        find_d_attention(s);
        if (l.head_step == 4) add_score_gradient<1>(s, d_tables);
        else add_score_gradient<2>(s, d_tables);
        add_value_gradient(s, d_tables);
    }
    return loss;
}

// Logits of the predicting rows, packed and in nats; returns the end of what was written.
LADDER_INLINE float* write_logits(const Sequence& s, float* out) {
    const MinimalLayout& l = s.l;
    const int whole = l.vocabulary / lanes * lanes;
    for (int r = l.first_row - s.first_row; r < s.rows(); ++r) {
        const float* row = s.scratch + l.logits_at + static_cast<std::ptrdiff_t>(r) * l.token_step;
        for (int v = 0; v < whole; v += lanes) store(out + v, load(row + v) * static_cast<float>(ln_2));
        for (int v = whole; v < l.vocabulary; ++v) out[v] = row[v] * static_cast<float>(ln_2);
        out += l.vocabulary;
    }
    return out;
}

inline void forward(const MinimalLayout& l, MinimalScaling scaling, const float* tables, const std::int32_t* tokens, int sequences, float* logits,
                    float* attention, bool all_rows, float* scratch) {
    clear(l, scratch);
    const int T = l.positions, first_row = all_rows ? 0 : l.first_row;
    for (int b = 0; b < sequences; ++b) {
        const Sequence s{l, scaling.exponentiated, tables, tokens + static_cast<std::ptrdiff_t>(b) * (T + 1), scratch, first_row};
        find_forward(s);
        logits = write_logits(s, logits);
        if (!attention) continue;
        for (int h = 0; h < l.heads; ++h)
            for (int i = 0; i < T; ++i) {
                const int known = i >= first_row ? i + 1 : 0;
                const float* row = scratch + l.attention_at + static_cast<std::ptrdiff_t>(i - first_row) * l.key_step + h;
                for (int j = 0; j < known; ++j) attention[j] = row[j * l.heads];
                for (int j = known; j < T; ++j) attention[j] = 0;
                attention += T;
            }
    }
}

inline void forward_sums(const MinimalLayout& l, MinimalScaling scaling, const float* tables, const std::int32_t* tokens, int sequences, float* logits,
                         float* attention_sums, float* scratch) {
    clear(l, scratch);
    const float* attention = scratch + l.attention_at;
    for (int b = 0; b < sequences; ++b) {
        const Sequence s{l, scaling.exponentiated, tables, tokens + static_cast<std::ptrdiff_t>(b) * (l.positions + 1), scratch, l.first_row};
        find_forward(s);
        logits = write_logits(s, logits);
        const int size = s.rows() * l.key_step;
        for (int i = 0; i < size; i += lanes) store(attention_sums + i, load(attention_sums + i) + load(attention + i));
    }
}

// The four heads' matrices at (row, column .. column + 3), as four vectors of heads.
LADDER_INLINE void load_heads(const float* const (&matrices)[4], std::ptrdiff_t at, int columns, Four (&out)[4]) {
    if (columns >= 4) {
        for (int h = 0; h < 4; ++h) out[h] = load4(matrices[h] + at);
    } else {
        for (int h = 0; h < 4; ++h)
            for (int c = 0; c < 4; ++c) out[h][c] = c < columns ? matrices[h][at + c] : 0.0f;
    }
    transpose(out[0], out[1], out[2], out[3]);
}

// Where the four that begin at i begin, when a last four of n that does not fit overlaps the one before, which is computed twice.
LADDER_INLINE int four_of(int i, int n) { return n < 4 || i + 4 <= n ? i : n - 4; }

inline MinimalScaling prepare(const MinimalLayout& l, const float* parameters, float* tables) {
    const std::ptrdiff_t dim = l.dim, matrix = dim * dim;
    const Four scale = static_cast<float>(1.4426950408889634 / __builtin_sqrt(static_cast<double>(dim))) - Four{};
    const float limit = minimal_exponent_limit(l.positions);
    FourInts within = ~FourInts{};
    for (int g = 0; g * 4 < l.heads; ++g) {
        const Four mask = head_mask(l.heads, g);
        const float* matrices[4];  // of heads that do not exist: any, masked below
        for (int h = 0; h < 4; ++h) matrices[h] = parameters + (g * 4 + h < l.heads ? g * 4 + h : 0) * matrix;
        for (std::ptrdiff_t key = 0; key < dim; ++key)
            for (int i = 0; i < l.dim; i += 4) {
                const int query = four_of(i, l.dim), count = l.dim - query < 4 ? l.dim - query : 4;
                Four x[4];
                load_heads(matrices, key * dim + query, count, x);
                for (int c = 0; c < count; ++c) {
                    const Four score = x[c] * (scale * mask);
                    within &= (Four)((FourInts)score & 0x7FFFFFFF) <= limit;
                    store(tables + ((query + c) * dim + key) * l.head_step + 4 * g, score);
                }
            }
    }
    const bool exponentiated = within[0] & within[1] & within[2] & within[3];
    if (exponentiated)
        for (int g = 0; g * 4 < l.heads; ++g) {
            const Four mask = head_mask(l.heads, g);
            for (std::ptrdiff_t i = 0; i < matrix; ++i) {
                float* p = tables + i * l.head_step + 4 * g;
                store(p, exp2_within(load4(p)) * mask);
            }
        }

    const std::ptrdiff_t token_row = static_cast<std::ptrdiff_t>(l.heads) * l.token_step;
    for (int h = 0; h < l.heads; ++h) {
        const float* value = parameters + (l.heads + h) * matrix;
        float* table = tables + l.values_at + h * l.token_step;
        for (int v = 0; v < l.token_step; v += 4)
            for (int j = 0; j < l.dim; j += 4) {
                const int input = four_of(j, l.dim), count = l.dim - input < 4 ? l.dim - input : 4;
                Four x[4] = {};
                for (int i = 0; i < 4 && v + i < l.vocabulary; ++i) {
                    const float* row = value + (v + i) * dim + input;
                    if (count == 4) x[i] = load4(row) * log2_e;
                    else
                        for (int c = 0; c < count; ++c) x[i][c] = row[c] * log2_e;
                }
                transpose(x[0], x[1], x[2], x[3]);
                for (int c = 0; c < count; ++c) store(table + (input + c) * token_row + v, x[c]);
            }
    }
    return {exponentiated};
}

inline void scatter(const MinimalLayout& l, float scale, const float* d_tables, float* out) {
    const std::ptrdiff_t dim = l.dim, matrix = dim * dim;
    // d_attention was found from values in base 2: ln 2 makes up for it.
    const Four score_scale = static_cast<float>(static_cast<double>(scale) * ln_2 / __builtin_sqrt(static_cast<double>(dim))) - Four{};
    for (int g = 0; g * 4 < l.heads; ++g)
        for (std::ptrdiff_t key = 0; key < dim; ++key)
            for (int i = 0; i < l.dim; i += 4) {
                const int query = four_of(i, l.dim), count = l.dim - query < 4 ? l.dim - query : 4;
                Four x[4] = {};
                for (int c = 0; c < count; ++c) x[c] = load4(d_tables + ((query + c) * dim + key) * l.head_step + 4 * g) * score_scale;
                transpose(x[0], x[1], x[2], x[3]);
                for (int h = 0; h < 4 && g * 4 + h < l.heads; ++h) {
                    float* to = out + (g * 4 + h) * matrix + key * dim + query;
                    if (count == 4) store(to, x[h]);
                    else
                        for (int c = 0; c < count; ++c) to[c] = x[h][c];
                }
            }

    const std::ptrdiff_t token_row = static_cast<std::ptrdiff_t>(l.heads) * l.token_step;
    for (int h = 0; h < l.heads; ++h) {
        float* value = out + (l.heads + h) * matrix;
        const float* table = d_tables + l.values_at + h * l.token_step;
        for (int v = 0; v < l.vocabulary; v += 4)
            for (int j = 0; j < l.dim; j += 4) {
                const int input = four_of(j, l.dim), count = l.dim - input < 4 ? l.dim - input : 4;
                Four x[4] = {};
                for (int c = 0; c < count; ++c) x[c] = load4(table + (input + c) * token_row + v) * scale;
                transpose(x[0], x[1], x[2], x[3]);
                for (int i = 0; i < 4 && v + i < l.vocabulary; ++i) {
                    float* row = value + (v + i) * dim + input;
                    if (count == 4) store(row, x[i]);
                    else
                        for (int c = 0; c < count; ++c) row[c] = x[i][c];
                }
            }
        for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(l.vocabulary) * dim; i < matrix; ++i) value[i] = 0;
    }
}

constexpr MinimalKernels kernels(const char* name) { return {name, lanes, prepare, gradient, scatter, forward, forward_sums, {cross_entropies}, dense(), update(), layers(), probes()}; }

}  // namespace LADDER_SIMD_TARGET
}  // namespace ladder
