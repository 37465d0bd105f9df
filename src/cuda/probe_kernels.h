// What a device could do at most, for `ladder bench`: multiply-adds with nothing to wait for. Not part of training.
#pragma once

#include "cuda/block.h"

namespace ladder::cuda {

struct MultiplyAdds {
    static constexpr int sums = 16;  // of a thread, so that none waits for another

    float* out = nullptr;  // (blocks * threads)
    int rounds = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        block.each(block.threads, [&](int thread) {
            float sum[sums];
            LADDER_UNROLL for (int i = 0; i < sums; ++i) sum[i] = static_cast<float>(thread + i);
            for (int r = 0; r < rounds; ++r)
                LADDER_UNROLL for (int i = 0; i < sums; ++i) sum[i] = Block::mul_add(sum[i], 0.9999f, 0.5f);
            float total = 0;
            LADDER_UNROLL for (int i = 0; i < sums; ++i) total += sum[i];
            out[block.x * block.threads + thread] = total;
        });
    }
};

}  // namespace ladder::cuda
