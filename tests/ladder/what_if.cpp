// Changed heads: each edit does to the forward pass what it says and nothing else, and the answer to "what if" is
// the evaluator's. The ideal answer: ideal patterns with the true feature matrices are the chain itself.
#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "ladder/value_alignment.h"
#include "ladder/what_if.h"
#include "model/minimal.h"
#include "support/letters.h"

using namespace ladder;
using Kind = HeadEdit::Kind;

namespace {

Settings small() {
    Settings s;
    s.vocabulary = 6, s.length = 5, s.heads = 3, s.validation = 32;
    return s;
}

struct Passed {
    std::vector<float> logits, attention;  // (B, L, V), (B, blocks, H, T, T)
};

Passed forward(const Settings& s, std::span<const float> parameters, std::span<const std::int32_t> tokens, int sequences) {
    const auto model = make_model(s);
    model->prepare(parameters);
    const std::size_t T = static_cast<std::size_t>(input_length(s)), B = static_cast<std::size_t>(sequences);
    Passed p{std::vector<float>(B * static_cast<std::size_t>(s.length * s.vocabulary)), std::vector<float>(B * static_cast<std::size_t>(s.blocks * s.heads) * T * T)};
    const auto workspace = model->workspace();
    model->forward({tokens, sequences, input_length(s) + 1}, p.logits, p.attention, false, *workspace);
    for (const float x : p.logits) REQUIRE(std::isfinite(x));
    return p;
}

struct EditBench {
    explicit EditBench(const Settings& settings) : s(settings), chain(s), table(make_model(s)->table()), parameters(initial_parameters(table, s)), edits(static_cast<std::size_t>(s.blocks * s.heads)) {
        const Sampler sampler(chain, s.length, s.seed);
        tokens.resize(static_cast<std::size_t>(4 * sampler.sequence_length()));
        sampler.sample(Stream::validation_data, 0, 4, tokens);
    }
    Passed run(std::span<const float> attention = {}) const { return forward(s, edit_heads(s, table, chain, parameters, edits, attention), tokens, 4); }
    float weight(const Passed& p, int sequence, int map, int i, int j) const {
        const std::size_t T = static_cast<std::size_t>(input_length(s));
        return p.attention[((static_cast<std::size_t>(sequence) * edits.size() + static_cast<std::size_t>(map)) * T + static_cast<std::size_t>(i)) * T + static_cast<std::size_t>(j)];
    }

    Settings s;
    Chain chain;
    ParameterTable table;
    std::vector<float> parameters;
    std::vector<HeadEdit> edits;
    std::vector<std::int32_t> tokens;
};

}  // namespace

TEST_CASE("heads without edits are as they were, and what ablating each takes away adds up to the logits") {
    EditBench b(small());
    const Passed whole = b.run();
    CHECK(whole.logits == forward(b.s, b.parameters, b.tokens, 4).logits);
    std::vector<float> sum(whole.logits.size());
    for (std::size_t head = 0; head < 3; ++head) {
        b.edits.assign(3, {});
        b.edits[head].kind = Kind::ablated;
        const Passed without = b.run();
        CHECK(without.attention == whole.attention);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += whole.logits[i] - without.logits[i];
    }
    // Some ten additions of numbers of size 1 each.
    for (std::size_t i = 0; i < sum.size(); ++i) CHECK(std::abs(sum[i] - whole.logits[i]) < 1e-5f);
    b.edits.assign(3, {Kind::ablated});
    for (const float x : b.run().logits) CHECK(x == 0);
}

TEST_CASE("a head that looks as another does has its map, in the full model too") {
    Settings s = small();
    SUBCASE("minimal") {}
    SUBCASE("full, two blocks, biases") { s.model = ModelKind::full, s.hidden = 9, s.mlp = 8, s.blocks = 2, s.bias = true; }
    EditBench b(s);
    const Passed whole = b.run();
    b.edits[0] = {Kind::swapped, 2};
    b.edits[2] = {Kind::swapped, 0};
    const Passed swapped = b.run();
    const int T = input_length(s);
    // The same scores of order 1, some hundred products of 1e-7 each, perhaps added in the order of another place.
    for (int i = T - s.length; i < T; ++i)
        for (int j = 0; j <= i; ++j) {
            CHECK(b.weight(swapped, 1, 0, i, j) == doctest::Approx(b.weight(whole, 1, 2, i, j)).epsilon(1e-5));
            CHECK(b.weight(swapped, 1, 2, i, j) == doctest::Approx(b.weight(whole, 1, 0, i, j)).epsilon(1e-5));
            CHECK(b.weight(swapped, 1, 1, i, j) == b.weight(whole, 1, 1, i, j));
        }
    CHECK(swapped.logits != whole.logits);
    b.edits.assign(b.edits.size(), {Kind::ablated});
    CHECK(b.run().logits != whole.logits);
}

