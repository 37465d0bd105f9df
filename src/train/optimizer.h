// AdamW and SGD with momentum, as PyTorch computes them (decoupled decay, bias correction, eps 1e-8,
// betas 0.9 and 0.999; SGD adds weight decay to the gradient), and clipping to a global norm. Float
// arithmetic element by element, nothing fused: the same bits on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/settings.h"

namespace ladder {

// The factors of one AdamW update, the steps-th (from 1): what remains of a parameter, what the first moment is multiplied
// by, and what the root of the second is divided by.
struct AdamWFactors {
    float keep, step, root_correction;
};
AdamWFactors adamw_factors(double learning_rate, double weight_decay, std::int64_t steps);

class Optimizer {
public:
    Optimizer(const Settings&, std::size_t parameters);

    // One update: writes the parameters that follow to `updated`, which may be the same memory as `parameters`.
    // The gradient is multiplied by gradient_scale (clipping) as it is read; rate is the learning rate of this update.
    void apply(std::span<const float> parameters, std::span<const float> gradient, float gradient_scale, double rate, std::span<float> updated);
    // Puts moments and step count back to before the last apply(). At most once after each.
    void undo();
    std::int64_t steps() const { return steps_; }

    // All of the state, for checkpoints: first and second moments (SGD: momentum only) and the step count.
    const std::vector<float>& first() const { return first_; }
    const std::vector<float>& second() const { return second_; }
    // Error: sizes that are not those of this optimizer.
    void restore(std::int64_t steps, std::vector<float> first, std::vector<float> second);

private:
    OptimizerKind kind_;
    double decay_, momentum_;
    std::int64_t steps_ = 0;
    std::vector<float> first_, second_;
    std::vector<float> first_before_, second_before_;  // before the last update
};

// Euclidean norm, summed in a fixed order in double.
double global_norm(std::span<const float>);

// What gradients of this norm are multiplied by so that it becomes at most `limit`, as
// torch.nn.utils.clip_grad_norm_ does it. limit 0: no clipping.
float clip_scale(double norm, double limit);

}  // namespace ladder
