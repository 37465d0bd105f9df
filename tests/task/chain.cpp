// The chain: its layout, the distribution of its matrices, and the ideal predictors against the authors' numbers.
#include "task/chain.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/bit_cast.h"
#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "support/fixture_path.h"
#include "support/worse.h"
#include "train/fixture.h"

using namespace ladder;

namespace {

using Matrix = Eigen::MatrixXd;

Fixture load(const std::string& name) {
    const std::string path = test::fixture_path(name + ".safetensors");
    return read_fixture(parse_safetensors(read_file(path), path), path, FixtureKind::teacher);
}

// A_k as a matrix, spans oldest first.
Matrix feature(const Chain& chain, int k) {
    const int d = chain.vocabulary();
    Matrix a(d, d);
    for (int v = 0; v < d; ++v)
        for (int t = 0; t < d; ++t) a(v, t) = static_cast<double>(chain.features()[static_cast<std::size_t>((k * d + v) * d + t)]);
    return a;
}

// Largest entry by its size. What Eigen's maxCoeff() gives beside one that is not a number is not said.
double largest(const Matrix& a) {
    double worst = 0;
    for (Eigen::Index i = 0; i < a.size(); ++i) worst = test::worse(worst, std::abs(a.data()[i]));
    return worst;
}

// Largest entry of the Gram matrix of the features in the Frobenius product, less the diagonal of the squared norms that strengths ask for.
double gram_error(const Chain& chain, int rank) {
    double worst = 0;
    for (int a = 0; a < chain.span_count(); ++a)
        for (int b = 0; b < chain.span_count(); ++b) {
            const double strength = chain.spans()[static_cast<std::size_t>(a)].strength;
            const double wanted = a == b ? rank * strength * strength : 0;
            worst = test::worse(worst, std::abs((feature(chain, a).array() * feature(chain, b).array()).sum() - wanted));
        }
    return worst;
}

std::vector<std::int32_t> random_past(const Chain& chain, std::uint64_t index) {
    RandomSequence random(1, Stream::display, index);
    std::vector<std::int32_t> past(static_cast<std::size_t>(chain.window()));
    for (auto& token : past) token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(chain.vocabulary())));
    return past;
}

std::vector<float> predict(const Chain& chain, int rank, const std::vector<std::int32_t>& past) {
    std::vector<float> out(static_cast<std::size_t>(chain.vocabulary()));
    chain.log_probs(rank, past, out);
    return out;
}

// The defining sum, span by span, with nothing precomputed.
std::vector<double> log_probs_by_definition(const Chain& chain, int rank, const std::vector<std::int32_t>& past) {
    Eigen::VectorXd logits = Eigen::VectorXd::Zero(chain.vocabulary());
    for (int k = 0; k < chain.span_count(); ++k) {
        const Span& span = chain.spans()[static_cast<std::size_t>(k)];
        if (span.rank > rank) continue;
        for (int lag = span.nearest_lag; lag <= span.oldest_lag; ++lag)
            logits += static_cast<double>(span.weights[static_cast<std::size_t>(span.oldest_lag - lag)]) * feature(chain, k).col(past[past.size() - static_cast<std::size_t>(lag)]);
    }
    logits.array() -= logits.maxCoeff();
    logits.array() -= std::log(logits.array().exp().sum());
    return {logits.data(), logits.data() + logits.size()};
}

Settings small_task() {
    Settings s;
    s.vocabulary = 12;
    return s;
}

