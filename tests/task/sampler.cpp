// Sampled tokens against a plain one from the chain's log-probabilities and the same random numbers: in four lanes where the
// products of factors hold, in order where they underflow; for windows of their own loop and others.
#include "task/sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/random.h"

using namespace ladder;

namespace {

constexpr int sampled_count = 60;

Settings sampled_task(int d, std::vector<int> spans, double scale) {
    Settings s;
    s.vocabulary = d, s.spans = std::move(spans), s.length = 20, s.scale = scale;
    return s;
}

struct Drawn {
    const Chain chain;
    const std::uint64_t seed;
    const int w, length;                  // window, tokens of a sequence
    std::vector<std::int32_t> tokens;     // (sampled_count, length)

    explicit Drawn(const Settings& s) : chain(s), seed(s.seed), w(chain.window()), length(w + s.length), tokens(static_cast<std::size_t>(sampled_count * length)) {
        Sampler(chain, s.length, seed).sample(Stream::train_data, 0, sampled_count, tokens);
    }
    std::span<const std::int32_t> sequence(int i) const { return std::span(tokens).subspan(static_cast<std::size_t>(i * length), static_cast<std::size_t>(length)); }
    // The word that token t of sequence i is drawn with.
    std::uint32_t word(int i, int t) const { return Philox{seed, Stream::train_data}.block(static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(t / 4))[static_cast<std::size_t>(t % 4)]; }
    std::vector<double> probabilities(std::span<const std::int32_t> past) const {
        std::vector<float> logarithms(static_cast<std::size_t>(chain.vocabulary()));
        chain.log_probs(chain.span_count(), past, logarithms);
        std::vector<double> p;
        for (const float x : logarithms) p.push_back(std::exp(static_cast<double>(x)));
        return p;
    }
    // log2 of the sum over the tokens of products of factors, each of which is scaled to at most 1.
    double log2_of_products(std::span<const std::int32_t> past) const {
        const auto d = static_cast<std::size_t>(chain.vocabulary());
        std::vector<double> sum(d);
        for (int lag = 1; lag <= w; ++lag) {
            const float* row = chain.lag_table(chain.span_count(), lag).data() + static_cast<std::size_t>(past[static_cast<std::size_t>(w - lag)]) * d;
            const double top = *std::max_element(row, row + d);
            for (std::size_t v = 0; v < d; ++v) sum[v] += row[v] - top;
        }
        const double most = *std::max_element(sum.begin(), sum.end());
        double total = 0;
        for (const double x : sum) total += std::exp(x - most);
        return (most + std::log(total)) / std::log(2.0);
    }
};

// How far u lies outside of the token's share of [0, 1), the tokens taken in steps of `lanes`; 0 inside.
double outside(const std::vector<double>& p, std::int32_t token, double u, std::size_t lanes) {
    double below = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t v = lane; v < p.size(); v += lanes) {
            if (static_cast<std::int32_t>(v) == token) return std::max({0.0, below - u, u - (below + p[v])});
            below += p[v];
        }
    return HUGE_VAL;
}

struct SampledShape {
    int d;
    std::vector<int> spans;
    double scale;
};

std::vector<SampledShape> sampled_shapes() {
    std::vector<SampledShape> list;
    for (const int d : {2, 3, 4, 5, 17, 50})
        for (const std::vector<int>& spans : {std::vector<int>{1}, {2, 2, 2}, {3, 1, 4}})  // windows of 1, 6 and 8
            for (const double scale : {1.0, 30.0}) list.push_back({d, spans, scale});
    return list;
}

}  // namespace

