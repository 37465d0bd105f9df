// The minimal model on the vector kernels of kernels/minimal_kernel.h.
#pragma once

#include <memory>

#include "kernels/minimal_kernel.h"
#include "model/model.h"

namespace ladder {

// table: the minimal model's parameters (per head a query matrix, then per head a value matrix).
// kernels: one of available_minimal_kernels(); the best of this machine unless a test asks for another.
// Error: a table of another size than these settings need.
std::unique_ptr<Model> make_fast_minimal(const Settings&, ParameterTable table, const MinimalKernels& kernels = minimal_kernels());

}  // namespace ladder
