// What the full model keeps in a device's memory between its kernels, for every run: activations of a whole batch, their
// gradients, partial sums. C sequences, T positions, D hidden, M of the MLP, V vocabulary; the last block uses fewer rows:
// those of its input that it computes lie packed in last_input.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "cuda/machine.h"

namespace ladder::cuda {

struct FullWorkspace {
    struct Sizes {
        int vocabulary = 0, T = 0, predictions = 0, heads = 0, blocks = 0, hidden = 0, mlp = 0, batch = 0;

        std::size_t rows() const { return static_cast<std::size_t>(batch) * static_cast<std::size_t>(T); }
        std::size_t wide() const { return rows() * static_cast<std::size_t>(hidden); }
        std::size_t narrow() const { return rows() * static_cast<std::size_t>(mlp); }
        std::size_t maps() const { return rows() * static_cast<std::size_t>(heads) * static_cast<std::size_t>(T); }
        std::size_t logits() const { return static_cast<std::size_t>(batch) * static_cast<std::size_t>(predictions) * static_cast<std::size_t>(vocabulary); }
    };

    struct Norm {
        Norm(Machine& m, const Sizes& s, int runs) : normalised(m, s.wide(), runs), inverse_deviation(m, s.rows(), runs) {}
        DeviceArray<float> normalised, inverse_deviation;
    };

    struct Block {
        Block(Machine& m, const Sizes& s, int runs)
            : query(m, s.wide(), runs), key(m, s.wide(), runs), value(m, s.wide(), runs), attention(m, s.maps(), runs), mixed(m, s.wide(), runs), norm1(m, s, runs), norm2(m, s, runs),
              middle(m, s.wide(), runs), hidden(m, s.narrow(), runs) {}
        DeviceArray<float> query, key, value, attention, mixed;
        Norm norm1, norm2;
        DeviceArray<float> middle, hidden;
    };

    // splits, groups: partial sums of a weight's gradient, of the embeddings' gradient.
    FullWorkspace(Machine& m, const Sizes& s, int splits, int groups, int runs)
        : embedded(m, s.wide(), runs), last_input(m, s.wide(), runs), branch(m, s.wide(), runs), logits(m, s.logits(), runs), d_logits(m, s.logits(), runs), d_output(m, s.wide(), runs), d_input(m, s.wide(), runs),
          d_branch(m, s.wide(), runs), d_hidden(m, s.narrow(), runs), d_mixed(m, s.wide(), runs), d_query(m, s.wide(), runs), d_key(m, s.wide(), runs), d_value(m, s.wide(), runs),
          partials(m, largest_weight(s) * static_cast<std::size_t>(splits), runs), column_sums(m, column_size(s), runs), product_sums(m, column_size(s), runs),
          embedding_sums(m, static_cast<std::size_t>(groups) * static_cast<std::size_t>((s.vocabulary + s.T) * s.hidden), runs) {
        for (int b = 0; b < s.blocks; ++b) {
            blocks.push_back(std::make_unique<Block>(m, s, runs));
            outputs.emplace_back(m, s.wide(), runs);
        }
    }

    const DeviceArray<float>& input(std::size_t block) const { return block == 0 ? embedded : outputs[block - 1]; }

    DeviceArray<float> embedded, last_input, branch, logits, d_logits;
    DeviceArray<float> d_output, d_input, d_branch, d_hidden, d_mixed, d_query, d_key, d_value;
    DeviceArray<float> partials, column_sums, product_sums, embedding_sums;
    std::vector<std::unique_ptr<Block>> blocks;
    std::deque<DeviceArray<float>> outputs;  // of each block

private:
    static std::size_t largest_weight(const Sizes& s) { return static_cast<std::size_t>(s.hidden) * static_cast<std::size_t>(std::max({s.hidden, s.mlp, s.vocabulary})); }
    static std::size_t column_size(const Sizes& s) { return (s.rows() / 128 + 1) * static_cast<std::size_t>(std::max({s.hidden, s.mlp, s.vocabulary})); }
};

}  // namespace ladder::cuda