// Every variant of the chain, by name.
std::vector<std::pair<std::string, Settings>> variants() {
    std::vector<std::pair<std::string, Settings>> list;
    const auto add = [&](const char* name, auto change) {
        Settings s = small_task();
        change(s);
        list.emplace_back(name, s);
    };
    add("plain", [](Settings&) {});
    add("uneven", [](Settings& s) { s.spans = {1, 2, 3}; });
    add("one span", [](Settings& s) { s.spans = {1}; });
    add("reversed", [](Settings& s) { s.reversed = true; });
    add("own strengths", [](Settings& s) { s.strengths = {2, 0.5, 1}; });
    add("weighted", [](Settings& s) { s.weights = {0.7, 0.3}; });
    add("overlapping", [](Settings& s) { s.spans = {4, 4, 4}, s.stride = 2; });
    add("overlapping, uneven", [](Settings& s) { s.spans = {8, 1, 3}, s.stride = 1; });
    add("frobenius", [](Settings& s) { s.frobenius_orthogonal = true; });
    add("low rank", [](Settings& s) { s.rank = 3; });
    add("shared", [](Settings& s) { s.shared_features = true; });
    add("scaled", [](Settings& s) { s.scale = 2.5; });
    add("two symbols", [](Settings& s) { s.vocabulary = 2; });
    return list;
}

}  // namespace

TEST_CASE("the chain's log-probabilities are the authors'") {
    for (const char* name : {"uniform", "uneven", "overlapping", "weighted", "reversed", "orthogonal"}) {
        CAPTURE(name);
        const Fixture fixture = load(std::string("teacher-") + name);
        const Chain chain(fixture.settings, fixture.features);
        const int h = chain.span_count(), w = chain.window(), d = chain.vocabulary(), L = fixture.settings.length;
        int compared = 0;
        for (int rank = 1; rank <= h; ++rank) {
            const std::string tensor = rank == h ? "log_probs" : "log_probs_k" + std::to_string(rank);
            if (!fixture.file.has(tensor)) continue;
            const std::int64_t shape[] = {fixture.sequences, L, d};
            const std::vector<float>& want = fixture.file.f32(tensor, shape).f32;
            ++compared;
            double worst = 0;
            std::vector<float> have(static_cast<std::size_t>(d));
            for (int b = 0; b < fixture.sequences; ++b)
                for (int j = 0; j < L; ++j) {
                    chain.log_probs(rank, std::span(fixture.tokens).subspan(static_cast<std::size_t>(b * (w + L) + j), static_cast<std::size_t>(w)), have);
                    for (int v = 0; v < d; ++v) {
                        REQUIRE(std::isfinite(have[static_cast<std::size_t>(v)]));
                        worst = test::worse(worst, std::abs(static_cast<double>(have[static_cast<std::size_t>(v)]) - want[static_cast<std::size_t>((b * L + j) * d + v)]));
                    }
                }
            CHECK(worst < 1e-5);  // float32 sums of at most 12 terms below 10 on their side: about 12 * 10 * 6e-8
        }
        CHECK(compared == (std::string(name) == "reversed" ? 1 : h));
    }
}

TEST_CASE("the reference's orthogonal matrices are what ours are") {
    const Fixture fixture = load("teacher-orthogonal");
    // float32 entries below 1.7^2, 100 products each: 100 * 8.4 * 6e-8.
    CHECK(gram_error(Chain(fixture.settings, fixture.features), 10) < 1e-4);
    CHECK(gram_error(Chain(fixture.settings), 10) < 1e-4);
}

TEST_CASE("spans lie side by side or at their stride, and rank follows importance") {
    const auto layout = [](const Settings& s) {
        std::vector<std::array<int, 3>> out;
        const Chain chain(s);
        for (const Span& span : chain.spans()) out.push_back({span.oldest_lag, span.nearest_lag, span.rank});
        return out;
    };
    using Layout = std::vector<std::array<int, 3>>;
    Settings s = small_task();
    CHECK(layout(s) == Layout{{6, 5, 3}, {4, 3, 2}, {2, 1, 1}});
    s.spans = {1, 2, 3};
    CHECK(layout(s) == Layout{{6, 6, 3}, {5, 4, 2}, {3, 1, 1}});
    s.reversed = true;
    CHECK(layout(s) == Layout{{6, 6, 1}, {5, 4, 2}, {3, 1, 3}});
    s = small_task(), s.spans = {4, 4, 4}, s.stride = 2;
    CHECK(layout(s) == Layout{{8, 5, 3}, {6, 3, 2}, {4, 1, 1}});

    s = small_task(), s.importance = 2;
    const Chain near(s);
    CHECK(near.spans()[2].strength == 4.0);
    CHECK(near.spans()[0].strength == 1.0);
    CHECK(near.span_of_rank(1) == 2);
    s.reversed = true;
    const Chain far(s);
    CHECK(far.spans()[0].strength == 4.0);
    CHECK(far.span_of_rank(1) == 0);
    CHECK_THROWS_AS(far.span_of_rank(4), Error);
}

