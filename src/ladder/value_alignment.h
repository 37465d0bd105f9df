// What the heads' values have to do with what the spans need, read off the parameters.
#pragma once

#include <span>
#include <vector>

#include "base/settings.h"
#include "model/parameters.h"
#include "task/chain.h"

namespace ladder {

// Minimal model with one block: how alike what head a writes and what span k needs are, the cosine of its value
// matrix and the feature matrix A_k, both (d, d) from token to logit and without what softmax ignores (their
// columns' means). (H, h) in [-1, 1]; empty for other models, and for a text, which has no feature matrices.
// parameters: flat, as in the model's table.
std::vector<double> value_alignment(const Settings&, const Chain&, const ParameterTable&, std::span<const float> parameters);

}  // namespace ladder
