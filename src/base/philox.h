// The arithmetic of Philox 4x32-10 by itself, for code that is compiled for several kinds of machine: Philox and
// RandomSequence of base/random.h are built on it.
#pragma once

#include <cstdint>

namespace ladder {

struct PhiloxWords {
    std::uint32_t word[4];
};

// Four 32-bit words of block (index, sub) of a stream of a seed.
constexpr PhiloxWords philox_words(std::uint64_t seed, std::uint32_t stream, std::uint64_t index, std::uint32_t sub) {
    constexpr std::uint64_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;
    std::uint32_t c0 = static_cast<std::uint32_t>(index), c1 = static_cast<std::uint32_t>(index >> 32), c2 = sub, c3 = stream;
    std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = multiplier_0 * c0, p1 = multiplier_1 * c2;
        c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(p1);
        c3 = static_cast<std::uint32_t>(p0);
        k0 += weyl_0, k1 += weyl_1;
    }
    return {{c0, c1, c2, c3}};
}

}  // namespace ladder
