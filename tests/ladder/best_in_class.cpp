// The best predictor of a class against its exact value, where all sequences of a small task can be counted.
#include "ladder/best_in_class.h"

#include <cmath>
#include <doctest/doctest.h>
#include <map>

using namespace ladder;

namespace {

Settings tiny() {
    Settings s;
    s.vocabulary = 3, s.spans = {1, 1, 1}, s.length = 3, s.importance = 1.5, s.scale = 1.5, s.heads = 2, s.seed = 5;
    return s;
}

// KL(q_k || p_k), mean over the predictions, by adding up every sequence with its probability.
double exact_distance(const Settings& s, const Chain& chain, int k) {
    const int w = chain.window(), d = s.vocabulary;
    double distance = 0;
    for (int row = 0; row < s.length; ++row) {
        const int tokens = w + row;
        std::map<std::vector<std::int32_t>, std::pair<double, std::vector<double>>> seen;  // seen tokens -> probability, sum of probability * p_h
        std::map<std::vector<std::int32_t>, std::vector<std::int32_t>> example;
        std::vector<std::int32_t> x(static_cast<std::size_t>(tokens));
        std::vector<float> p(static_cast<std::size_t>(d));
        int count = 1;
        for (int i = 0; i < tokens; ++i) count *= d;
        for (int n = 0; n < count; ++n) {
            for (int i = 0, rest = n; i < tokens; ++i, rest /= d) x[static_cast<std::size_t>(i)] = rest % d;
            double probability = std::pow(d, -w);
            for (int i = w; i < tokens; ++i) {
                chain.log_probs(chain.span_count(), std::span<const std::int32_t>(x).subspan(static_cast<std::size_t>(i - w), static_cast<std::size_t>(w)), p);
                probability *= std::exp(static_cast<double>(p[static_cast<std::size_t>(x[static_cast<std::size_t>(i)])]));
            }
            const std::vector<std::int32_t> past(x.end() - w, x.end());
            std::vector<std::int32_t> key;
            for (const Span& span : chain.spans())
                for (int lag = span.oldest_lag; lag >= span.nearest_lag; --lag)
                    if (span.rank <= k) key.push_back(past[static_cast<std::size_t>(w - lag)]);
            chain.log_probs(chain.span_count(), past, p);
            auto& [mass, q] = seen[key];
            q.resize(static_cast<std::size_t>(d));
            mass += probability;
            for (std::size_t v = 0; v < q.size(); ++v) q[v] += probability * std::exp(static_cast<double>(p[v]));
            example[key] = past;
        }
        for (const auto& [key, value] : seen) {
            chain.log_probs(k, example[key], p);
            for (std::size_t v = 0; v < p.size(); ++v) distance += value.second[v] * (std::log(value.second[v] / value.first) - p[v]);
        }
    }
    return distance / s.length;
}

}  // namespace

TEST_CASE("the distance of an ideal member from the best of its class is the exact one, within its error") {
    for (const bool reversed : {false, true}) {
        Settings s = tiny();
        s.reversed = reversed;
        const Chain chain(s);
        BestInClass best(s, chain);
        for (int i = 0; i < 300; ++i) best.add_past();
        for (int k = 1; k <= 3; ++k) {
            CAPTURE(k);
            const BestInClass::Distance d = best.distance(k);
            const double exact = exact_distance(s, chain, k);
            REQUIRE(std::isfinite(d.mean));
            REQUIRE(std::isfinite(d.standard_error));
            CHECK(d.pasts == 300);
            if (k == 3) {  // nothing is unseen, and the ideal member is the chain itself
                CHECK(std::abs(d.mean) < 1e-6);
                continue;
            }
            CHECK(exact > 0.005);
            CHECK(d.standard_error < 0.3 * exact);
            CHECK(std::abs(d.mean - exact) < 4 * d.standard_error);  // fails for one seed in 16000
            CHECK(d.effective_draws > 50);
            CHECK(d.effective_draws <= BestInClass::draws);
        }
    }
}

TEST_CASE("overlapping spans: seeing every token does not make the ideal member of a smaller class the best") {
    Settings s = tiny();
    s.spans = {2, 2}, s.stride = 1, s.importance = 1;
    const Chain chain(s);  // lags 3, 2 and 2, 1: class 1 sees lags 2, 1
    BestInClass best(s, chain);
    for (int i = 0; i < 100; ++i) best.add_past();
    CHECK(best.distance(1).mean > 5 * best.distance(1).standard_error);
    CHECK(std::abs(best.distance(2).mean) < 1e-6);
}
