// The moments are double-buffered: an update reads one buffer and writes the other, so that taking it back
// costs nothing until it is needed.
#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "kernels/update.h"

namespace ladder {
namespace {

constexpr double beta1 = 0.9, beta2 = 0.999;
constexpr float epsilon = 1e-8f;

// base^n by repeated squaring: the same bits everywhere, unlike the standard library's pow.
double power(double base, std::int64_t n) {
    double result = 1;
    while (n > 0) {
        if (n & 1) result *= base;
        base *= base;
        n >>= 1;
    }
    return result;
}

}  // namespace

AdamWFactors adamw_factors(double learning_rate, double weight_decay, std::int64_t steps) {
    return {static_cast<float>(1 - learning_rate * weight_decay), static_cast<float>(learning_rate / (1 - power(beta1, steps))), static_cast<float>(std::sqrt(1 - power(beta2, steps)))};
}

Optimizer::Optimizer(const Settings& s, std::size_t parameters)
    : kind_(s.optimizer), decay_(s.weight_decay), momentum_(s.momentum), first_(parameters), first_before_(parameters) {
    if (kind_ == OptimizerKind::adamw) second_.resize(parameters), second_before_.resize(parameters);
}

void Optimizer::apply(std::span<const float> parameters, std::span<const float> gradient, float gradient_scale, double learning_rate, std::span<float> updated) {
    first_.swap(first_before_);
    second_.swap(second_before_);
    ++steps_;
    const std::size_t n = parameters.size();
    const float* p = parameters.data();
    const float* g = gradient.data();
    const float* m = first_before_.data();
    float* p_next = updated.data();
    float* m_next = first_.data();

    if (kind_ == OptimizerKind::sgd) {
        const float decay = static_cast<float>(decay_), momentum = static_cast<float>(momentum_), rate = static_cast<float>(learning_rate);
        for (std::size_t i = 0; i < n; ++i) {
            m_next[i] = momentum * m[i] + (gradient_scale * g[i] + decay * p[i]);
            p_next[i] = p[i] - rate * m_next[i];
        }
        return;
    }

    const auto [keep, step, root_correction] = adamw_factors(learning_rate, decay_, steps_);
    update_kernels().adam({.parameters = p, .gradient = g, .first = m, .second = second_before_.data(), .updated = p_next, .first_next = m_next, .second_next = second_.data(), .n = n,
                           .gradient_scale = gradient_scale, .keep = keep, .weight1 = static_cast<float>(1 - beta1), .retain2 = static_cast<float>(beta2),
                           .weight2 = static_cast<float>(1 - beta2), .step = step, .root_correction = root_correction, .epsilon = epsilon});
}

void Optimizer::undo() {
    first_.swap(first_before_);
    second_.swap(second_before_);
    --steps_;
}

void Optimizer::restore(std::int64_t steps, std::vector<float> first, std::vector<float> second) {
    if (steps < 0 || first.size() != first_.size() || second.size() != second_.size())
        throw Error("The optimizer's state does not fit this model and optimizer.", "Restore a checkpoint that was made with the same settings.");
    steps_ = steps;
    first_ = std::move(first);
    second_ = std::move(second);
}

double global_norm(std::span<const float> values) { return std::sqrt(update_kernels().sum_of_squares(values.data(), values.size())); }

float clip_scale(double norm, double limit) {
    return limit > 0 ? static_cast<float>(std::min(1.0, limit / (norm + 1e-6))) : 1.0f;
}

}  // namespace ladder
