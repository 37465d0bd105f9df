// Which of the compiled instruction sets this processor has.
#include "kernels/minimal_kernel.h"

namespace ladder {

extern const MinimalKernels minimal_kernels_plain;
#if defined(__x86_64__)
extern const MinimalKernels minimal_kernels_avx2;
extern const MinimalKernels minimal_kernels_avx512;
#endif

MinimalKernelList available_minimal_kernels() {
    MinimalKernelList list{{&minimal_kernels_plain}, 1};
#if defined(__x86_64__)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2) list.items[list.count++] = &minimal_kernels_avx2;
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        list.items[list.count++] = &minimal_kernels_avx512;
#endif
    return list;
}

const MinimalKernels& minimal_kernels() {
    static const MinimalKernelList list = available_minimal_kernels();
    return *list.items[list.count - 1];
}

}  // namespace ladder
