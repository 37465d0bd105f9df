#include "cuda/device_runs.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cuda/batch_source.h"
#include "cuda/program.h"

namespace ladder::cuda {
namespace {

constexpr int most_steps = 256;  // between two words with the host

int blocks_for(std::size_t size, int piece) { return static_cast<int>((size + static_cast<std::size_t>(piece) - 1) / static_cast<std::size_t>(piece)); }

const Settings& shared_settings(std::span<const Trainer* const> trainers) {
    const Settings& first = trainers.front()->settings();
    for (const Trainer* t : trainers)
        if (!can_share_device(first, t->settings())) throw Error("Runs of different shapes cannot share a device's launches.", "Give runs together that have the same model, batch, data and sequences.");
    return first;
}

RunConstants constants_of(const Settings& s) {
    return {s.seed, s.clip, static_cast<float>(s.weight_decay), static_cast<float>(s.momentum), static_cast<std::uint32_t>(s.dropout * 0x1p32), static_cast<float>(1 / (1 - s.dropout))};
}

// What the device held of all runs when a checkpoint was last asked for. A sweep asks for all runs' one after the other, and
// one copy of everything takes less time than hundreds of small ones.
struct Mirror {
    std::vector<float> parameters, first, second;
    bool current = false;
};

// One run's side on the host.
struct RunSide {
    Schedule schedule;
    double weight_decay;
    Schedule::State schedule_before{};
    std::int64_t failed_step = 0;
    bool can_undo = false;  // the device's *_before hold the state before the last update
};

class DeviceRuns final : public StepDevice {
public:
    DeviceRuns(std::unique_ptr<Machine> machine, std::span<const Trainer* const> trainers)
        : machine_(std::move(machine)),
          settings_(shared_settings(trainers)),
          count_(static_cast<int>(trainers.size())),
          size_(trainers.front()->parameters().size()),
          moments_(settings_.optimizer == OptimizerKind::adamw ? size_ : 1),
          source_(make_batch_source(*machine_, trainers)),
          program_(settings_.model == ModelKind::full ? make_full_program(*machine_, settings_, trainers.front()->model().table(), count_) : make_minimal_program(*machine_, settings_, count_)),
          constants_(*machine_, 1, count_),
          device_states_(*machine_, 1, count_),
          rates_(*machine_, most_steps, count_),
          losses_(*machine_, static_cast<std::size_t>(program_->loss_count()), count_),
          squares_(*machine_, static_cast<std::size_t>(blocks_for(size_, SquareSums::piece)), count_),
          parameters_(*machine_, size_, count_),
          gradient_(*machine_, size_, count_),
          first_(*machine_, size_, count_),
          second_(*machine_, moments_, count_),
          parameters_before_(*machine_, size_, count_),
          first_before_(*machine_, size_, count_),
          second_before_(*machine_, moments_, count_),
          states_(trainers.size()) {
        gradient_.clear();
        second_.clear();
        std::vector<RunConstants> constants;
        for (const Trainer* t : trainers) {
            constants.push_back(constants_of(t->settings()));
            sides_.push_back({t->schedule(), t->settings().weight_decay});
        }
        constants_.put_all(constants.data());
        for (int run = 0; run < count_; ++run) restore(run, trainers[static_cast<std::size_t>(run)]->checkpoint());
        step_ = machine_->record([this] { run_step(); });
    }

    std::string name() const override { return machine_->name(); }
    int runs() const override { return count_; }

    std::vector<StepResult> advance(int steps) override {
        mirror_.current = false;
        while (steps > 0) {
            int count = std::min(steps, most_steps);
            for (std::size_t r = 0; r < states_.size(); ++r) {
                if (states_[r].diverged) continue;
                count = std::min(count, source_->enter(static_cast<int>(r), states_[r].step));
                if (sides_[r].schedule.follows_losses()) count = 1;
            }
            begin(count);
            for (int i = 0; i < count; ++i) step_->replay();
            const std::vector<RunState> before = states_;
            device_states_.get_all(states_.data());
            for (std::size_t r = 0; r < states_.size(); ++r)
                if (!before[r].diverged) end(static_cast<int>(r), before[r].step);
            steps -= count;
        }
        std::vector<StepResult> results;
        for (std::size_t r = 0; r < states_.size(); ++r) results.push_back({states_[r].step, states_[r].loss, states_[r].gradient_norm, states_[r].diverged != 0, sides_[r].failed_step});
        return results;
    }

