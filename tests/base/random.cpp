// Random numbers: published vectors, what a uniform and a normal number must look like, our own log, sine, cosine and exp.
#include "base/random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "base/bit_cast.h"
#include "base/portable_exp.h"
#include "base/portable_log.h"

using namespace ladder;

TEST_CASE("Philox 4x32-10 gives the numbers that its authors published") {
    // kat_vectors of Random123: counter 0 and key 0; all ones; the digits of pi.
    using Block = std::array<std::uint32_t, 4>;
    CHECK(Philox{0, Stream{0}}.block(0, 0) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(Philox{~0ull, Stream{0xffffffff}}.block(~0ull, 0xffffffff) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(Philox{0x299f31d0a4093822ull, Stream{0x03707344}}.block(0x85a308d3243f6a88ull, 0x13198a2e) == Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("streams, seeds and indices give different numbers, and the same ones every time") {
    const auto first = [](std::uint64_t seed, Stream stream, std::uint64_t index) { return RandomSequence(seed, stream, index).bits(); };
    CHECK(first(7, Stream::task, 0) == first(7, Stream::task, 0));
    CHECK(first(7, Stream::task, 0) != first(8, Stream::task, 0));
    CHECK(first(7, Stream::task, 0) != first(7, Stream::init, 0));
    CHECK(first(7, Stream::task, 0) != first(7, Stream::task, 1));
    CHECK(first(7, Stream::task, 0) != first(7 + (1ull << 32), Stream::task, 0));
}

TEST_CASE("uniform numbers stay below 1 and fill their range") {
    CHECK(uniform_float(0) == 0.0f);
    CHECK(uniform_float(0xffffffff) < 1.0f);
    CHECK(uniform_double(0, 0) == 0.0);
    CHECK(uniform_double(0xffffffff, 0xffffffff) < 1.0);
    CHECK(uniform_below(0xffffffff, 7) == 6);
    RandomSequence random(3, Stream::display);
    int counts[7] = {};
    for (int i = 0; i < 70000; ++i) ++counts[random.below(7)];
    // Binomial with mean 10000 and deviation 93: five deviations.
    for (int count : counts) CHECK(std::abs(count - 10000) < 465);
}

TEST_CASE("normal numbers have the moments of the normal distribution") {
    RandomSequence random(5, Stream::display);
    constexpr int n = 100000;
    double sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < n; ++i) {
        const double z = random.normal();
        REQUIRE(std::isfinite(z));
        sum += z, squares += z * z, fourth += z * z * z * z;
    }
    // Deviations of the means: sqrt(1/n), sqrt(2/n), sqrt(96/n); five of each.
    CHECK(std::abs(sum / n) < 0.016);
    CHECK(std::abs(squares / n - 1) < 0.023);
    CHECK(std::abs(fourth / n - 3) < 0.16);
}

TEST_CASE("normal numbers are these bits on every machine") {
    RandomSequence random(7, Stream::task);
    std::uint64_t mixed = 0;
    for (int i = 0; i < 1000; ++i) mixed = mixed * 0x9E3779B97F4A7C15ull + bit_cast<std::uint64_t>(random.normal());
    CHECK(mixed == 13967198020366864698ull);
}

TEST_CASE("our own log, sine, cosine and exp agree with the standard library") {
    // Both sides round: a few units in the last place, 2.2e-16 each; where log is near 0 its error is relative.
    for (double x = 1e-300; x < 1e300; x *= 1.37) CHECK(std::abs(portable_log(x) - std::log(x)) <= 1e-15 * std::max(1.0, std::abs(std::log(x))));
    for (double x = 0.5; x < 2; x += 0.000317) CHECK(std::abs(portable_log(x) - std::log(x)) <= 1e-15);
    CHECK(portable_log(1.0) == 0.0);
    for (double turn = 0; turn < 1; turn += 0.000123) {
        const SineCosine have = portable_sine_cosine(turn);
        // The angle 2 pi turn is itself rounded for std::sin: 4e-16 for angles near 2 pi.
        CHECK(std::abs(have.sine - std::sin(2 * std::numbers::pi * turn)) < 2e-15);
        CHECK(std::abs(have.cosine - std::cos(2 * std::numbers::pi * turn)) < 2e-15);
    }
    CHECK(portable_sine_cosine(0.25).sine == 1.0);
    CHECK(portable_sine_cosine(0.5).cosine == -1.0);
    for (double x = -700; x < 700; x += 0.731) CHECK(std::abs(portable_exp(x) / std::exp(x) - 1) < 1e-15);
    CHECK(portable_exp(0.0) == 1.0);
    CHECK(portable_exp(-1e9) == 0.0);
    CHECK(std::isinf(portable_exp(1e9)));
    CHECK(std::isnan(portable_exp(std::nan(""))));
}
