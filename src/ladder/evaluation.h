// Evaluation of a model on held-out sequences: loss, KL to the ideal member of every hypothesis class,
// mean attention. Cut into fixed shards like training, so that the numbers never depend on the workers.
#pragma once

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
    std::vector<double> attention;      // (blocks, H, L, T): sum over sequences of the predicting positions' rows
    std::int64_t sequences = 0;

    void add(const EvaluationSums&);
};

struct Evaluation {
    double loss = 0, bayes_loss = 0;    // means, nats per prediction
    double excess() const { return loss - bayes_loss; }
    std::vector<double> kl;             // KL_0..KL_h, nats per prediction
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

    int shards() const { return shards_; }
    EvaluationSums evaluate(const Model&, int shard, Model::Workspace&) const;
    Evaluation finish(const EvaluationSums&) const;

private:
    int shard_first(int shard) const { return static_cast<int>(static_cast<std::int64_t>(shard) * sequences_ / shards_); }
    // p_1..p_h of every prediction of one sequence, (L, h, d).
    void ideal_of_sequence(int sequence, std::span<float> out) const;

    const Chain& chain_;
    Settings settings_;
    std::span<const std::int32_t> tokens_;
    int sequences_ = 0, length_ = 0;  // length: tokens of a sequence, w + L
    int shards_ = 8;
    std::vector<float> ideal_;        // (sequences, L, h, d) probabilities, or empty
    std::vector<EvaluationSums> constant_;  // [shard]: bayes_loss, and in kl the sums of -entropy(p_k)
};

}  // namespace ladder
