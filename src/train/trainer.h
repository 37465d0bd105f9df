// One run's state and the two halves of a training step. No loop, no clock, no threads: a runner decides
// who computes which shard and when. Every trainer with the same settings that is given the same
// contributions goes through the same states, bit for bit; workers therefore each hold one and exchange
// gradients only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/safetensors.h"
#include "base/settings.h"
#include "model/model.h"
#include "task/chain.h"
#include "task/sampler.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/tree_sum.h"

namespace ladder {

// Shards a batch is always cut into: a power of two that depends on the batch alone.
int shard_count(int batch);
struct ShardRange {
    int first, count;  // sequences within the batch
};
ShardRange shard_range(int batch, int shards, int shard);
// Contiguous shards of one of `workers` workers: [first, first + count).
ShardRange worker_shards(int shards, int workers, int worker);

struct StepResult {
    std::int64_t step = 0;       // steps done, this one included
    double loss = 0;             // mean training cross-entropy over the batch, nats, before the update
    double gradient_norm = 0;    // before clipping
    bool diverged = false;       // loss or gradient not finite: nothing was applied, the state before the last update is restored, step is its
    std::int64_t failed_step = 0;  // diverged: the step that could not be made
};

// Everything needed to continue bit for bit.
struct Checkpoint {
    std::int64_t step = 0;
    std::vector<float> parameters, first_moment, second_moment;
    Schedule::State schedule{};
};

// Which sequences make a batch. Online: step * batch and the next ones of Stream::train_data. Finite data: the
// sequences 0 .. N - 1 of the same stream in a new order every epoch (Stream::order, indexed by the epoch), cut
// into N / batch full batches; what is left over waits for another epoch's order. A batch larger than N is N.
// The place is told by the step and the batch of now alone: after restore() with another batch it is as if all steps had
// been made with it. Online, a smaller batch first draws sequences again that were trained on, a larger one leaves some out;
// finite data go on in another epoch, or elsewhere in it.
class Trainer {
public:
    explicit Trainer(const Settings&, Kernels = Kernels::fast);
    // A fixed batch (any number of sequences of w + L tokens), used whole at every step, with given features and
    // initial values (fixtures). settings().batch follows the tokens. Error: sizes or tokens that do not fit.
    Trainer(const Settings&, std::vector<float> features, std::vector<float> parameters, std::vector<std::int32_t> tokens, Kernels = Kernels::fast);

    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    const Settings& settings() const { return settings_; }
    const Chain& chain() const { return chain_; }
    const Model& model() const { return *model_; }
    std::int64_t step() const { return step_; }
    double learning_rate() const { return schedule_.rate(step_); }  // of the next update
    int shards() const { return shards_; }
    bool diverged() const { return failed_step_ > 0; }
    std::span<const float> parameters() const { return parameters_; }

    // The contribution of one shard to the next step. Const: threads may call it at once, each with its own workspace.
    // tokens: what tokens_ahead() gave for this shard a step before, or empty.
    Contribution gradient(int shard, Model::Workspace&, std::vector<float> buffer = {}, std::vector<std::int32_t> tokens = {}) const;
    // The shard's tokens of the step after the next, which whoever waits for others can draw meanwhile. Empty where they lie ready.
    std::vector<std::int32_t> tokens_ahead(int shard) const;
    // The update, from the sum over all shards (the tree's root). Once diverged it changes nothing until restore(), and tells the same failed step.
    StepResult apply(const Contribution& total);
    // Gradient of all shards on this thread, then apply.
    StepResult train_step(Model::Workspace&);

    // Held-out tokens (validation, w + L), Stream::validation_data, the same at every evaluation.
    const std::vector<std::int32_t>& validation() const { return validation_; }
    // Tokens of the sequences [first, first + count) of the batch of the next step.
    std::vector<std::int32_t> batch_tokens(int first, int count) const;

    // What batches are made of, for a device that makes its own.
    const Sampler& sampler() const { return sampler_; }
    const std::vector<std::int32_t>& training_tokens() const { return training_; }  // finite data or fixed batch: (N, w + L); empty online
    bool fixed_batch() const { return fixed_batch_; }
    const Schedule& schedule() const { return schedule_; }
    // Finite data: batches of an epoch, and the order of the sequences in one.
    std::int64_t epoch_batches() const { return settings_.sequences / settings_.batch; }
    std::vector<std::int32_t> epoch_order(std::int64_t epoch) const;

    Checkpoint checkpoint() const;
    // Error: sizes that are not this trainer's.
    void restore(const Checkpoint&);
    // Model, optimizer and feature matrices as named tensors, settings and step in the metadata (train/checkpoint_file.h).
    TensorFile to_tensors() const;

private:
    Trainer(const Settings&, Chain, Kernels);
    void order_epoch();  // the order that the next step's batch is cut from

    Settings settings_;
    Chain chain_;
    Sampler sampler_;
    std::unique_ptr<Model> model_;
    std::vector<float> parameters_;
    Optimizer optimizer_;
    Schedule schedule_;
    int shards_ = 1;
    std::int64_t step_ = 0;
    std::int64_t failed_step_ = 0;              // that could not be made; 0: none, the run has not diverged
    std::vector<float> parameters_before_;      // before the last update
    Schedule::State schedule_before_;           // the same
    bool can_undo_ = false;                     // parameters_before_, schedule_before_ and the optimizer hold the state before the last update
    std::vector<std::int32_t> training_;        // finite data or fixed batch: (N, w + L); empty online
    bool fixed_batch_ = false;
    std::int64_t epoch_ = -1;                   // the epoch that order_ belongs to
    std::vector<std::int32_t> order_;           // finite data: places in the epoch -> sequences
    std::vector<std::int32_t> validation_;
};

}  // namespace ladder
