// The collapsed minimal model: one-hot inputs make every matrix product with the parameters a table look-up,
// so what is left per sequence is small. Mathematics, with tok and pos the two ones of an input row:
//   score(i, j, h) = S[tok_i][tok_j] + S[pos_i][tok_j] + S[tok_i][pos_j] + S[pos_i][pos_j]   (per head h)
//   attention(i, j, h) = softmax over j <= i of score;  value(j, h) = V[tok_j][h] + V[pos_j][h]
//   logits(i) = sum over j, h of attention(i, j, h) value(j, h)
// Only the rows i that predict are computed. This header is what the rest of the program sees: sizes, the
// layout of the buffers, and the functions for the instruction set of this machine. No allocation in here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/dense.h"
#include "kernels/layers.h"
#include "kernels/probe.h"
#include "kernels/rows.h"
#include "kernels/update.h"

namespace ladder {

// Sizes and places (in floats) inside the tables and the scratch memory, for one instruction set.
struct MinimalLayout {
    int vocabulary, positions, heads;  // d, T, H
    int first_row;                     // the first query position that predicts, w - 1
    int dim;                           // d + T: width of an input row
    // Row lengths, padded: heads to fours, the vocabulary, (position, head) pairs and predicting rows to whole vectors.
    int head_step, token_step, key_step, row_step;

    // The tables and their gradients: scores (dim, dim, head_step), [query][key][head]; values
    // (dim, heads, token_step).
    std::size_t values_at, tables_size;
    // One sequence's arrays, with k = key * heads + head and r = query - first query.
    std::size_t unscaled_at;      // (key, head_step): one row's attention before it is normalised
    std::size_t attention_at;     // (r, k)
    std::size_t value_at;         // (k, token)
    std::size_t logits_at;        // (r, token), in base 2
    std::size_t d_logits_at;      // (r, token)
    std::size_t d_logits_t_at;    // (token, r)
    std::size_t d_attention_t_at; // (k, r)
    std::size_t d_attention_at;   // (r, k)
    std::size_t scratch_size;
};

// What prepare() found out about the parameters.
struct MinimalScaling {
    // The score tables hold exponentials, to be multiplied; otherwise the scores themselves, to be added.
    bool exponentiated = false;
};

struct MinimalKernels {
    const char* name;  // of the instruction set
    int lanes;         // floats in a vector

    // tables (tables_size) from the flat parameters: per head the query matrix, then per head the value
    // matrix, each (dim, dim). Scores are scaled by log2 e / sqrt(dim), values by log2 e.
    MinimalScaling (*prepare)(const MinimalLayout&, const float* parameters, float* tables);
    // Adds the gradient of the summed loss of `sequences` sequences (each positions + 1 tokens) to
    // d_tables, which the caller has cleared, and returns the loss in nats.
    double (*gradient)(const MinimalLayout&, MinimalScaling, const float* tables, const std::int32_t* tokens, int sequences, float* d_tables, float* scratch);
    // gradient = scale * d_tables, in the parameters' order; rows of value matrices beyond d are 0.
    void (*scatter)(const MinimalLayout&, float scale, const float* d_tables, float* gradient);
    // logits (sequences, positions - first_row, d); attention (sequences, heads, positions, positions) or
    // null, its rows before first_row 0. all_rows: attention of every row (logits of predicting rows only).
    void (*forward)(const MinimalLayout&, MinimalScaling, const float* tables, const std::int32_t* tokens, int sequences, float* logits, float* attention,
                    bool all_rows, float* scratch);
    // The same, with the attention of the predicting rows added to attention_sums (row, key_step) instead of
    // written out: for means over many sequences.
    void (*forward_sums)(const MinimalLayout&, MinimalScaling, const float* tables, const std::int32_t* tokens, int sequences, float* logits,
                         float* attention_sums, float* scratch);
    RowKernels rows;
    DenseKernels dense;
    UpdateKernels update;
    LayerKernels layers;
    Probes probes;
};

MinimalLayout minimal_layout(int vocabulary, int positions, int heads, int first_row, int lanes);

// The largest |score table entry| (base 2) for which a product of four exponentials and the sum of
// `positions` of them stay within float's range in both directions.
float minimal_exponent_limit(int positions);

// The best for this machine; chosen once.
const MinimalKernels& minimal_kernels();
// Every one that this machine can run, the plainest first (tests compare them).
struct MinimalKernelList {
    const MinimalKernels* items[4];
    int count;
};
MinimalKernelList available_minimal_kernels();

}  // namespace ladder
