// Sampling of whole batches. The probability of a token is, up to a factor, the product over the lags of
// exp(lag table): the tables are exponentiated once and a prediction is w look-ups multiplied together, four
// tokens to a vector. Everything is multiplication, addition and comparison in a fixed order of four lanes,
// so a build with or without SIMD, in a browser or not, draws the same tokens.
#include "task/sampler.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/error.h"
#include "base/portable_exp.h"

namespace ladder {
namespace {

constexpr int lanes = 4;
using Four = float __attribute__((vector_size(16)));
using FourInts = std::int32_t __attribute__((vector_size(16)));

// Sequences drawn in step with each other: a token must be known before the next can be drawn, so a
// processor has nothing to do in the meantime unless other sequences are at hand.
constexpr int together = 4;

// Below this sum of products (every factor is at most 1) some products may have been lost to underflow
// that matter; a lost one is below 1e-37, so at this border it is below 1e-24 of the sum.
constexpr float least_sum = 0x1p-40f;

Four load(const float* p) {
    Four v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

void store(float* p, Four v) { __builtin_memcpy(p, &v, sizeof v); }

// The token whose share of the running sums holds the threshold u * total. sums: (vectors, 4), running
// along each lane, so tokens are ordered lane by lane. total: the four lanes' ends added in order.
int find_token(const float* sums, int vectors, float u, float total) {
    const float* last = sums + (vectors - 1) * lanes;
    float threshold = u * total;
    int lane = 0;
    for (int j = 0; j + 1 < lanes; ++j) {  // the rounding of these subtractions is made good below
        const bool beyond = lane == j && threshold >= last[j];
        threshold = beyond ? threshold - last[j] : threshold;
        lane = beyond ? j + 1 : lane;
    }
    const Four limit = {threshold, threshold, threshold, threshold};
    FourInts not_above = {0, 0, 0, 0};
    for (int i = 0; i < vectors; ++i) not_above -= load(sums + i * lanes) <= limit;
    int i = not_above[lane];
    if (i == vectors) {  // rounded past the end: the last token that has a probability
        while (lane > 0 && !(last[lane] > 0)) --lane;
        i = vectors - 1;
        while (i > 0 && !(sums[i * lanes + lane] > sums[(i - 1) * lanes + lane])) --i;
    }
    return i * lanes + lane;
}

}  // namespace

Sampler::Sampler(const Chain& chain, int length, std::uint64_t seed)
    : vocabulary_(chain.vocabulary()), window_(chain.window()), length_(length), padded_((vocabulary_ + lanes - 1) / lanes * lanes), seed_(seed) {
    if (const NGrams* ngrams = chain.ngrams()) {
        const std::span<const std::int32_t> training = ngrams->text().training_part(), held_out = ngrams->text().held_out_part();
        training_text_.assign(training.begin(), training.end());
        held_out_text_.assign(held_out.begin(), held_out.end());
        if (static_cast<int>(held_out_text_.size()) < sequence_length())
            throw Error("The text is too short: the tenth of it that is held out has " + std::to_string(held_out_text_.size()) + " characters, but a sequence needs " + std::to_string(sequence_length()) + ".", "Give a longer text.");
        return;
    }
    const std::size_t d = static_cast<std::size_t>(vocabulary_), padded = static_cast<std::size_t>(padded_);
    logits_.assign(static_cast<std::size_t>(window_) * d * padded, 0.0f);
    factors_.assign(logits_.size(), 0.0f);
    for (int lag = 1; lag <= window_; ++lag) {
        const std::span<const float> table = chain.lag_table(chain.span_count(), lag);
        for (std::size_t token = 0; token < d; ++token) {
            const float* row = table.data() + token * d;
            const std::size_t place = (static_cast<std::size_t>(lag - 1) * d + token) * padded;
            const double top = *std::max_element(row, row + d);
            for (std::size_t v = 0; v < d; ++v) {
                logits_[place + v] = row[v];
                factors_[place + v] = static_cast<float>(portable_exp(row[v] - top));
            }
        }
    }
}

void Sampler::sample(Stream stream, std::uint64_t first, int count, std::span<std::int32_t> out) const {
    const int width = sequence_length();
    if (out.size() != static_cast<std::size_t>(count) * static_cast<std::size_t>(width))
        throw Error("The room for sampled tokens is " + std::to_string(out.size()) + ", not " + std::to_string(count) + " sequences of " + std::to_string(width) + ".");
    if (!training_text_.empty()) return cut(stream, first, count, out);
    const Philox philox{seed_, stream};
    const std::size_t words_per_sequence = (static_cast<std::size_t>(width) + 3) / 4 * 4;
    std::vector<std::uint32_t> words(words_per_sequence * together);
    std::vector<float> sums(static_cast<std::size_t>(padded_));

    for (int group = 0; group < count; group += together) {
        const int members = std::min(together, count - group);
        for (int b = 0; b < members; ++b) {
            std::uint32_t* own = words.data() + words_per_sequence * static_cast<std::size_t>(b);
            for (std::size_t i = 0; i < words_per_sequence; i += 4) {
                const auto four = philox.block(first + static_cast<std::uint64_t>(group + b), static_cast<std::uint32_t>(i / 4));
                std::copy(four.begin(), four.end(), own + i);
            }
            std::int32_t* tokens = out.data() + static_cast<std::size_t>(group + b) * static_cast<std::size_t>(width);
            for (int t = 0; t < window_; ++t) tokens[t] = static_cast<std::int32_t>(uniform_below(own[t], static_cast<std::uint32_t>(vocabulary_)));
        }
        for (int t = window_; t < width; ++t)
            for (int b = 0; b < members; ++b) {
                std::int32_t* tokens = out.data() + static_cast<std::size_t>(group + b) * static_cast<std::size_t>(width);
                const float u = uniform_float(words[words_per_sequence * static_cast<std::size_t>(b) + static_cast<std::size_t>(t)]);
                tokens[t] = next_token(tokens + t - window_, u, sums.data());
            }
    }
}

void Sampler::cut(Stream stream, std::uint64_t first, int count, std::span<std::int32_t> out) const {
    const std::vector<std::int32_t>& text = stream == Stream::validation_data ? held_out_text_ : training_text_;
    const std::size_t width = static_cast<std::size_t>(sequence_length());
    const Philox philox{seed_, stream};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const std::uint32_t start = uniform_below(philox.block(first + i, 0)[0], static_cast<std::uint32_t>(text.size() - width + 1));
        std::copy_n(text.begin() + start, width, out.begin() + static_cast<std::ptrdiff_t>(i * width));
    }
}

int Sampler::next_token(const std::int32_t* past, float u, float* sums) const {
    const std::size_t d = static_cast<std::size_t>(vocabulary_), padded = static_cast<std::size_t>(padded_);
    const auto row = [&](int lag) { return factors_.data() + (static_cast<std::size_t>(lag - 1) * d + static_cast<std::size_t>(past[window_ - lag])) * padded; };
    // Oldest lag first: the newest token, the last to be known, enters last.
    Four run = {0, 0, 0, 0};
    const int vectors = padded_ / lanes;
    if (window_ == 6) {  // the usual size, with the rows' addresses in registers
        const float *a = row(6), *b = row(5), *c = row(4), *e = row(3), *f = row(2), *g = row(1);
        for (int i = 0; i < padded_; i += lanes) {
            run += load(a + i) * load(b + i) * load(c + i) * load(e + i) * load(f + i) * load(g + i);
            store(sums + i, run);
        }
    } else {
        const float* oldest = row(window_);
        std::copy(oldest, oldest + padded_, sums);
        for (int lag = window_ - 1; lag >= 1; --lag) {
            const float* factor = row(lag);
            for (int i = 0; i < padded_; i += lanes) store(sums + i, load(sums + i) * load(factor + i));
        }
        for (int i = 0; i < padded_; i += lanes) {
            run += load(sums + i);
            store(sums + i, run);
        }
    }
    const float total = ((run[0] + run[1]) + run[2]) + run[3];
    if (!(total >= least_sum)) return next_token_from_logits(past, u);
    return find_token(sums, vectors, u, total);
}

int Sampler::next_token_from_logits(const std::int32_t* past, float u) const {
    const std::size_t d = static_cast<std::size_t>(vocabulary_), padded = static_cast<std::size_t>(padded_);
    std::vector<double> p(d, 0.0);
    for (int lag = window_; lag >= 1; --lag) {
        const float* row = logits_.data() + (static_cast<std::size_t>(lag - 1) * d + static_cast<std::size_t>(past[window_ - lag])) * padded;
        for (std::size_t v = 0; v < d; ++v) p[v] += row[v];
    }
    const double top = *std::max_element(p.begin(), p.end());
    double total = 0;
    for (double& x : p) total += x = portable_exp(x - top);
    const double threshold = static_cast<double>(u) * total;
    double below = 0;
    std::size_t best = 0;
    for (std::size_t v = 0; v < d; ++v) {
        if (p[v] > 0) best = v;
        below += p[v];
        if (below > threshold) return static_cast<int>(v);
    }
    return static_cast<int>(best);
}

}  // namespace ladder