TEST_CASE("a token is the one in whose share of the chain's distribution its random number lies") {
    int by_products = 0, by_logits = 0;
    for (const SampledShape& shape : sampled_shapes()) {
        const Drawn drawn(sampled_task(shape.d, shape.spans, shape.scale));
        CAPTURE(shape.d);
        CAPTURE(drawn.w);
        CAPTURE(shape.scale);
        // What rounding moves a border by, in shares of all: w factors and their products, sums of a lane and of the lanes, the
        // threshold; and the logarithms here, by 6e-8 of up to 1/e for each token.
        const double rounding = 6e-8 * (2 * drawn.w + shape.d / 4.0 + 8 + shape.d / 2.7);
        for (int i = 0; i < sampled_count; ++i) {
            const auto sequence = drawn.sequence(i);
            for (int t = 0; t < drawn.w; ++t) REQUIRE(sequence[static_cast<std::size_t>(t)] == static_cast<std::int32_t>(uniform_below(drawn.word(i, t), static_cast<std::uint32_t>(shape.d))));
            for (int t = drawn.w; t < drawn.length; ++t) {
                const auto past = sequence.subspan(static_cast<std::size_t>(t - drawn.w), static_cast<std::size_t>(drawn.w));
                const auto p = drawn.probabilities(past);
                const double u = uniform_float(drawn.word(i, t)), products = drawn.log2_of_products(past);
                const bool either = std::abs(products + 40) < 0.01;  // at the border itself rounding decides
                const double apart = outside(p, sequence[static_cast<std::size_t>(t)], u, products > -40 ? 4 : 1);
                CHECK((apart <= rounding || (either && outside(p, sequence[static_cast<std::size_t>(t)], u, products > -40 ? 1 : 4) <= rounding)));
                ++(products > -40 ? by_products : by_logits);
            }
        }
    }
    CHECK(by_products > 20000);
    CHECK(by_logits > 2000);
}

TEST_CASE("tokens are as frequent as the chain says") {
    for (const SampledShape& shape : sampled_shapes()) {
        const Drawn drawn(sampled_task(shape.d, shape.spans, shape.scale));
        CAPTURE(shape.d);
        CAPTURE(drawn.w);
        CAPTURE(shape.scale);
        const auto d = static_cast<std::size_t>(shape.d);
        std::vector<double> excess(d), variance(d);  // of each token's count over the sum of its probabilities
        for (int i = 0; i < sampled_count; ++i) {
            const auto sequence = drawn.sequence(i);
            for (int t = 0; t < drawn.length; ++t) {
                const auto p = t < drawn.w ? std::vector<double>(d, 1.0 / shape.d)
                                           : drawn.probabilities(sequence.subspan(static_cast<std::size_t>(t - drawn.w), static_cast<std::size_t>(drawn.w)));
                for (std::size_t v = 0; v < d; ++v) excess[v] -= p[v], variance[v] += p[v] * (1 - p[v]);
                ++excess[static_cast<std::size_t>(sequence[static_cast<std::size_t>(t)])];
            }
        }
        // Given the past each excess has mean 0 and this variance, and they add up: five deviations, and one draw for those hardly ever drawn.
        for (std::size_t v = 0; v < d; ++v) CHECK(std::abs(excess[v]) < 5 * std::sqrt(variance[v]) + 1);
    }
}

TEST_CASE("a sequence is the same whichever others are drawn with it, and of its own stream and seed") {
    const Settings s = sampled_task(17, {2, 2, 2}, 1);
    const Drawn drawn(s);
    const Sampler sampler(drawn.chain, s.length, s.seed);
    std::vector<std::int32_t> some(static_cast<std::size_t>(7 * drawn.length)), other(some.size());
    sampler.sample(Stream::train_data, 5, 7, some);  // a group of four and one of three
    CHECK(std::equal(some.begin(), some.end(), drawn.sequence(5).begin()));
    sampler.sample(Stream::validation_data, 5, 7, other);
    CHECK(other != some);
    Sampler(drawn.chain, s.length, s.seed + 1).sample(Stream::train_data, 5, 7, other);
    CHECK(other != some);
    CHECK_THROWS_AS(sampler.sample(Stream::train_data, 0, 6, some), Error);
}

TEST_CASE("a seed gives the same tokens on every machine") {
    const auto mixed = [](const Drawn& drawn) {
        return std::accumulate(drawn.tokens.begin(), drawn.tokens.begin() + 1000, std::uint64_t{0}, [](std::uint64_t sum, std::int32_t token) { return sum * 0x9E3779B97F4A7C15ull + static_cast<std::uint64_t>(token); });
    };
    CHECK(mixed(Drawn(sampled_task(50, {2, 2, 2}, 1))) == 12480761487891843673ull);
    CHECK(mixed(Drawn(sampled_task(17, {3, 1, 4}, 30))) == 8856595760212436431ull);
}
