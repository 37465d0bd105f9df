// The batch of a step, made on the device: sampled from the chain token for token as task/sampler.cpp does it (the same
// words of Philox, the same products in the same order), cut from a text, or picked from a training set.
#pragma once

#include "base/philox.h"
#include "base/portable_exp.h"
#include "base/random.h"
#include "cuda/run_state.h"

namespace ladder::cuda {

// Online: sequences step * batch and the next ones of a stream.
struct SampleTokens {
    static constexpr Bounds bounds{512, 1};
    static constexpr int together = 8, lanes = 4;  // sequences of a block; lanes of the running sums
    static constexpr float least_sum = 0x1p-40f;    // as in task/sampler.cpp

    Runs runs;
    PerRun<const float> factors, logits;  // (w, d, padded): exponentials of the lag tables, and the tables
    PerRun<std::int32_t> tokens;          // (batch, width)
    std::uint32_t stream = 0;
    int vocabulary = 0, padded = 0, window = 0, width = 0, batch = 0;

    // Floats of shared memory.
    constexpr int shared_size() const { return together * (padded + 2 * width); }

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const int first = block.x * together, members = least(together, batch - first);
        const std::uint64_t seed = runs.constants[block.y].seed;
        const std::uint64_t index = static_cast<std::uint64_t>(runs.states[block.y].step * batch + first);
        const float* table = factors.of(block.y);
        float* sums = block.shared;
        float* draws = sums + together * padded;
        std::int32_t* own = reinterpret_cast<std::int32_t*>(draws + together * width);
        const auto word = [&](int b, int t) { return philox_words(seed, stream, index + static_cast<std::uint64_t>(b), static_cast<std::uint32_t>(t / 4)).word[t % 4]; };

        block.each_pair(members, width, [&](int b, int t) {
            if (t < window) own[b * width + t] = static_cast<std::int32_t>(uniform_below(word(b, t), static_cast<std::uint32_t>(vocabulary)));
            else draws[b * width + t] = uniform_float(word(b, t));
        });
        for (int t = window; t < width; ++t) {
            block.each_pair(members, padded, [&](int b, int v) {
                const std::int32_t* past = own + b * width + t;
                // Oldest lag first.
                float product = table[place(past, window) + v];
                for (int lag = window - 1; lag >= 1; --lag) product = product * table[place(past, lag) + v];
                sums[b * padded + v] = product;
            });
            block.each(members * lanes, [&](int i) {
                float* s = sums + i / lanes * padded + i % lanes;
                float run = 0;
                for (int v = 0; v < padded; v += lanes) {
                    run += s[v];
                    s[v] = run;
                }
            });
            block.each(members, [&](int b) {
                const std::int32_t* past = own + b * width + t;
                const float u = draws[b * width + t];
                const float* s = sums + b * padded;
                const float* last = s + padded - lanes;
                const float total = ((last[0] + last[1]) + last[2]) + last[3];
                own[b * width + t] = total >= least_sum ? find_token(s, u, total) : find_in_logits(logits.of(block.y), past, u);
            });
        }
        std::int32_t* out = tokens.of(block.y) + static_cast<std::ptrdiff_t>(first) * width;
        block.each(members * width, [&](int i) { out[i] = own[i]; });
    }

private:
    // Row of the token `lag` before `past`.
    LADDER_DEVICE std::ptrdiff_t place(const std::int32_t* past, int lag) const { return (static_cast<std::ptrdiff_t>(lag - 1) * vocabulary + past[-lag]) * padded; }

    // Sampler's find_token, lane by lane.
    LADDER_DEVICE int find_token(const float* sums, float u, float total) const {
        const int vectors = padded / lanes;
        const float* last = sums + padded - lanes;
        float threshold = u * total;
        int lane = 0;
        for (int j = 0; j + 1 < lanes; ++j)
            if (lane == j && threshold >= last[j]) {
                threshold = threshold - last[j];
                lane = j + 1;
            }
        int i = 0;
        for (int n = 0; n < vectors; ++n) i += sums[n * lanes + lane] <= threshold;
        if (i == vectors) {  // rounded past the end: the last token that has a probability
            while (lane > 0 && !(last[lane] > 0)) --lane;
            i = vectors - 1;
            while (i > 0 && !(sums[i * lanes + lane] > sums[(i - 1) * lanes + lane])) --i;
        }
        return i * lanes + lane;
    }

    // Sampler's way for chains so sharp that the products underflow; what it keeps in an array is summed anew here.
    LADDER_DEVICE int find_in_logits(const float* table, const std::int32_t* past, float u) const {
        const auto logit = [&](int v) {
            double sum = 0;
            for (int lag = window; lag >= 1; --lag) sum += static_cast<double>(table[place(past, lag) + v]);
            return sum;
        };
        double top = logit(0), total = 0, below = 0;
        for (int v = 1; v < vocabulary; ++v) top = logit(v) > top ? logit(v) : top;
        for (int v = 0; v < vocabulary; ++v) total += portable_exp(logit(v) - top);
        const double threshold = static_cast<double>(u) * total;
        int best = 0;
        for (int v = 0; v < vocabulary; ++v) {
            const double p = portable_exp(logit(v) - top);
            if (p > 0) best = v;
            below += p;
            if (below > threshold) return v;
        }
        return best;
    }
};

// A text: each sequence from a place in its training part that is drawn for it.
struct CutText {
    Runs runs;
    PerRun<const std::int32_t> text;
    PerRun<std::int32_t> tokens;  // (batch, width)
    std::uint32_t stream = 0, length = 0;  // of the text
    int width = 0, batch = 0;

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const std::uint64_t index = static_cast<std::uint64_t>(runs.states[block.y].step * batch + block.x);
        const std::uint32_t start = uniform_below(philox_words(runs.constants[block.y].seed, stream, index, 0).word[0], length - static_cast<std::uint32_t>(width) + 1);
        const std::int32_t* from = text.of(block.y) + start;
        std::int32_t* to = tokens.of(block.y) + static_cast<std::ptrdiff_t>(block.x) * width;
        block.each(width, [&](int i) { to[i] = from[i]; });
    }
};

// A training set: the sequences that the epoch's order has at the step's place.
struct PickTokens {
    Runs runs;
    PerRun<const std::int32_t> set, order;  // (sequences, width); place in the epoch -> sequence
    PerRun<std::int32_t> tokens;            // (batch, width)
    int width = 0, batch = 0, batches = 0;  // batches: of an epoch

    template <class Block>
    LADDER_DEVICE void operator()(Block& block) const {
        const std::int64_t at = runs.states[block.y].step % batches * batch + block.x;
        const std::int32_t* from = set.of(block.y) + static_cast<std::ptrdiff_t>(order.of(block.y)[at]) * width;
        std::int32_t* to = tokens.of(block.y) + static_cast<std::ptrdiff_t>(block.x) * width;
        block.each(width, [&](int i) { to[i] = from[i]; });
    }
};

}  // namespace ladder::cuda
