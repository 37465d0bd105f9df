#include "cuda/batch_source.h"

#include <limits>
#include <numeric>
#include <vector>

namespace ladder::cuda {
namespace {

constexpr int any_number = std::numeric_limits<int>::max();

// The batch's tokens, and sizes that all sources have.
class Source : public BatchSource {
public:
    Source(Machine& machine, std::span<const Trainer* const> trainers)
        : machine_(machine), runs_(static_cast<int>(trainers.size())), batch_(trainers.front()->settings().batch), width_(trainers.front()->sampler().sequence_length()),
          tokens_(machine, static_cast<std::size_t>(batch_) * static_cast<std::size_t>(width_), runs_) {}

    PerRun<const std::int32_t> tokens() const override { return tokens_; }

protected:
    Machine& machine_;
    int runs_, batch_, width_;
    DeviceArray<std::int32_t> tokens_;
};

class OnlineSource final : public Source {
public:
    OnlineSource(Machine& machine, std::span<const Trainer* const> trainers)
        : Source(machine, trainers), factors_(machine, trainers.front()->sampler().factors().size(), runs_), logits_(machine, factors_.count(), runs_) {
        for (int r = 0; r < runs_; ++r) {
            const Sampler& sampler = trainers[static_cast<std::size_t>(r)]->sampler();
            factors_.put(r, sampler.factors().data(), factors_.count());
            logits_.put(r, sampler.logits().data(), logits_.count());
        }
        const Chain& chain = trainers.front()->chain();
        kernel_ = {{}, factors_, logits_, tokens_, static_cast<std::uint32_t>(Stream::train_data), chain.vocabulary(), trainers.front()->sampler().padded(), chain.window(), width_, batch_};
    }

    int enter(int, std::int64_t) override { return any_number; }
    void run(const Runs& runs) override {
        kernel_.runs = runs;
        machine_.run(kernel_, {(batch_ + SampleTokens::together - 1) / SampleTokens::together, runs_, SampleTokens::bounds.threads, static_cast<std::size_t>(kernel_.shared_size()) * sizeof(float)});
    }

private:
    DeviceArray<float> factors_, logits_;
    SampleTokens kernel_;
};

// All runs learn from the same text.
class TextSource final : public Source {
public:
    TextSource(Machine& machine, std::span<const Trainer* const> trainers) : Source(machine, trainers), text_(machine, trainers.front()->sampler().training_text().size()) {
        text_.put(0, trainers.front()->sampler().training_text().data(), text_.count());
    }

    int enter(int, std::int64_t) override { return any_number; }
    void run(const Runs& runs) override {
        const CutText kernel{runs, {text_.data(), 0}, tokens_, static_cast<std::uint32_t>(Stream::train_data), static_cast<std::uint32_t>(text_.count()), width_, batch_};
        machine_.run(kernel, {batch_, runs_, 32, 0});
    }

private:
    DeviceArray<std::int32_t> text_;
};

// Finite data in a new order every epoch, or one fixed batch.
class SetSource final : public Source {
public:
    SetSource(Machine& machine, std::span<const Trainer* const> trainers)
        : Source(machine, trainers),
          trainers_(trainers.begin(), trainers.end()),
          fixed_(trainers.front()->fixed_batch()),
          set_(machine, trainers.front()->training_tokens().size(), runs_),
          order_(machine, set_.count() / static_cast<std::size_t>(width_), runs_),
          epochs_(trainers.size(), -1) {
        std::vector<std::int32_t> places(order_.count());
        std::iota(places.begin(), places.end(), 0);
        for (int r = 0; r < runs_; ++r) {
            set_.put(r, trainers[static_cast<std::size_t>(r)]->training_tokens().data(), set_.count());
            order_.put(r, places.data(), places.size());
        }
    }

    int enter(int run, std::int64_t step) override {
        if (fixed_) return any_number;
        const Trainer& trainer = *trainers_[static_cast<std::size_t>(run)];
        const std::int64_t batches = trainer.epoch_batches(), epoch = step / batches;
        if (std::int64_t& known = epochs_[static_cast<std::size_t>(run)]; known != epoch) {
            const std::vector<std::int32_t> order = trainer.epoch_order(epoch);
            order_.put(run, order.data(), order.size());
            known = epoch;
        }
        return static_cast<int>(batches - step % batches);
    }
    void run(const Runs& runs) override {
        const PickTokens kernel{runs, set_, order_, tokens_, width_, batch_, fixed_ ? 1 : static_cast<int>(trainers_.front()->epoch_batches())};
        machine_.run(kernel, {batch_, runs_, 32, 0});
    }

private:
    std::vector<const Trainer*> trainers_;
    bool fixed_;
    DeviceArray<std::int32_t> set_, order_;
    std::vector<std::int64_t> epochs_;  // that each run's order belongs to
};

}  // namespace

std::unique_ptr<BatchSource> make_batch_source(Machine& machine, std::span<const Trainer* const> trainers) {
    const Trainer& first = *trainers.front();
    if (!first.training_tokens().empty()) return std::make_unique<SetSource>(machine, trainers);
    if (first.settings().data == DataSource::text) return std::make_unique<TextSource>(machine, trainers);
    return std::make_unique<OnlineSource>(machine, trainers);
}

}  // namespace ladder::cuda
