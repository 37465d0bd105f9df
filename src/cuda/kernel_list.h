// Every kernel that a machine can be asked to run, by its place in one list: host code names kernels by type, the
// machines keep a table of functions in the same order.
#pragma once

#include <type_traits>

#include "cuda/attention_kernels.h"
#include "cuda/matrix_kernels.h"
#include "cuda/minimal_kernels.h"
#include "cuda/probe_kernels.h"
#include "cuda/row_kernels.h"
#include "cuda/sample_kernels.h"
#include "cuda/step_kernels.h"

namespace ladder::cuda {

template <class... Kernels>
struct KernelTypes {
    static constexpr int count = sizeof...(Kernels);

    template <class Kernel>
    static constexpr int index() {
        constexpr bool same[] = {std::is_same_v<Kernel, Kernels>...};
        for (int i = 0; i < count; ++i)
            if (same[i]) return i;
        return -1;
    }
};

using KernelList =
    KernelTypes<SampleTokens, CutText, PickTokens, PrepareMinimal, MinimalGradient<Room::shared>, MinimalGradient<Room::sums_outside>, MinimalGradient<Room::all_outside>, ReduceMinimal,
                MinimalForward, SquareSums, FinishStep, UpdateAdamW, UpdateSgd, Product<4, 4>, Product<4, 8>, Product<8, 4>, Product<8, 8>, ColumnSums, Reduce, Embed, EmbedGradient, AddNorm,
                NormGradient, CopyLastRows, AddLastRows, LogitsGradient, Attend, AttendGradient, CopyMaps, MultiplyAdds>;

}  // namespace ladder::cuda
