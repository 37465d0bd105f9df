// Adapts the collapsed kernels, which know pointers and sizes only, to the Model interface.
#include "model/minimal_fast.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "kernels/aligned_buffer.h"

namespace ladder {
namespace {

class FastMinimal final : public Model {
public:
    FastMinimal(const Settings& settings, ParameterTable table, const MinimalKernels& kernels)
        : table_(std::move(table)),
          kernels_(kernels),
          layout_(minimal_layout(settings.vocabulary, input_length(settings), settings.heads, window(settings) - 1, kernels.lanes)),
          tables_(layout_.tables_size) {
        const std::size_t dim = static_cast<std::size_t>(layout_.dim), need = 2 * static_cast<std::size_t>(layout_.heads) * dim * dim;
        if (table_.size() != need)
            throw Error("The minimal model has " + std::to_string(need) + " parameters with these settings, but the table lists " + std::to_string(table_.size()) + ".");
    }

    const ParameterTable& table() const override { return table_; }

    std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Scratch>(layout_); }

    void prepare(std::span<const float> parameters) override { scaling_ = kernels_.prepare(layout_, parameters.data(), tables_.data()); }

    double gradient(const TokenBatch& batch, const StepContext&, float scale, std::span<float> gradient, Workspace& workspace) const override {
        Scratch& scratch = static_cast<Scratch&>(workspace);
        scratch.d_tables.clear();
        const double loss = kernels_.gradient(layout_, scaling_, tables_.data(), batch.tokens.data(), batch.sequences, scratch.d_tables.data(), scratch.arrays.data());
        kernels_.scatter(layout_, scale, scratch.d_tables.data(), gradient.data());
        return loss;
    }

    void forward(const TokenBatch& batch, std::span<float> logits, std::span<float> attention, bool all_rows, Workspace& workspace) const override {
        Scratch& scratch = static_cast<Scratch&>(workspace);
        kernels_.forward(layout_, scaling_, tables_.data(), batch.tokens.data(), batch.sequences, logits.data(), attention.empty() ? nullptr : attention.data(),
                         all_rows, scratch.arrays.data());
    }

    void forward_sums(const TokenBatch& batch, int, std::span<float> logits, std::span<double> attention_sums, Workspace& workspace) const override {
        Scratch& scratch = static_cast<Scratch&>(workspace);
        scratch.sums.clear();
        kernels_.forward_sums(layout_, scaling_, tables_.data(), batch.tokens.data(), batch.sequences, logits.data(), scratch.sums.data(), scratch.arrays.data());
        double* to = attention_sums.data();
        const int T = layout_.positions, H = layout_.heads;
        for (int h = 0; h < H; ++h)
            for (int r = 0; r < T - layout_.first_row; ++r, to += T)
                for (int j = 0; j < T; ++j) to[j] += scratch.sums.data()[r * layout_.key_step + j * H + h];
    }

private:
    struct Scratch final : Workspace {
        explicit Scratch(const MinimalLayout& layout) : d_tables(layout.tables_size), arrays(layout.scratch_size), sums(static_cast<std::size_t>(layout.positions) * static_cast<std::size_t>(layout.key_step)) {}
        AlignedBuffer d_tables, arrays, sums;
    };

    ParameterTable table_;
    const MinimalKernels& kernels_;
    MinimalLayout layout_;
    AlignedBuffer tables_;
    MinimalScaling scaling_;
};

}  // namespace

std::unique_ptr<Model> make_fast_minimal(const Settings& settings, ParameterTable table, const MinimalKernels& kernels) {
    return std::make_unique<FastMinimal>(settings, std::move(table), kernels);
}

}  // namespace ladder
