// The full transformer as a Model, and its parameter table.
#pragma once

#include <memory>

#include "model/full_transformer.h"
#include "model/model.h"

namespace ladder {

FullSizes full_sizes(const Settings&);

// Named and initialised as the authors' model: Xavier-uniform projections, normal token embeddings and read-out, biases 0.
// Projections of queries and values follow query-init and value-init.
ParameterTable full_table(const Settings&);

// Error: heads that do not divide the hidden width.
std::unique_ptr<Model> make_full(const Settings&, Kernels);

}  // namespace ladder
