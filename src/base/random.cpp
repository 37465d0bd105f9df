// Philox 4x32-10 and the sequential reader.
#include "base/random.h"

#include <cmath>

#include "base/portable_log.h"

namespace ladder {

std::array<std::uint32_t, 4> Philox::block(std::uint64_t index, std::uint32_t sub) const {
    constexpr std::uint64_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;
    std::uint32_t c0 = static_cast<std::uint32_t>(index), c1 = static_cast<std::uint32_t>(index >> 32), c2 = sub, c3 = static_cast<std::uint32_t>(stream);
    std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = multiplier_0 * c0, p1 = multiplier_1 * c2;
        c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(p1);
        c3 = static_cast<std::uint32_t>(p0);
        k0 += weyl_0, k1 += weyl_1;
    }
    return {c0, c1, c2, c3};
}

std::uint32_t RandomSequence::bits() {
    if (used_ == 4) {
        words_ = philox_.block(index_, sub_++);
        used_ = 0;
    }
    return words_[used_++];
}

float RandomSequence::uniform() { return uniform_float(bits()); }

double RandomSequence::uniform_double() {
    const std::uint32_t high = bits();
    return ladder::uniform_double(high, bits());
}

double RandomSequence::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(-2 * portable_log(1 - uniform_double()));
    const SineCosine direction = portable_sine_cosine(uniform_double());
    spare_ = radius * direction.sine;
    has_spare_ = true;
    return radius * direction.cosine;
}

std::uint32_t RandomSequence::below(std::uint32_t n) { return uniform_below(bits(), n); }

}  // namespace ladder
