// Chooses the implementation for a model's settings.
#include "model/model.h"

#include <vector>

#include "model/full.h"
#include "model/minimal.h"
#include "model/minimal_fast.h"

namespace ladder {

void Model::forward_sums(const TokenBatch& batch, int maps, std::span<float> logits, std::span<double> attention_sums, Workspace& workspace) const {
    const std::size_t T = static_cast<std::size_t>(batch.length) - 1, B = static_cast<std::size_t>(batch.sequences), M = static_cast<std::size_t>(maps);
    const std::size_t rows = attention_sums.size() / M, map = T * T;  // rows: L * T, the last of a map
    std::vector<float> attention(B * M * map);
    forward(batch, logits, attention, false, workspace);
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t m = 0; m < M; ++m) {
            const float* from = attention.data() + (b * M + m + 1) * map - rows;
            for (std::size_t i = 0; i < rows; ++i) attention_sums[m * rows + i] += static_cast<double>(from[i]);
        }
}

std::unique_ptr<Model> make_model(const Settings& settings, Kernels kernels) {
    if (settings.model == ModelKind::full) return make_full(settings, kernels);
    // The collapsed kernels hold for one-hot inputs, so for a single block only.
    if (kernels == Kernels::fast && settings.blocks == 1) return make_fast_minimal(settings, minimal_table(settings));
    return make_reference_minimal(settings);
}

}  // namespace ladder
