// Evaluation of a model on held-out sequences: loss, KL from the ideal member of every hypothesis class,
// mean attention. Cut into fixed shards like training, so that the numbers never depend on the workers.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "model/model.h"
#include "task/chain.h"

namespace ladder {

// Sums over the predictions of some held-out sequences; added in shard order.
struct EvaluationSums {
    std::int64_t predictions = 0;
    double loss = 0;                    // cross-entropy of the sampled tokens under the model, nats
    double bayes_loss = 0;              // the same under p_h
    std::vector<double> kl;             // [k], k = 0..h: sum of KL(p_k || model)
    std::vector<double> learned_kl;     // [k - 1], k = 1..h: the same from the learned members; empty without them
    std::vector<double> attention;      // (blocks, H, L, T): sum over sequences of the predicting positions' rows
    std::int64_t sequences = 0;

    void add(const EvaluationSums&);
};

struct Evaluation {
    double loss = 0, bayes_loss = 0;    // means, nats per prediction
    double excess() const { return loss - bayes_loss; }
    std::vector<double> kl;             // KL_0..KL_h, nats per prediction
    std::vector<double> learned_kl;     // from the learned members of F_1..F_h; empty without them
    int blocks = 1, heads = 0, predictions = 0, positions = 0;  // H, L, T
    std::vector<float> attention;       // (blocks, H, L, T), mean over sequences; row r is query position w - 1 + r
    std::vector<float> span_mass;       // (blocks, H, h): attention on the span's positions, mean over rows; spans oldest first
    bool finite() const;
};

class Evaluator {
public:
    // tokens: (sequences, w + L), kept by reference and read at every evaluation. The ideal predictors'
    // probabilities are computed here once when they fit into 64 MB, else anew at every evaluation.
    // Error: tokens that are no whole number of sequences, or none.
    Evaluator(const Chain&, const Settings&, std::span<const std::int32_t> tokens);
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    // Measures the KL divergence from a second member of every class too. probabilities: writes what the members of
    // F_1..F_h predict for the tokens of one sequence, (L, h, d); called now, and later where memory did not suffice.
    void set_learned(std::function<void(std::span<const std::int32_t> tokens, std::span<float> out)> probabilities);
    // The same in pieces: then prepare_learned once for each shard, before anything is evaluated.
    void begin_learned(std::function<void(std::span<const std::int32_t> tokens, std::span<float> out)> probabilities);
    void prepare_learned(int shard) { prepare(*learned_, shard); }

    int shards() const { return shards_; }
    std::size_t attention_size() const;  // of all sums: blocks * H * L * T
    EvaluationSums evaluate(const Model&, int shard, Model::Workspace&) const;
    Evaluation finish(const EvaluationSums&) const;

private:
    int shard_first(int shard) const { return static_cast<int>(static_cast<std::int64_t>(shard) * sequences_ / shards_); }
    std::span<const std::int32_t> sequence(int i) const { return tokens_.subspan(static_cast<std::size_t>(i) * static_cast<std::size_t>(length_), static_cast<std::size_t>(length_)); }

    void ideal_of(std::span<const std::int32_t> tokens, int first, int count, std::span<float> out) const;  // p_first.. of one sequence

    // Predictors to compare with: one of each class F_1..F_h, or of F_0 alone.
    struct Members {
        std::function<void(std::span<const std::int32_t> tokens, std::span<float> out)> compute;  // (L, count, d) of one sequence
        int count = 0;
        std::vector<float> kept;                       // (sequences, L, count, d) probabilities, or empty
        std::vector<std::vector<double>> constant;     // [shard][k - 1]: the sums of -entropy
    };
    Members empty_members(int count, std::function<void(std::span<const std::int32_t>, std::span<float>)> compute) const;
    void prepare(Members&, int shard) const;
    void prepare(Members&) const;
    // Of sequence i: what is kept, or else computed into scratch.
    const float* probabilities(const Members&, int i, std::span<float> scratch) const;
    std::size_t per_sequence(int count) const;  // L count d

    const Chain& chain_;
    Settings settings_;
    std::span<const std::int32_t> tokens_;
    int sequences_ = 0, length_ = 0;  // length: tokens of a sequence, w + L
    int shards_ = 8;
    Members ideal_;
    std::optional<Members> bottom_;   // p_0 where it is not uniform
    std::optional<Members> learned_;
    std::vector<double> bayes_loss_;  // [shard]
};

}  // namespace ladder
