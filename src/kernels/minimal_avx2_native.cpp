// The collapsed minimal model for AVX2; empty on other processors. CMake compiles this file, and only
// this file, with that instruction set; minimal_choice_native.cpp calls it where the processor has it.
#if defined(__x86_64__)
#define LADDER_SIMD_TARGET simd_avx2
#include "kernels/minimal_simd.h"

namespace ladder {
extern const MinimalKernels minimal_kernels_avx2;
const MinimalKernels minimal_kernels_avx2 = simd_avx2::kernels("AVX2");
}  // namespace ladder
#endif