TEST_CASE("frozen and ideal patterns are what the head then has, whatever the tokens") {
    EditBench b(small());
    const int T = input_length(b.s), L = b.s.length;
    std::vector<float> mean(static_cast<std::size_t>(3 * L * T));
    for (int head = 0; head < 3; ++head)
        for (int r = 0; r < L; ++r) {
            const int keys = T - L + r + 1, sum = keys * (keys + 1) / 2;
            for (int j = 0; j < keys; ++j) mean[static_cast<std::size_t>((head * L + r) * T + j)] = static_cast<float>(j + 1) / static_cast<float>(sum);
        }
    b.edits[0].kind = Kind::frozen;
    b.edits[1] = {Kind::ideal, 0};
    const Passed p = b.run(mean);
    const Span& span = b.chain.spans()[0];
    // Weights of at most 1 that are the exponentials of given logarithms, each to some roundings of 6e-8 of logarithms below 10.
    for (int sequence = 0; sequence < 4; ++sequence)
        for (int i = T - L; i < T; ++i)
            for (int j = 0; j <= i; ++j) {
                CHECK(b.weight(p, sequence, 0, i, j) == doctest::Approx(mean[static_cast<std::size_t>((i - (T - L)) * T + j)]).epsilon(1e-5));
                CHECK(std::abs(b.weight(p, sequence, 1, i, j) - (span.has_lag(i + 1 - j) ? 0.5f : 0.0f)) < 1e-6f);
            }
}

TEST_CASE("ideal patterns with the true feature matrices are the truth, and the answers say so") {
    EditBench b(small());
    const int d = b.s.vocabulary, D = d + input_length(b.s);
    std::vector<float> parameters(b.parameters.size());
    for (int head = 0; head < 3; ++head) {
        float* value = parameters.data() + b.table.find("transformer_blocks.0.self_attention.value_proj." + std::to_string(head) + ".weight").offset;
        // Attention is divided by the span's two positions, the chain adds both.
        for (int v = 0; v < d; ++v)
            for (int token = 0; token < d; ++token) value[v * D + token] = 2 * b.chain.features()[static_cast<std::size_t>((head * d + v) * d + token)];
        b.edits[static_cast<std::size_t>(head)] = {Kind::ideal, head};
    }
    WhatIf what_if(b.s, b.chain, 24);
    const WhatIf::Answer truth = what_if.ask(parameters, b.edits, {});
    CHECK(std::abs(truth.excess) < 1e-5);  // logits of order 10 in float, 6e-7 each
    CHECK(truth.rung == 3);
    // The ladder's scale is measured on other pasts: 512 of them and these 480 differ by about 3 % of the last half rung, three times that at most.
    CHECK(truth.height == doctest::Approx(3).epsilon(0.015));
    const auto alignment = value_alignment(b.s, b.chain, b.table, parameters);
    REQUIRE(alignment.size() == 9);
    for (std::size_t i = 0; i < 9; ++i) {
        if (i % 4 == 0) CHECK(alignment[i] == doctest::Approx(1).epsilon(1e-6));
        else CHECK(std::abs(alignment[i]) < 0.8);
    }
    // Without the head of the least important span it is the rung below.
    b.edits[static_cast<std::size_t>(b.chain.span_of_rank(3))] = {Kind::ablated};
    const WhatIf::Answer below = what_if.ask(parameters, b.edits, {});
    CHECK(below.rung == 2);
    CHECK(below.kl[2] < 1e-5);  // the same
    CHECK(below.loss > truth.loss);
}

TEST_CASE("a text has no feature matrices that the values could be like") {
    Settings s = small();
    s.data = DataSource::text;
    s.text = test::five_letters();
    const EditBench b(s);
    REQUIRE(b.chain.ngrams());
    CHECK(value_alignment(b.s, b.chain, b.table, b.parameters).empty());
}

TEST_CASE("edits that cannot be made are named") {
    Settings s = small();
    s.blocks = 2;
    EditBench b(s);
    b.edits[0].kind = Kind::ideal;
    CHECK_FALSE(can_edit(s, Kind::ideal));
    CHECK_THROWS_AS(b.run(), Error);
    b.edits[0] = {Kind::swapped, 3};
    CHECK_THROWS_AS(b.run(), Error);
    b.edits.pop_back();
    CHECK_THROWS_AS(b.run(), Error);
}
