// Adapts the reference computation, which knows one sequence, to batches and flat buffers.
#include "model/minimal.h"

#include <algorithm>
#include <string>

namespace ladder {
namespace {

class ReferenceMinimal final : public Model {
public:
    explicit ReferenceMinimal(const Settings& settings) : table_(minimal_table(settings)), reference_(minimal_sizes(settings)) {}

    const ParameterTable& table() const override { return table_; }

    std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Scratch>(); }

    void prepare(std::span<const float> parameters) override { reference_.set_parameters(parameters); }

    double gradient(const TokenBatch& batch, const StepContext&, float scale, std::span<float> gradient, Workspace& workspace) const override {
        std::fill(gradient.begin(), gradient.end(), 0.0f);
        double loss = 0;
        for (int s = 0; s < batch.sequences; ++s) loss += reference_.gradient(sequence(batch, s), static_cast<Scratch&>(workspace).state, gradient);
        for (float& g : gradient) g *= scale;
        return loss;
    }

    void forward(const TokenBatch& batch, std::span<float> logits, std::span<float> attention, bool all_rows, Workspace& workspace) const override {
        const MinimalSizes& sizes = reference_.sizes();
        const int T = sizes.positions, L = sizes.predictions, V = sizes.vocabulary;
        auto& state = static_cast<Scratch&>(workspace).state;
        float* to_logits = logits.data();
        float* to_attention = attention.data();
        for (int s = 0; s < batch.sequences; ++s) {
            reference_.forward(sequence(batch, s), state);
            for (int i = T - L; i < T; ++i) to_logits = std::copy_n(state.output.row(i).data(), V, to_logits);
            if (attention.empty()) continue;
            for (const auto& block : state.blocks)
                for (const auto& head : block.heads) {
                    float* const map = to_attention;
                    to_attention = std::copy_n(head.attention.data(), T * T, map);
                    if (!all_rows) std::fill_n(map, (T - L) * T, 0.0f);
                }
        }
    }

private:
    struct Scratch final : Workspace {
        MinimalReference<float>::State state;
    };

    static const std::int32_t* sequence(const TokenBatch& batch, int s) { return batch.tokens.data() + static_cast<std::size_t>(s) * batch.length; }

    ParameterTable table_;
    MinimalReference<float> reference_;
};

}  // namespace

MinimalSizes minimal_sizes(const Settings& s) {
    return {.vocabulary = s.vocabulary, .positions = input_length(s), .predictions = s.length, .heads = s.heads, .blocks = s.blocks};
}

ParameterTable minimal_table(const Settings& settings) {
    const MinimalSizes sizes = minimal_sizes(settings);
    const std::int64_t dim = sizes.dim(), vocabulary = sizes.vocabulary;
    ParameterTable table;
    for (int b = 0; b < sizes.blocks; ++b) {
        const std::string attention = "transformer_blocks." + std::to_string(b) + ".self_attention.";
        for (int h = 0; h < sizes.heads; ++h) table.add(attention + "query_proj." + std::to_string(h) + ".weight", {dim, dim}, Init::xavier_query);
        for (int h = 0; h < sizes.heads; ++h) table.add(attention + "value_proj." + std::to_string(h) + ".weight", {dim, dim}, Init::xavier_value);
    }
    ConstantTensor readout{"decoder.weight", {vocabulary, dim}, std::vector<float>(static_cast<std::size_t>(vocabulary * dim))};
    for (std::int64_t v = 0; v < vocabulary; ++v) readout.values[static_cast<std::size_t>(v * dim + v)] = 1;
    table.add_constant(std::move(readout));
    return table;
}

std::unique_ptr<Model> make_reference_minimal(const Settings& settings) { return std::make_unique<ReferenceMinimal>(settings); }

}  // namespace ladder
