// Where everything lies in the buffers of the collapsed minimal model.
#include <bit>

#include "kernels/minimal_kernel.h"

namespace ladder {
namespace {

constexpr int round_up(int n, int to) { return (n + to - 1) / to * to; }

}  // namespace

MinimalLayout minimal_layout(int vocabulary, int positions, int heads, int first_row, int lanes) {
    MinimalLayout l{};
    l.vocabulary = vocabulary;
    l.positions = positions;
    l.heads = heads;
    l.first_row = first_row;
    l.dim = vocabulary + positions;
    l.head_step = round_up(heads, 4);
    l.token_step = round_up(vocabulary, lanes);
    // A load of the four heads of the last key reaches up to three floats beyond it.
    l.key_step = round_up(positions * heads + 4, lanes);
    l.row_step = round_up(positions - first_row, lanes);

    const auto area = [](int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); };
    l.values_at = area(l.dim, l.dim) * static_cast<std::size_t>(l.head_step);
    l.values_at = (l.values_at + 15) / 16 * 16;
    l.tables_size = l.values_at + area(l.dim * heads, l.token_step);

    std::size_t end = 0;
    const auto place = [&](std::size_t size) {
        const std::size_t at = end;
        end += (size + 15) / 16 * 16;  // 64 bytes: every array begins on a cache line
        return at;
    };
    const int rows = round_up(positions, 4);  // transposition works on blocks of four by four
    l.unscaled_at = place(area(positions, l.head_step));
    l.attention_at = place(area(rows, l.key_step));
    l.value_at = place(area(l.key_step, l.token_step));
    l.logits_at = place(area(rows, l.token_step));
    l.d_logits_at = place(area(rows, l.token_step));
    l.d_logits_t_at = place(area(l.token_step, l.row_step));
    l.d_attention_t_at = place(area(l.key_step, l.row_step));
    l.d_attention_at = place(area(rows, l.key_step));
    l.scratch_size = end;
    return l;
}

float minimal_exponent_limit(int positions) {
    // 4 limit + log2 T <= 120: six powers of two are left for rounding of the logarithm and for the sum.
    const int log2_positions = std::bit_width(static_cast<unsigned>(positions));
    return static_cast<float>(120 - log2_positions) / 4.0f;
}

}  // namespace ladder
