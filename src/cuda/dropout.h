// Dropout masks as model/full_layers.h draws them: a pure function of seed, step, sequence, site, row and column.
#pragma once

#include "base/philox.h"
#include "base/random.h"
#include "cuda/run_state.h"

namespace ladder::cuda {

struct DropoutSite {
    Runs runs;
    std::uint32_t site = 0;
    int columns = 0;
    int active = 0;  // 0: every mask is 1

    constexpr int groups() const { return (columns + 3) / 4; }

    // The masks of columns 4 group .. 4 group + 3 of a row of a sequence of the step's batch.
    LADDER_DEVICE void masks(int run, int sequence, int row, int group, float (&out)[4]) const {
        for (float& m : out) m = 1;
        if (!active) return;
        const RunConstants& c = runs.constants[run];
        const std::uint64_t index = static_cast<std::uint64_t>(runs.states[run].step) << 20 | static_cast<std::uint64_t>(sequence);
        const std::uint32_t counter = (site << 20 | static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(groups())) + static_cast<std::uint32_t>(group);
        const PhiloxWords words = philox_words(c.seed, static_cast<std::uint32_t>(Stream::dropout), index, counter);
        for (int k = 0; k < 4; ++k) out[k] = words.word[k] < c.dropout_threshold ? 0.0f : c.dropout_scale;
    }
};

}  // namespace ladder::cuda