    Contribution gradient(int run) override {
        for (int r = 0; r < count_; ++r) static_cast<void>(source_->enter(r, states_[static_cast<std::size_t>(r)].step));
        begin(0);
        source_->run(runs_of());
        program_->gradient(arrays());
        Contribution result{0, std::vector<float>(size_)};
        gradient_.get(run, result.gradient.data(), size_);
        std::vector<double> losses(losses_.count());
        losses_.get(run, losses.data(), losses.size());
        for (const double loss : losses) result.loss += loss;
        return result;
    }

    Checkpoint checkpoint(int run) override {
        const std::size_t r = static_cast<std::size_t>(run);
        if (!mirror_.current) fill_mirror();
        const auto own = [&](const std::vector<float>& all, std::size_t size) {
            const float* from = all.data() + r * size;
            return std::vector<float>(from, from + size);
        };
        return {states_[r].step, own(mirror_.parameters, size_), own(mirror_.first, size_), own(mirror_.second, settings_.optimizer == OptimizerKind::adamw ? size_ : 0), sides_[r].schedule.state()};
    }

    void restore(int run, const Checkpoint& c) override {
        const bool adamw = settings_.optimizer == OptimizerKind::adamw;
        if (c.step < 0 || c.parameters.size() != size_ || c.first_moment.size() != size_ || c.second_moment.size() != (adamw ? size_ : 0))
            throw Error("The checkpoint does not fit this model.", "Restore a checkpoint that was made with the same settings.");
        mirror_.current = false;
        RunSide& side = sides_[static_cast<std::size_t>(run)];
        side.schedule.restore(c.schedule);
        side.can_undo = false;
        parameters_.put(run, c.parameters.data(), size_);
        first_.put(run, c.first_moment.data(), size_);
        if (adamw) second_.put(run, c.second_moment.data(), size_);
        states_[static_cast<std::size_t>(run)] = {};
        states_[static_cast<std::size_t>(run)].step = c.step;
    }

    void forward(int run, const TokenBatch& batch, std::span<float> logits, std::span<float> attention, bool all_rows) override {
        const int most = std::min(batch.sequences, program_->forward_sequences());
        const std::size_t width = static_cast<std::size_t>(batch.length), per_sequence = logits.size() / static_cast<std::size_t>(batch.sequences), maps = attention.size() / static_cast<std::size_t>(batch.sequences);
        DeviceArray<std::int32_t> tokens(*machine_, static_cast<std::size_t>(most) * width);
        DeviceArray<float> device_logits(*machine_, static_cast<std::size_t>(most) * per_sequence);
        DeviceArray<float> device_maps(*machine_, std::max<std::size_t>(static_cast<std::size_t>(most) * maps, 1));
        for (int first = 0; first < batch.sequences; first += most) {
            const std::size_t at = static_cast<std::size_t>(first), n = static_cast<std::size_t>(std::min(most, batch.sequences - first));
            tokens.put(0, batch.tokens.data() + at * width, n * width);
            program_->forward(arrays(), run, tokens.data(), static_cast<int>(n), device_logits.data(), maps ? device_maps.data() : nullptr, all_rows);
            device_logits.get(0, logits.data() + at * per_sequence, n * per_sequence);
            if (maps) device_maps.get(0, attention.data() + at * maps, n * maps);
        }
    }

private:
    Runs runs_of() const { return {constants_.data(), device_states_.data()}; }
    StepArrays arrays() const { return {runs_of(), count_, settings_.batch, source_->tokens(), parameters_, gradient_, losses_}; }

