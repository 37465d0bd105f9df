// Batched sampling of sequences: w uniformly random tokens, then L sampled from the chain. Sequence i of
// a stream is a pure function of (seed, stream, i), in arithmetic that is the same on every machine
// (float products in a fixed order, no fused multiply-add), so natively and in any browser the tokens are
// identical. Of a text, a sequence is a piece of its training part, or of its held-out part for the held-out stream,
// from a place that is drawn in the same way.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "task/chain.h"

namespace ladder {

class Sampler {
public:
    // Error: a text whose parts are shorter than a sequence.
    Sampler(const Chain&, int length, std::uint64_t seed);

    int sequence_length() const { return window_ + length_; }  // w + L tokens

    // What next_token looks up: (w, d, padded), empty for a text; and the text's training part, empty but for one.
    std::span<const float> factors() const { return factors_; }
    std::span<const float> logits() const { return logits_; }
    int padded() const { return padded_; }
    std::span<const std::int32_t> training_text() const { return training_text_; }

    // Fills out (count, w + L) with sequences first .. first + count - 1 of the stream. Error: out of another size.
    void sample(Stream, std::uint64_t first, int count, std::span<std::int32_t> out) const;

private:
    void cut(Stream, std::uint64_t first, int count, std::span<std::int32_t> out) const;
    // past: w tokens, oldest first. u: uniform in [0, 1). sums: scratch of padded_ floats.
    int next_token(const std::int32_t* past, float u, float* sums) const;
    // The same from sums of logits in double, for chains so sharp that the products underflow.
    int next_token_from_logits(const std::int32_t* past, float u) const;

    int vocabulary_, window_, length_, padded_;
    std::uint64_t seed_;
    std::vector<std::int32_t> training_text_, held_out_text_;  // empty but for a text
    std::vector<float> logits_;   // (w, d, padded): the lag tables
    std::vector<float> factors_;  // (w, d, padded): their exponentials, each row scaled to maximum 1; padding 0
};

}  // namespace ladder
