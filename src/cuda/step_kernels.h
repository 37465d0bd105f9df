// From partial sums to the next parameters: norm, loss and divergence, AdamW and SGD. The same operations in the same
// order as train/optimizer.cpp.
#pragma once

#include "cuda/run_state.h"

namespace ladder::cuda {

// Sums of squares of pieces of the gradient, in double.
struct SquareSums {
    static constexpr int piece = 2048;

    PerRun<const float> gradient;
    PerRun<double> sums;  // [block]
    int size = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        double* own = reinterpret_cast<double*>(block.shared);  // [thread]
        const float* g = gradient.of(block.y);
        const int first = block.x * piece, end = least(first + piece, size);
        block.each(block.threads, [&](int thread) {
            double sum = 0;
            for (int i = first + thread; i < end; i += block.threads) sum += static_cast<double>(g[i]) * static_cast<double>(g[i]);
            own[thread] = sum;
        });
        sum_up(block, own, block.threads);
        block.each(1, [&](int) { sums.of(block.y)[block.x] = own[0]; });
    }
};

// One block for a run: loss, norm, what clipping multiplies by; the step counts from here on, unless it diverged.
struct FinishStep {
    Runs runs;
    PerRun<const double> losses, squares;  // partial sums: cross-entropies in nats, squares of the gradient
    int loss_count = 0, square_count = 0;
    double predictions = 1;  // of a batch

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        double* own = reinterpret_cast<double*>(block.shared);  // [thread]
        const double loss = total(block, own, losses.of(block.y), loss_count), squared = total(block, own, squares.of(block.y), square_count);
        block.each(1, [&](int) {
            RunState& state = runs.states[block.y];
            if (state.diverged) return;
            state.loss = loss / predictions;
            state.gradient_norm = sqrt(squared);
            state.diverged = !(state.loss - state.loss == 0 && state.gradient_norm - state.gradient_norm == 0);  // infinite or no number
            if (state.diverged) return;
            const double limit = runs.constants[block.y].clip, scale = limit / (state.gradient_norm + 1e-6);
            state.clip_scale = limit > 0 ? static_cast<float>(scale < 1 ? scale : 1.0) : 1.0f;
            ++state.step;
        });
    }

private:
    template <class Block>
    LADDER_DEVICE static double total(Block& block, double* own, const double* values, int count) {
        block.each(block.threads, [&](int thread) {
            double sum = 0;
            for (int i = thread; i < count; i += block.threads) sum += values[i];
            own[thread] = sum;
        });
        sum_up(block, own, block.threads);
        const double sum = own[0];
        block.each(0, [](int) {});  // all have read it
        return sum;
    }
};

// What an update reads and writes, and what it keeps for the way back.
struct UpdateArrays {
    PerRun<float> parameters, first, second, parameters_before, first_before, second_before;
    PerRun<const float> gradient;
    PerRun<const StepRates> rates;
};

struct UpdateAdamW {
    static constexpr int piece = 1024;

    Runs runs;
    UpdateArrays arrays;
    int size = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const RunState& state = runs.states[block.y];
        if (state.diverged) return;
        const StepRates r = arrays.rates.of(block.y)[state.step - 1 - state.rates_at];
        constexpr float weight1 = static_cast<float>(1 - 0.9), retain2 = static_cast<float>(0.999), weight2 = static_cast<float>(1 - 0.999), epsilon = 1e-8f;
        const float* g = arrays.gradient.of(block.y);
        float *p = arrays.parameters.of(block.y), *m = arrays.first.of(block.y), *v = arrays.second.of(block.y);
        float *p_before = arrays.parameters_before.of(block.y), *m_before = arrays.first_before.of(block.y), *v_before = arrays.second_before.of(block.y);
        const int first = block.x * piece;
        block.each(least(piece, size - first), [&](int n) {
            const int i = first + n;
            const float clipped = state.clip_scale * g[i];
            p_before[i] = p[i], m_before[i] = m[i], v_before[i] = v[i];
            m[i] = m[i] + weight1 * (clipped - m[i]);
            v[i] = retain2 * v[i] + weight2 * (clipped * clipped);
            p[i] = r.keep * p[i] - r.step * m[i] / (sqrtf(v[i]) / r.root_correction + epsilon);
        });
    }
};

struct UpdateSgd {
    static constexpr int piece = 1024;

    Runs runs;
    UpdateArrays arrays;  // no second moments
    int size = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const RunState& state = runs.states[block.y];
        if (state.diverged) return;
        const float rate = arrays.rates.of(block.y)[state.step - 1 - state.rates_at].rate;
        const float decay = runs.constants[block.y].decay, momentum = runs.constants[block.y].momentum;
        const float* g = arrays.gradient.of(block.y);
        float *p = arrays.parameters.of(block.y), *m = arrays.first.of(block.y), *p_before = arrays.parameters_before.of(block.y), *m_before = arrays.first_before.of(block.y);
        const int first = block.x * piece;
        block.each(least(piece, size - first), [&](int n) {
            const int i = first + n;
            p_before[i] = p[i], m_before[i] = m[i];
            m[i] = momentum * m[i] + (state.clip_scale * g[i] + decay * p[i]);
            p[i] = p[i] - rate * m[i];
        });
    }
};

}  // namespace ladder::cuda
