// Counter-based random numbers (Philox 4x32-10; Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", 2011): a number is a pure function of (seed, stream, index), so any worker can draw any
// part of a batch and the result never depends on who drew it. Integer arithmetic and exactly rounded
// conversions only: the same bits on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace ladder {

// One stream per purpose, so that adding draws to one never shifts another.
enum class Stream : std::uint32_t { task = 1, train_data = 2, validation_data = 3, init = 4, dropout = 5, order = 6, display = 7, member_data = 8, best_data = 9, best_draws = 10 };

struct Philox {
    std::uint64_t seed;
    Stream stream;

    // Four 32-bit words of block (index, sub).
    std::array<std::uint32_t, 4> block(std::uint64_t index, std::uint32_t sub) const;
};

// Uniform in [0, 1) on a grid of 2^-24: exactly representable.
constexpr float uniform_float(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }
// Uniform in [0, 1) on a grid of 2^-53.
constexpr double uniform_double(std::uint32_t high, std::uint32_t low) {
    return static_cast<double>((static_cast<std::uint64_t>(high) << 21) ^ (low >> 11)) * 0x1p-53;
}
// Uniform integer in [0, n) by multiply-shift; bias below n / 2^32.
constexpr std::uint32_t uniform_below(std::uint32_t bits, std::uint32_t n) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(bits) * n) >> 32);
}

// Sequential reader of one (stream, index): convenient where speed does not matter (initialisation, task).
class RandomSequence {
public:
    RandomSequence(std::uint64_t seed, Stream stream, std::uint64_t index = 0) : philox_{seed, stream}, index_(index) {}

    std::uint32_t bits();
    float uniform();          // [0, 1)
    double uniform_double();  // [0, 1)
    double normal();          // standard normal, Box-Muller with the log and cosine of base/portable_log.h
    std::uint32_t below(std::uint32_t n);

private:
    Philox philox_;
    std::uint64_t index_;
    std::uint32_t sub_ = 0;
    int used_ = 4;
    std::array<std::uint32_t, 4> words_{};
    bool has_spare_ = false;
    double spare_ = 0;
};

}  // namespace ladder
