// Batched sampling of sequences: w uniformly random tokens, then L sampled from the chain. Sequence i of
// a stream is a pure function of (seed, stream, i), in arithmetic that is the same on every machine
// (float products in a fixed order, no fused multiply-add), so natively and in any browser the tokens are
// identical.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "task/chain.h"

namespace ladder {

class Sampler {
public:
    Sampler(const Chain&, int length, std::uint64_t seed);

    int sequence_length() const { return window_ + length_; }  // w + L tokens
    // Fills out (count, w + L) with sequences first .. first + count - 1 of the stream.
    void sample(Stream, std::uint64_t first, int count, std::span<std::int32_t> out) const;

private:
    int vocabulary_, window_, length_, padded_;
    std::uint64_t seed_;
    std::vector<float> factors_;  // (w, d, padded): exp of the lag tables, each row scaled to maximum 1
};

}  // namespace ladder