TEST_CASE("every variant predicts by the defining sum, and its probabilities sum to one") {
    for (const auto& [name, s] : variants()) {
        const auto& which = name;  // Clang 14 cannot capture a structured binding
        CAPTURE(which);
        const Chain chain(s);
        for (int rank = 0; rank <= chain.span_count(); ++rank)
            for (std::uint64_t i = 0; i < 20; ++i) {
                const auto past = random_past(chain, i);
                const auto have = predict(chain, rank, past);
                const auto want = log_probs_by_definition(chain, rank, past);
                double sum = 0, worst = 0;
                for (std::size_t v = 0; v < have.size(); ++v) {
                    REQUIRE(std::isfinite(have[v]));
                    sum += std::exp(static_cast<double>(have[v]));
                    worst = test::worse(worst, std::abs(static_cast<double>(have[v]) - want[v]));
                }
                CHECK(std::abs(sum - 1) < 1e-5);  // float rounding of log-probabilities down to -30: 30 * 6e-8
                CHECK(worst < 1e-5);
            }
    }
}

TEST_CASE("strengths of one's own: each span has its own, and rank follows them, of equal ones the nearer first") {
    Settings s = small_task();
    s.spans = {2, 2, 2}, s.strengths = {2, 0.5, 1};
    const Chain chain(s);
    const Chain plain(small_task());
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(chain.spans()[k].strength == s.strengths[k]);
        // The same matrix, but for its strength.
        const std::size_t at = k * static_cast<std::size_t>(s.vocabulary) * static_cast<std::size_t>(s.vocabulary);
        CHECK(chain.features()[at] / static_cast<float>(s.strengths[k]) == doctest::Approx(plain.features()[at] / static_cast<float>(plain.spans()[k].strength)).epsilon(1e-5));
    }
    CHECK(chain.span_of_rank(1) == 0);
    CHECK(chain.span_of_rank(2) == 2);
    CHECK(chain.span_of_rank(3) == 1);
    s.strengths = {1, 1, 1};
    CHECK(Chain(s).span_of_rank(1) == 2);
    s.reversed = true;
    CHECK(Chain(s).span_of_rank(1) == 0);
}

TEST_CASE("rank 0 knows nothing, rank k does not look at spans of lower importance") {
    for (const bool reversed : {false, true}) {
        Settings s = small_task();
        s.reversed = reversed;
        const Chain chain(s);
        const auto past = random_past(chain, 0);
        for (float p : predict(chain, 0, past)) CHECK(std::abs(p + std::log(12.0f)) < 1e-6f);
        for (int rank = 1; rank <= 3; ++rank)
            for (int k = 0; k < 3; ++k) {
                auto other = past;
                const Span& span = chain.spans()[static_cast<std::size_t>(k)];
                auto& token = other[static_cast<std::size_t>(chain.window() - span.oldest_lag)];
                token = (token + 1) % 12;
                CHECK((predict(chain, rank, other) == predict(chain, rank, past)) == (span.rank > rank));
            }
    }
}

TEST_CASE("feature matrices are orthogonal, of the rank asked for, and as strong as their span") {
    Settings s = small_task();
    for (const int d : {2, 3, 12, 50}) {
        s.vocabulary = d;
        const Chain chain(s);
        for (int k = 0; k < 3; ++k) {
            const double strength = chain.spans()[static_cast<std::size_t>(k)].strength;
            const Matrix a = feature(chain, k) / strength;
            CHECK(largest(a * a.transpose() - Matrix::Identity(d, d)) < 1e-6);  // float entries: d products, 6e-8 / sqrt(d) each
        }
    }
    s = small_task(), s.rank = 3;
    const Chain low(s);
    for (int k = 0; k < 3; ++k) {
        // Every singular value is 0 or 1, and three are 1: a partial isometry of squared norm 3.
        const Matrix a = feature(low, k) / low.spans()[static_cast<std::size_t>(k)].strength;
        CHECK(largest(a * a.transpose() * a - a) < 1e-6);  // the same, in two products
        CHECK(std::abs(a.squaredNorm() - 3) < 1e-6);       // a sum of squares of 3, each with two roundings of 6e-8
    }
    s = small_task(), s.scale = 2;
    CHECK(largest(feature(Chain(s), 1) - 2 * feature(Chain(small_task()), 1)) < 1e-6);  // entries below 3.4, rounded to 6e-8 of themselves
    s = small_task(), s.shared_features = true;
    const Chain shared(s);
    CHECK(largest(feature(shared, 2) - 1.7 * 1.7 * feature(shared, 0)) < 1e-6);  // the same, below 2.9
}

