// One step: every worker adds up its contiguous shards, the caller joins the subtrees and applies the sum.
// One evaluation: workers take held-out shards as they come free; their sums are added in shard order.
#include "run/training_loop.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

namespace ladder {

int useful_workers(const Settings& settings, int cores) {
    const int wanted = settings.workers > 0 ? settings.workers : cores;
    return std::clamp(wanted, 1, std::max(1, shard_count(settings.batch)));
}

bool evaluation_due(std::int64_t step, int evaluate_every, std::int64_t last_step) {
    return step == 0 || step == last_step || step % std::max(evaluate_every, 1) == 0;
}

std::int64_t next_evaluation(std::int64_t step, int evaluate_every, std::int64_t last_step) {
    const std::int64_t every = std::max(evaluate_every, 1), next = (step / every + 1) * every;
    return step < last_step ? std::min(next, last_step) : next;
}

std::string divergence_message(const Settings& settings, std::int64_t failed_step, std::int64_t kept_step) {
    char rate[32];
    std::snprintf(rate, sizeof rate, "%g", settings.learning_rate);
    return "Training diverged at step " + std::to_string(failed_step) + ": the loss or its gradient is no longer a finite number. The model was put back to step " +
           std::to_string(kept_step) + ". A smaller learning rate than " + rate + " usually mends it.";
}

TrainingLoop::TrainingLoop(const Settings& settings, Kernels kernels, std::shared_ptr<const RunCheckpoint> from)
    : trainer_(settings, kernels),
      pool_(useful_workers(settings, available_cores())),
      evaluator_(trainer_.chain(), trainer_.settings(), trainer_.validation()),
      readout_(trainer_.chain()) {
    for (int i = 0; i < pool_.workers(); ++i) {
        workspaces_.push_back(trainer_.model().workspace());
        sums_.emplace_back(trainer_.shards());
    }
    buffers_.resize(sums_.size());
    if (from) {
        trainer_.restore(from->state);
        if (from->evaluated()) {
            readout_.restore(from->readout);
            evaluated_ = std::move(from);
            recall();
        }
    }
    if (settings.learned) train_learned_members();
}

void TrainingLoop::train_learned_members() {
    learned_ = std::make_unique<LearnedMembers>(trainer_.settings(), trainer_.chain());
    std::atomic<int> next{learned_->classes()};  // the largest first
    pool_.run([&](int) {
        for (int k = next--; k >= 1; k = next--)
            while (!learned_->done(k)) learned_->train_step(k);
    });
    evaluator_.set_learned([this](std::span<const std::int32_t> tokens, std::span<float> out) { learned_->probabilities(tokens, out); });
}

Contribution TrainingLoop::batch_gradient() {
    const std::size_t size = trainer_.model().table().size();
    const int shards = trainer_.shards(), workers = pool_.workers();
    pool_.run([&](int worker) {
        const auto w = static_cast<std::size_t>(worker);
        const ShardRange mine = worker_shards(shards, workers, worker);
        for (int shard = mine.first; shard < mine.first + mine.count; ++shard) {
            std::vector<float> buffer;
            if (buffers_[w].empty()) {
                buffer = sums_[w].take_spare(size);
            } else {
                buffer = std::move(buffers_[w].back());
                buffers_[w].pop_back();
            }
            sums_[w].add({0, shard}, trainer_.gradient(shard, *workspaces_[w], std::move(buffer)));
        }
    });
    // Every subtree that is joined here frees one buffer in the caller's sum: it goes back to the worker it came from.
    for (std::size_t w = 1; w < sums_.size(); ++w)
        for (auto& [node, contribution] : sums_[w].take_all()) {
            sums_[0].add(node, std::move(contribution));
            buffers_[w].push_back(sums_[0].take_spare(size));
        }
    return sums_[0].take_root();
}

void TrainingLoop::reuse(Contribution&& total) { buffers_[0].push_back(std::move(total.gradient)); }

void TrainingLoop::attach(std::shared_ptr<StepDevice> device, int run) {
    device_ = std::move(device);
    run_ = run;
    device_step_ = trainer_.step();
    fetched_ = true;
}

void TrainingLoop::fetch() {
    if (!fetched_) trainer_.restore(device_->checkpoint(run_));
    fetched_ = true;
}

void TrainingLoop::recall() {
    last_.reset();
    if (is_evaluated()) last_ = {evaluated_->step(), evaluated_->train_loss, evaluated_->gradient_norm, false};
}

void TrainingLoop::put_back() {
    trainer_.restore(evaluated_->state);
    device_step_ = evaluated_->step();
    recall();
}

StepResult TrainingLoop::note(StepResult result) {
    last_ = result;
    if (!result.diverged) return result;
    diverged_ = true;
    recall();  // the result is of the step that failed, the state is of one before it
    if (evaluated_ && step() < evaluated_->step()) put_back();
    result.step = step();
    return result;
}

StepResult TrainingLoop::take(const StepResult& result) {
    device_step_ = result.step;
    fetched_ = false;
    if (result.diverged) fetch();
    return note(result);
}

StepResult TrainingLoop::advance(int most) {
    if (device_) return take(device_->advance(most)[static_cast<std::size_t>(run_)]);
    Contribution total = batch_gradient();
    const StepResult result = trainer_.apply(total);
    reuse(std::move(total));
    return note(result);
}

std::shared_ptr<const Snapshot> TrainingLoop::evaluate() {
    fetch();
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->step = trainer_.step();
    if (last_) {
        snapshot->train_loss = last_->loss;
        snapshot->gradient_norm = last_->gradient_norm;
    } else {
        Contribution first = batch_gradient();
        snapshot->train_loss = first.loss / (static_cast<double>(trainer_.settings().batch) * trainer_.settings().length);
        snapshot->gradient_norm = global_norm(first.gradient);
        reuse(std::move(first));
    }

    std::vector<EvaluationSums> sums(static_cast<std::size_t>(evaluator_.shards()));
    std::atomic<int> next{0};
    pool_.run([&](int worker) {
        for (int shard = next++; shard < evaluator_.shards(); shard = next++)
            sums[static_cast<std::size_t>(shard)] = evaluator_.evaluate(trainer_.model(), shard, *workspaces_[static_cast<std::size_t>(worker)]);
    });
    EvaluationSums total;
    for (const EvaluationSums& s : sums) total.add(s);
    snapshot->evaluation = evaluator_.finish(total);
    if (!snapshot->evaluation.finite() || !std::isfinite(snapshot->train_loss)) {
        diverged_ = true;
        if (evaluated_) put_back();
        return nullptr;
    }
    // One that was read before is not read again: its readings would count twice where a change needs several in a row.
    snapshot->reading = is_evaluated() ? readout_.current() : readout_.observe(snapshot->step, snapshot->evaluation);
    evaluated_ = std::make_shared<const RunCheckpoint>(RunCheckpoint{trainer_.checkpoint(), readout_.state(), snapshot->train_loss, snapshot->gradient_norm});
    return snapshot;
}

}  // namespace ladder
