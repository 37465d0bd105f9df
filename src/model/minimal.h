// The minimal transformer as a Model: its parameter table, which every implementation shares, and the
// plain reference implementation. The fast one is in minimal_fast.h.
#pragma once

#include <memory>

#include "kernels/minimal_reference.h"
#include "model/model.h"

namespace ladder {

MinimalSizes minimal_sizes(const Settings&);

// For each block one query matrix per head, then one value matrix per head. The fixed read-out, which takes the
// first d components, is the constant decoder.weight.
ParameterTable minimal_table(const Settings&);

std::unique_ptr<Model> make_reference_minimal(const Settings&);

}  // namespace ladder
