// The collapsed minimal model for the instruction set that the whole program is built for: 128 bits in
// WebAssembly, on NEON and on any x86-64; scalar where there are no vector instructions.
#define LADDER_SIMD_TARGET simd_plain
#include "kernels/minimal_simd.h"

namespace ladder {
extern const MinimalKernels minimal_kernels_plain;
const MinimalKernels minimal_kernels_plain = simd_plain::kernels("128 bit");
}  // namespace ladder
