// The collapsed minimal model for AVX-512; empty on other processors. CMake compiles this file, and only
// this file, with that instruction set; minimal_choice_native.cpp calls it where the processor has it.
#if defined(__x86_64__)
#define LADDER_SIMD_TARGET simd_avx512
#include "kernels/minimal_simd.h"

namespace ladder {
extern const MinimalKernels minimal_kernels_avx512;
const MinimalKernels minimal_kernels_avx512 = simd_avx512::kernels("AVX-512");
}  // namespace ladder
#endif
