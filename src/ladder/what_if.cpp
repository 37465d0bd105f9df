// The changed model is prepared anew for every question: at the paper's sizes that and 64 sequences take half a millisecond.
#include "ladder/what_if.h"

#include <algorithm>

namespace ladder {
namespace {

std::vector<std::int32_t> held_out(const Settings& s, const Chain& chain, int sequences) {
    const Sampler sampler(chain, s.length, s.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sequences) * static_cast<std::size_t>(sampler.sequence_length()));
    sampler.sample(Stream::validation_data, 0, sequences, tokens);
    return tokens;
}

}  // namespace

WhatIf::WhatIf(const Settings& settings, const Chain& chain, int sequences)
    : settings_(settings),
      chain_(chain),
      tokens_(held_out(settings, chain, std::clamp(sequences, 1, std::max(settings.validation, 1)))),
      scale_(ladder_scale(chain)),
      evaluator_(chain, settings, tokens_),
      model_(make_model(settings)),
      workspace_(model_->workspace()) {}

WhatIf::Answer WhatIf::ask(std::span<const float> parameters, std::span<const HeadEdit> edits, std::span<const float> attention) {
    model_->prepare(edit_heads(settings_, model_->table(), chain_, parameters, edits, attention));
    EvaluationSums sums;
    for (int shard = 0; shard < evaluator_.shards(); ++shard) sums.add(evaluator_.evaluate(*model_, shard, *workspace_));
    const Evaluation e = evaluator_.finish(sums);
    return {e.loss, e.excess(), static_cast<int>(std::min_element(e.kl.begin(), e.kl.end()) - e.kl.begin()), ladder_height(e.kl, scale_), e.kl};
}

}  // namespace ladder
