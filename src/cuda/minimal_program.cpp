// The minimal model's kernels in their order. A batch is cut into groups of sequences, a block each, whatever the
// device: the order of every sum follows from the settings alone.
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "cuda/program.h"

namespace ladder::cuda {
namespace {

constexpr int most_groups = 128, group_size = 4;  // blocks of a run; sequences that a block has at least, where there are so many
constexpr double log2_e = 1.4426950408889634;

MinimalShape shape_of(const Settings& s) { return {s.vocabulary, input_length(s), s.heads, window(s) - 1}; }

int blocks_of(int size, int piece) { return (size + piece - 1) / piece; }

class MinimalProgram final : public Program {
public:
    MinimalProgram(Machine& machine, const Settings& s, int runs)
        : machine_(machine),
          shape_(shape_of(s)),
          groups_(std::clamp(blocks_of(s.batch, group_size), 1, most_groups)),
          mean_scale_(1.0 / (static_cast<double>(s.batch) * s.length)),
          root_dim_(std::sqrt(static_cast<double>(shape_.dim()))),
          tables_(machine, static_cast<std::size_t>(shape_.tables_size()), runs),
          partials_(machine, static_cast<std::size_t>(groups_) * static_cast<std::size_t>(shape_.tables_size()), runs) {
        // Where it goes is the device's affair and changes no bit.
        if (!fits<Room::sums_outside>()) gradient_memory_.emplace(machine, static_cast<std::size_t>(groups_) * memory_size(shape_.first_row, true), runs);
        if (floats(shape_.memory_size(0, false)) > machine.most_shared()) forward_memory_.emplace(machine, static_cast<std::size_t>(forward_sequences()) * memory_size(0, false));
    }

    int loss_count() const override { return groups_; }

    void gradient(const StepArrays& a) override {
        prepare(a);
        if (fits<Room::shared>()) find_sums<Room::shared>(a);
        else if (fits<Room::sums_outside>()) find_sums<Room::sums_outside>(a);
        else find_sums<Room::all_outside>(a);
        const ReduceMinimal reduce{shape_, partials_, a.gradient, groups_, static_cast<float>(mean_scale_ / (log2_e * root_dim_)), static_cast<float>(mean_scale_)};
        machine_.run(reduce, {blocks_of(shape_.tables_size(), PartialSums::outputs), a.run_count, PartialSums::threads, PartialSums::shared});
    }

    void forward(const StepArrays& a, int run, const std::int32_t* tokens, int sequences, float* logits, float* attention, bool all_rows) override {
        prepare(a);
        const MinimalForward forward{shape_, tables_, tokens, logits, attention, run, all_rows ? 0 : shape_.first_row, forward_memory_ ? forward_memory_->data() : nullptr};
        machine_.run(forward, {sequences, 1, 256, floats(forward.shared_size())});
    }
    int forward_sequences() const override { return 256; }

private:
    static std::size_t floats(int count) { return static_cast<std::size_t>(count) * sizeof(float); }  // in bytes
    std::size_t memory_size(int first, bool with_gradient) const { return static_cast<std::size_t>(shape_.memory_size(first, with_gradient)); }

    template <Room room>
    bool fits() const { return floats(MinimalGradient<room>::shared_size(shape_)) <= machine_.most_shared(); }
    template <Room room>
    void find_sums(const StepArrays& a) {
        using Sums = MinimalGradient<room>;
        Sums sums{shape_, tables_, a.tokens, partials_, a.losses, a.batch, groups_, {}};
        if (gradient_memory_) sums.outside = *gradient_memory_;
        machine_.run(sums, {groups_, a.run_count, Sums::bounds.threads, floats(Sums::shared_size(shape_))});
    }

    void prepare(const StepArrays& a) {
        const PrepareMinimal kernel{shape_, a.parameters, tables_, static_cast<float>(log2_e / root_dim_), static_cast<float>(log2_e)};
        machine_.run(kernel, {blocks_of(shape_.tables_size(), PrepareMinimal::piece), a.run_count, 256, 0});
    }

    Machine& machine_;
    MinimalShape shape_;
    int groups_;
    double mean_scale_, root_dim_;
    DeviceArray<float> tables_, partials_;
    std::optional<DeviceArray<float>> gradient_memory_, forward_memory_;  // where a block's own is too small
};

}  // namespace

std::unique_ptr<Program> make_minimal_program(Machine& machine, const Settings& s, int runs) {
    if (s.blocks != 1) throw Error("On a GPU the minimal model has one block, not " + std::to_string(s.blocks) + ".", "Use --blocks 1 or --model full, or leave out --device.");
    return std::make_unique<MinimalProgram>(machine, s, runs);
}

}  // namespace ladder::cuda
