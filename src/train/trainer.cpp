// The training step around a model: which sequences, whose shards, and the update with its way back.
#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "train/checkpoint_file.h"

namespace ladder {

int shard_count(int batch) {
    if (batch < 2) return 1;
    if (batch < 256) return 2;
    if (batch < 1024) return 4;
    return batch < 2048 ? 8 : 16;
}

ShardRange shard_range(int batch, int shards, int shard) {
    const auto start = [&](int i) { return static_cast<int>(static_cast<std::int64_t>(batch) * i / shards); };
    return {start(shard), start(shard + 1) - start(shard)};
}

ShardRange worker_shards(int shards, int workers, int worker) { return shard_range(shards, workers, worker); }

Trainer::Trainer(const Settings& settings, Chain chain, Kernels kernels)
    : settings_(settings),
      chain_(std::move(chain)),
      sampler_(chain_, settings.length, settings.seed),
      model_(make_model(settings, kernels)),
      parameters_(initial_parameters(model_->table(), settings)),
      optimizer_(settings, parameters_.size()),
      schedule_(settings),
      parameters_before_(parameters_.size()),
      validation_(static_cast<std::size_t>(settings.validation) * sampler_.sequence_length()) {
    sampler_.sample(Stream::validation_data, 0, settings.validation, validation_);
}

Trainer::Trainer(const Settings& settings, Kernels kernels) : Trainer(settings, Chain(settings), kernels) {
    if (settings_.data == DataSource::finite) {
        settings_.batch = std::min(settings_.batch, settings_.sequences);
        training_.resize(static_cast<std::size_t>(settings_.sequences) * sampler_.sequence_length());
        sampler_.sample(Stream::train_data, 0, settings_.sequences, training_);
        order_epoch();
    }
    shards_ = shard_count(settings_.batch);
    model_->prepare(parameters_);
}

Trainer::Trainer(const Settings& settings, std::vector<float> features, std::vector<float> parameters, std::vector<std::int32_t> tokens, Kernels kernels)
    : Trainer(settings, Chain(settings, std::move(features)), kernels) {
    const std::size_t length = static_cast<std::size_t>(sampler_.sequence_length());
    if (parameters.size() != parameters_.size())
        throw Error("The model has " + std::to_string(parameters_.size()) + " parameters with these settings, but " + std::to_string(parameters.size()) + " were given.");
    if (tokens.empty() || tokens.size() % length != 0)
        throw Error("The tokens are no whole number of sequences of " + std::to_string(length) + " tokens.");
    if (const auto [least, most] = std::minmax_element(tokens.begin(), tokens.end()); *least < 0 || *most >= settings_.vocabulary)
        throw Error("The tokens hold symbols outside the vocabulary of " + std::to_string(settings_.vocabulary) + ".");
    fixed_batch_ = true;
    training_ = std::move(tokens);
    settings_.batch = static_cast<int>(training_.size() / length);
    shards_ = shard_count(settings_.batch);
    parameters_ = std::move(parameters);
    model_->prepare(parameters_);
}

std::vector<std::int32_t> Trainer::epoch_order(std::int64_t epoch) const {
    std::vector<std::int32_t> order(static_cast<std::size_t>(settings_.sequences));
    std::iota(order.begin(), order.end(), 0);
    RandomSequence random(settings_.seed, Stream::order, static_cast<std::uint64_t>(epoch));
    for (std::uint32_t n = static_cast<std::uint32_t>(order.size()); n > 1; --n) std::swap(order[n - 1], order[random.below(n)]);
    return order;
}

void Trainer::order_epoch() {
    if (training_.empty() || fixed_batch_) return;
    const std::int64_t epoch = step_ / epoch_batches();
    if (epoch == epoch_) return;
    epoch_ = epoch;
    order_ = epoch_order(epoch);
}

std::vector<std::int32_t> Trainer::batch_tokens(int first, int count) const {
    const std::size_t length = static_cast<std::size_t>(sampler_.sequence_length());
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(count) * length);
    if (training_.empty()) {
        sampler_.sample(Stream::train_data, static_cast<std::uint64_t>(step_ * settings_.batch + first), count, tokens);
    } else if (fixed_batch_) {
        std::copy_n(training_.begin() + static_cast<std::ptrdiff_t>(first * length), tokens.size(), tokens.begin());
    } else {
        const std::int64_t start = step_ % epoch_batches() * settings_.batch + first;
        for (int i = 0; i < count; ++i) {
            const auto sequence = static_cast<std::size_t>(order_[static_cast<std::size_t>(start + i)]);
            std::copy_n(training_.begin() + static_cast<std::ptrdiff_t>(sequence * length), length, tokens.begin() + static_cast<std::ptrdiff_t>(i * length));
        }
    }
    return tokens;
}

