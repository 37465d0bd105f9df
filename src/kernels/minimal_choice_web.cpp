// WebAssembly has one instruction set per module; the page loads the module that its browser can run.
#include "kernels/minimal_kernel.h"

namespace ladder {

extern const MinimalKernels minimal_kernels_plain;

MinimalKernelList available_minimal_kernels() { return {{&minimal_kernels_plain}, 1}; }
const MinimalKernels& minimal_kernels() { return minimal_kernels_plain; }

}  // namespace ladder
