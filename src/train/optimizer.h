// AdamW and SGD with momentum, as PyTorch computes them (decoupled decay, bias correction, eps 1e-8,
// betas 0.9 and 0.999; SGD adds weight decay to the gradient), and clipping to a global norm.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/settings.h"

namespace ladder {

class Optimizer {
public:
    Optimizer(const Settings&, std::size_t parameters);

    // One update in place. gradient is already clipped.
    void apply(std::span<float> parameters, std::span<const float> gradient);
    std::int64_t steps() const { return steps_; }

    // All of the state, for checkpoints: first and second moments (SGD: momentum only) and the step count.
    std::vector<float>& first() { return first_; }
    std::vector<float>& second() { return second_; }
    const std::vector<float>& first() const { return first_; }
    const std::vector<float>& second() const { return second_; }
    void set_steps(std::int64_t n) { steps_ = n; }

private:
    OptimizerKind kind_;
    double rate_, decay_, momentum_;
    std::int64_t steps_ = 0;
    std::vector<float> first_, second_;
};

// Euclidean norm, summed in a fixed order in double.
double global_norm(std::span<const float>);

}  // namespace ladder