std::vector<std::int32_t> Trainer::tokens_ahead(int shard) const {
    if (!training_.empty()) return {};
    const ShardRange range = shard_range(settings_.batch, shards_, shard);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(range.count) * static_cast<std::size_t>(sampler_.sequence_length()));
    sampler_.sample(Stream::train_data, static_cast<std::uint64_t>((step_ + 1) * settings_.batch + range.first), range.count, tokens);
    return tokens;
}

Contribution Trainer::gradient(int shard, Model::Workspace& workspace, std::vector<float> buffer, std::vector<std::int32_t> tokens) const {
    const ShardRange range = shard_range(settings_.batch, shards_, shard);
    if (tokens.empty()) tokens = batch_tokens(range.first, range.count);
    Contribution result{0, std::move(buffer)};
    result.gradient.resize(parameters_.size());
    const float scale = static_cast<float>(1.0 / (static_cast<double>(settings_.batch) * settings_.length));
    result.loss = model_->gradient({tokens, range.count, sampler_.sequence_length()}, {settings_.seed, step_, range.first}, scale, result.gradient, workspace);
    return result;
}

StepResult Trainer::apply(const Contribution& total) {
    StepResult result;
    result.loss = total.loss / (static_cast<double>(settings_.batch) * settings_.length);
    result.gradient_norm = global_norm(total.gradient);
    if (diverged() || !std::isfinite(result.loss) || !std::isfinite(result.gradient_norm)) {
        if (!diverged()) failed_step_ = step_ + 1;
        if (can_undo_) {
            can_undo_ = false;
            parameters_.swap(parameters_before_);
            optimizer_.undo();
            schedule_.restore(schedule_before_);
            --step_;
        }
    } else {
        parameters_.swap(parameters_before_);
        optimizer_.apply(parameters_before_, total.gradient, clip_scale(result.gradient_norm, settings_.clip), learning_rate(), parameters_);
        schedule_before_ = schedule_.state();
        schedule_.observe(result.loss);
        can_undo_ = true;
        ++step_;
    }
    order_epoch();
    model_->prepare(parameters_);
    result.step = step_;
    result.diverged = diverged();
    result.failed_step = failed_step_;
    return result;
}

StepResult Trainer::train_step(Model::Workspace& workspace) {
    TreeSum sum(shards_);
    for (int shard = 0; shard < shards_; ++shard) sum.add({0, shard}, gradient(shard, workspace, sum.take_spare(parameters_.size())));
    return apply(sum.take_root());
}

Checkpoint Trainer::checkpoint() const { return {step_, parameters_, optimizer_.first(), optimizer_.second(), schedule_.state()}; }

void Trainer::restore(const Checkpoint& checkpoint) {
    if (checkpoint.step < 0 || checkpoint.parameters.size() != parameters_.size())
        throw Error("The checkpoint does not fit this model.", "Restore a checkpoint that was made with the same settings.");
    schedule_.restore(checkpoint.schedule);
    optimizer_.restore(checkpoint.step, checkpoint.first_moment, checkpoint.second_moment);
    parameters_ = checkpoint.parameters;
    step_ = checkpoint.step;
    can_undo_ = false;
    failed_step_ = 0;
    order_epoch();
    model_->prepare(parameters_);
}

TensorFile Trainer::to_tensors() const { return checkpoint_to_tensors(checkpoint(), model_->table(), settings_, chain_); }

}  // namespace ladder
