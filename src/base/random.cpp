// Philox by objects, and the sequential reader.
#include "base/random.h"

#include <cmath>

#include "base/philox.h"
#include "base/portable_log.h"

namespace ladder {

std::array<std::uint32_t, 4> Philox::block(std::uint64_t index, std::uint32_t sub) const {
    const PhiloxWords words = philox_words(seed, static_cast<std::uint32_t>(stream), index, sub);
    return {words.word[0], words.word[1], words.word[2], words.word[3]};
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