    void fill_mirror() {
        const std::size_t runs = static_cast<std::size_t>(count_);
        mirror_.parameters.resize(size_ * runs);
        mirror_.first.resize(size_ * runs);
        mirror_.second.resize(moments_ * runs);
        parameters_.get_all(mirror_.parameters.data());
        first_.get_all(mirror_.first.data());
        second_.get_all(mirror_.second.data());
        mirror_.current = true;
    }

    // The device's states, and the rates of the next `count` updates of every run.
    void begin(int count) {
        std::vector<StepRates> rates(states_.size() * most_steps);
        for (std::size_t r = 0; r < states_.size(); ++r) {
            states_[r].rates_at = states_[r].step;
            for (int i = 0; i < count; ++i) {
                const std::int64_t step = states_[r].step + i;
                const double rate = sides_[r].schedule.rate(step);
                const auto [keep, scaled, root_correction] = adamw_factors(rate, sides_[r].weight_decay, step + 1);
                rates[r * most_steps + static_cast<std::size_t>(i)] = {keep, scaled, root_correction, static_cast<float>(rate)};
            }
        }
        rates_.put_all(rates.data());
        device_states_.put_all(states_.data());
    }

    // A run's side of the steps that were made since it stood at `before`.
    void end(int run, std::int64_t before) {
        RunState& state = states_[static_cast<std::size_t>(run)];
        RunSide& side = sides_[static_cast<std::size_t>(run)];
        if (state.step > before) {
            side.can_undo = true;
            side.schedule_before = side.schedule.state();
            side.schedule.observe(state.loss);  // where it counts, a step was made alone
        }
        if (!state.diverged) return;
        side.failed_step = state.step + 1;
        if (!std::exchange(side.can_undo, false)) return;
        side.schedule.restore(side.schedule_before);
        --state.step;
        parameters_.copy_from(parameters_before_, run);
        first_.copy_from(first_before_, run);
        second_.copy_from(second_before_, run);
    }

    // The kernels of one step.
    void run_step() {
        source_->run(runs_of());
        program_->gradient(arrays());
        constexpr int threads = 256;
        constexpr std::size_t sums = threads * sizeof(double);
        machine_->run(SquareSums{gradient_, squares_, static_cast<int>(size_)}, {static_cast<int>(squares_.count()), count_, threads, sums});
        machine_->run(FinishStep{runs_of(), losses_, squares_, static_cast<int>(losses_.count()), static_cast<int>(squares_.count()), static_cast<double>(settings_.batch) * settings_.length},
                      {1, count_, threads, sums});
        const UpdateArrays update{parameters_, first_, second_, parameters_before_, first_before_, second_before_, gradient_, rates_};
        if (settings_.optimizer == OptimizerKind::adamw) machine_->run(UpdateAdamW{runs_of(), update, static_cast<int>(size_)}, {blocks_for(size_, UpdateAdamW::piece), count_, threads, 0});
        else machine_->run(UpdateSgd{runs_of(), update, static_cast<int>(size_)}, {blocks_for(size_, UpdateSgd::piece), count_, threads, 0});
    }

    std::unique_ptr<Machine> machine_;  // first: the arrays go back to it
    Settings settings_;                 // of the first run: the shapes are all runs'
    int count_;
    std::size_t size_, moments_;        // of a run: parameters, second moments
    std::unique_ptr<BatchSource> source_;
    std::unique_ptr<Program> program_;
    DeviceArray<RunConstants> constants_;
    DeviceArray<RunState> device_states_;
    DeviceArray<StepRates> rates_;
    DeviceArray<double> losses_, squares_;
    DeviceArray<float> parameters_, gradient_, first_, second_, parameters_before_, first_before_, second_before_;
    std::vector<RunState> states_;
    std::vector<RunSide> sides_;
    Mirror mirror_;
    std::unique_ptr<Recording> step_;
};

}  // namespace

std::unique_ptr<StepDevice> make_device_runs(std::unique_ptr<Machine> machine, std::span<const Trainer* const> trainers) { return std::make_unique<DeviceRuns>(std::move(machine), trainers); }

}  // namespace ladder::cuda
