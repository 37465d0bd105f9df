// What every kernel of a training step knows of its run: what stays, and what changes with every step. Kept in the
// device's memory, one for each run.
#pragma once

#include <cstdint>

#include "cuda/block.h"

namespace ladder::cuda {

struct RunConstants {
    std::uint64_t seed = 0;
    double clip = 0;  // global norm; 0: no clipping
    float decay = 0, momentum = 0;  // SGD
    std::uint32_t dropout_threshold = 0;
    float dropout_scale = 1;
};

// Of one update, computed on the host in double as Optimizer does. AdamW: all; SGD: rate alone.
struct StepRates {
    float keep = 1, step = 0, root_correction = 1, rate = 0;
};

struct RunState {
    std::int64_t step = 0;       // steps done
    std::int64_t rates_at = 0;   // the step that the first of the run's StepRates belongs to
    double loss = 0;             // of the newest step: mean over the batch, nats
    double gradient_norm = 0;    // of the same, before clipping
    float clip_scale = 1;
    int diverged = 0;            // loss or gradient left the finite numbers: nothing more is applied
};

// What all kernels of a step have in common.
struct Runs {
    const RunConstants* constants = nullptr;  // [run]
    RunState* states = nullptr;               // [run]
};

}  // namespace ladder::cuda
