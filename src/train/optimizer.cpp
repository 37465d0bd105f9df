// The moments are double-buffered: an update reads one buffer and writes the other, so that taking it back
// costs nothing until it is needed.
#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace ladder {
namespace {

constexpr double beta1 = 0.9, beta2 = 0.999;
constexpr float epsilon = 1e-8f;

// base^n by repeated squaring: the same bits everywhere, unlike the standard library's pow.
double power(double base, std::int64_t n) {
    double result = 1;
    for (; n > 0; n >>= 1, base *= base)
        if (n & 1) result *= base;
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

    const float* v = second_before_.data();
    float* v_next = second_.data();
    const auto [keep, step, root_correction] = adamw_factors(learning_rate, decay_, steps_);
    const float weight1 = static_cast<float>(1 - beta1), retain2 = static_cast<float>(beta2), weight2 = static_cast<float>(1 - beta2);
    for (std::size_t i = 0; i < n; ++i) {
        const float clipped = gradient_scale * g[i];
        m_next[i] = m[i] + weight1 * (clipped - m[i]);
        v_next[i] = retain2 * v[i] + weight2 * (clipped * clipped);
        p_next[i] = keep * p[i] - step * m_next[i] / (std::sqrt(v_next[i]) / root_correction + epsilon);
    }
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

double global_norm(std::span<const float> values) {
    constexpr std::size_t lanes = 8;
    double sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes)
        for (std::size_t j = 0; j < lanes; ++j) sums[j] += static_cast<double>(values[i + j]) * static_cast<double>(values[i + j]);
    for (std::size_t j = 0; i < values.size(); ++i, ++j) sums[j] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return std::sqrt(((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7])));
}

float clip_scale(double norm, double limit) {
    return limit > 0 ? static_cast<float>(std::min(1.0, limit / (norm + 1e-6))) : 1.0f;
}

}  // namespace ladder