TEST_CASE("features can be mutually orthogonal down to the smallest vocabulary") {
    for (const int d : {2, 3, 12})
        for (int h = 1; h <= std::min(d * d, 8); ++h)
            for (std::uint64_t seed = 0; seed < 8; ++seed) {
                Settings s = small_task();
                s.vocabulary = d, s.frobenius_orthogonal = true, s.importance = 1, s.seed = seed;
                s.spans.assign(static_cast<std::size_t>(h), 1);
                CAPTURE(d);
                CAPTURE(h);
                CAPTURE(seed);
                CHECK(gram_error(Chain(s), d) < 1e-5);  // sums of products of at most 12, each with two roundings of 6e-8
            }
}

// The first column of a Haar-distributed matrix is uniform on the sphere: entries have mean 0, variance 1/d, and determinants
// are of either sign. (A QR decomposition without the right signs fails this.)
TEST_CASE("feature matrices are Haar-distributed") {
    Settings s = small_task();
    s.vocabulary = 4, s.spans = {1};
    constexpr int draws = 4000;
    Matrix mean = Matrix::Zero(4, 4), square = Matrix::Zero(4, 4);
    double traces = 0;
    int positive = 0;
    for (int i = 0; i < draws; ++i) {
        s.seed = static_cast<std::uint64_t>(i);
        const Matrix a = feature(Chain(s), 0);
        mean += a / draws, square += a.cwiseProduct(a) / draws;
        positive += Eigen::Matrix4d(a).determinant() > 0;
        traces += a.trace() * a.trace() / draws;
    }
    CHECK(largest(mean) < 5 * 0.5 / std::sqrt(draws));             // deviation of an entry: 1/2
    CHECK(largest(square.array() - 0.25) < 5 * 0.25 / std::sqrt(draws));  // of its square: below 1/4
    CHECK(std::abs(positive - draws / 2) < 5 * std::sqrt(draws) / 2);
    CHECK(std::abs(traces - 1) < 5 * 1.5 / std::sqrt(draws));                   // E trace^2 = 1 on O(d), with variance 2
}

TEST_CASE("a seed is the same chain on every machine, and another span leaves the others alone") {
    Settings s = small_task();
    std::uint64_t mixed = 0;
    const Chain three(s);
    for (const float v : three.features()) mixed = mixed * 0x9E3779B97F4A7C15ull + bit_cast<std::uint32_t>(v);
    CHECK(mixed == 11717419647634815344ull);
    Settings more = s;
    more.importance = s.importance = 1;
    const Chain equal(s);
    more.spans = {2, 2, 2, 2};
    const Chain four(more);
    CHECK(std::equal(equal.features().begin(), equal.features().end(), four.features().begin()));
    s.seed = 8;
    const Chain other(s);
    CHECK_FALSE(std::equal(equal.features().begin(), equal.features().end(), other.features().begin()));
}

TEST_CASE("matrices from outside are checked") {
    const Settings s = small_task();
    std::vector<float> features(3 * 12 * 12, 0.5f);
    CHECK_NOTHROW(Chain(s, features));
    CHECK_THROWS_WITH_AS(Chain(s, std::vector<float>(7)), doctest::Contains("7 numbers where 432 are needed"), Error);
    features[5] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(Chain(s, features), doctest::Contains("not finite"), Error);
}
