// One prediction taken apart: its parts are those of the forward pass, they add up, and the distributions beside
// it are the chain's.
#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "ladder/close_up.h"

using namespace ladder;

namespace {

Settings closely() {
    Settings s;
    s.vocabulary = 6, s.length = 5, s.heads = 3, s.validation = 32;
    return s;
}

double total(std::span<const double> p) {
    double sum = 0;
    for (const double x : p) {
        REQUIRE(std::isfinite(x));
        sum += x;
    }
    return sum;
}

}  // namespace

TEST_CASE("a prediction taken apart: weights and probabilities sum to one, and in the minimal model the heads' parts to the logits") {
    Settings s = closely();
    SUBCASE("minimal") {}
    SUBCASE("full, two blocks") { s.model = ModelKind::full, s.hidden = 9, s.mlp = 8, s.blocks = 2; }
    const Chain chain(s);
    CloseUpBench bench(s, chain);
    const auto parameters = initial_parameters(make_model(s)->table(), s);
    const CloseUp c = bench.look(parameters, 3, bench.first_query() + 2);
    REQUIRE(c.tokens.size() == static_cast<std::size_t>(chain.window()) + 2);
    REQUIRE(c.attention.size() == static_cast<std::size_t>(s.blocks * s.heads) * c.tokens.size());
    for (std::size_t map = 0; map < static_cast<std::size_t>(s.blocks * s.heads); ++map) {
        double sum = 0;
        for (std::size_t j = 0; j < c.tokens.size(); ++j) sum += static_cast<double>(c.attention[map * c.tokens.size() + j]);
        CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    }
    CHECK(total(c.model) == doctest::Approx(1).epsilon(1e-9));
    REQUIRE(c.classes.size() == static_cast<std::size_t>(chain.span_count()) + 1);
    for (const auto& p : c.classes) CHECK(total(p) == doctest::Approx(1).epsilon(1e-6));
    CHECK(c.classes[0][0] == doctest::Approx(1.0 / 6));
    CHECK(c.kl > 0);
    CHECK(c.exact == (s.model == ModelKind::minimal));
    REQUIRE(c.written.size() == static_cast<std::size_t>(s.blocks * s.heads * 6));
    double most = 0;
    for (std::size_t v = 0; v < 6; ++v) {
        double sum = 0;
        for (std::size_t head = 0; head < 3; ++head) sum += c.written[head * 6 + v];
        most = std::max(most, std::abs(c.logits[v]));
        // Some ten additions of numbers of size 1 each, in float.
        if (c.exact) CHECK(std::abs(sum - c.logits[v]) < 1e-5);
    }
    CHECK(most > 1e-3);
}

TEST_CASE("the token that followed is the sequence's, and each position and sequence has its own") {
    const Settings s = closely();
    const Chain chain(s);
    CloseUpBench bench(s, chain);
    const auto parameters = initial_parameters(make_model(s)->table(), s);
    const Sampler sampler(chain, s.length, s.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sampler.sequence_length()));
    sampler.sample(Stream::validation_data, 7, 1, tokens);
    for (int query = bench.first_query(); query <= bench.last_query(); ++query) {
        const CloseUp c = bench.look(parameters, 7, query);
        CHECK(c.next == tokens[static_cast<std::size_t>(query) + 1]);
        CHECK(std::equal(c.tokens.begin(), c.tokens.end(), tokens.begin()));
    }
    CHECK(bench.look(parameters, 7, bench.first_query()).model != bench.look(parameters, 8, bench.first_query()).model);
}

TEST_CASE("what lies outside is taken to the nearest there is; parameters of another model are refused") {
    const Settings s = closely();
    const Chain chain(s);
    CloseUpBench bench(s, chain);
    const auto parameters = initial_parameters(make_model(s)->table(), s);
    CHECK(bench.look(parameters, -4, -4).query == bench.first_query());
    CHECK(bench.look(parameters, 1000, 1000).query == bench.last_query());
    CHECK_THROWS_AS(bench.look(std::span(parameters).first(10), 0, 8), Error);
}
