// Repeats a reference training run: the model of a training fixture from its init.* values, on its tokens as one
// fixed batch, and everything that the fixture records, computed anew.
#pragma once

#include <vector>

#include "base/safetensors.h"
#include "model/model.h"
#include "train/fixture.h"
#include "train/step_device.h"

namespace ladder {

struct Replay {
    // logits (B, L, V) and attention (blocks, B, H, T, T) of the first step, grad.* (before clipping) of the first
    // step, after<N>.* for N = 1, 5, 20 and the last step.
    TensorFile tensors;
    double loss_at_start = 0;                    // mean cross-entropy before the first step, nats
    std::vector<double> kl;                      // KL(p_k || model), k = 0..h, mean over the file's predictions before the first step, nats
    std::vector<double> losses, gradient_norms;  // one per step; norms before clipping
    bool diverged = false;                       // the steps that were finite are recorded
};

// Error: initial values that are missing, misshaped or not finite; a read-out that is not the minimal model's;
// a run so large that its attention maps have no place in memory. With a device everything that the model computes is
// computed there.
Replay replay(const Fixture&, int steps, Kernels = Kernels::fast, const MakeStepDevice& = {});

}  // namespace ladder
