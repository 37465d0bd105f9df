// The changed model is prepared anew for every question: at the paper's sizes that and 64 sequences take half a millisecond.
#include "ladder/what_if.h"

#include <algorithm>
#include <cmath>

namespace ladder {
namespace {

std::vector<std::int32_t> held_out(const Settings& s, const Chain& chain, int sequences) {
    const Sampler sampler(chain, s.length, s.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sequences) * static_cast<std::size_t>(sampler.sequence_length()));
    sampler.sample(Stream::validation_data, 0, sequences, tokens);
    return tokens;
}

// (d, d) column by column from token to logits, less each column's mean.
std::vector<double> centred(int d, auto&& at) {
    std::vector<double> m(static_cast<std::size_t>(d) * static_cast<std::size_t>(d));
    for (int token = 0; token < d; ++token) {
        double mean = 0;
        for (int v = 0; v < d; ++v) mean += static_cast<double>(at(v, token)) / d;
        for (int v = 0; v < d; ++v) m[static_cast<std::size_t>(v) * static_cast<std::size_t>(d) + static_cast<std::size_t>(token)] = static_cast<double>(at(v, token)) - mean;
    }
    return m;
}

double cosine(const std::vector<double>& a, const std::vector<double>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

WhatIf::WhatIf(const Settings& settings, const Chain& chain, int sequences)
    : settings_(settings),
      chain_(chain),
      tokens_(held_out(settings, chain, std::clamp(sequences, 1, std::max(settings.validation, 1)))),
      gaps_(rung_gaps(chain)),
      evaluator_(chain, settings, tokens_),
      model_(make_model(settings)),
      workspace_(model_->workspace()) {}

WhatIf::Answer WhatIf::ask(std::span<const float> parameters, std::span<const HeadEdit> edits, std::span<const float> attention) {
    model_->prepare(edit_heads(settings_, model_->table(), chain_, parameters, edits, attention));
    EvaluationSums sums;
    for (int shard = 0; shard < evaluator_.shards(); ++shard) sums.add(evaluator_.evaluate(*model_, shard, *workspace_));
    const Evaluation e = evaluator_.finish(sums);
    return {e.loss, e.excess(), static_cast<int>(std::min_element(e.kl.begin(), e.kl.end()) - e.kl.begin()), ladder_height(e.kl, gaps_), e.kl};
}

std::vector<double> WhatIf::value_alignment(std::span<const float> parameters) const {
    if (settings_.model != ModelKind::minimal || settings_.blocks != 1) return {};
    const int d = chain_.vocabulary();
    const std::size_t D = static_cast<std::size_t>(d + input_length(settings_));
    std::vector<std::vector<double>> needed;
    for (int k = 0; k < chain_.span_count(); ++k) {
        const float* feature = chain_.features().data() + static_cast<std::size_t>(k) * static_cast<std::size_t>(d) * static_cast<std::size_t>(d);
        needed.push_back(centred(d, [&](int v, int token) { return feature[static_cast<std::size_t>(v) * static_cast<std::size_t>(d) + static_cast<std::size_t>(token)]; }));
    }
    std::vector<double> alignment;
    for (int head = 0; head < settings_.heads; ++head) {
        const float* value = parameters.data() + model_->table().find("transformer_blocks.0.self_attention.value_proj." + std::to_string(head) + ".weight").offset;
        const auto written = centred(d, [&](int v, int token) { return value[static_cast<std::size_t>(v) * D + static_cast<std::size_t>(token)]; });
        for (const std::vector<double>& feature : needed) alignment.push_back(cosine(written, feature));
    }
    return alignment;
}

}  // namespace ladder
