// The evaluator against models whose numbers are known: the chain's own members, the uniform model, and
// random logits computed anew in double.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/random.h"
#include "ladder/evaluation.h"
#include "task/sampler.h"

using namespace ladder;

namespace {

// A model that is two functions: logits of one prediction from its past, and attention from query i to key j.
class FakeModel final : public Model {
public:
    std::function<void(std::span<const std::int32_t> past, int row, std::span<float> logits)> logits;
    std::function<float(int head, int i, int j)> attention;
    int window = 0, heads = 0;

    const ParameterTable& table() const override { return table_; }
    std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Workspace>(); }
    void prepare(std::span<const float>) override {}
    double gradient(const TokenBatch&, const StepContext&, float, std::span<float>, Workspace&) const override { return 0; }
    void forward(const TokenBatch& batch, std::span<float> out, std::span<float> maps, bool, Workspace&) const override {
        const int T = batch.length - 1, L = batch.length - window;
        const std::size_t d = out.size() / (static_cast<std::size_t>(batch.sequences) * L);
        for (int b = 0; b < batch.sequences; ++b) {
            const auto tokens = batch.tokens.subspan(static_cast<std::size_t>(b) * batch.length, static_cast<std::size_t>(batch.length));
            for (int r = 0; r < L; ++r)
                logits(tokens.subspan(static_cast<std::size_t>(r), static_cast<std::size_t>(window)), r, out.subspan((static_cast<std::size_t>(b) * L + r) * d, d));
            for (int a = 0; a < heads; ++a)
                for (int i = 0; i < T; ++i)
                    for (int j = 0; j < T; ++j)
                        maps[((static_cast<std::size_t>(b) * heads + a) * T + i) * T + j] = i >= window - 1 && j <= i ? attention(a, i, j) : 0.0f;
        }
    }

private:
    ParameterTable table_;
};

struct Bench {
    Settings settings;
    Chain chain;
    std::vector<std::int32_t> tokens;
    FakeModel model;

    explicit Bench(int sequences, int d = 11, int length = 7) : settings(make(d, length)), chain(settings) {
        const Sampler sampler(chain, length, 3);
        tokens.resize(static_cast<std::size_t>(sequences) * sampler.sequence_length());
        sampler.sample(Stream::validation_data, 0, sequences, tokens);
        model.window = chain.window();
        model.heads = settings.heads;
        model.attention = [](int, int i, int) { return 1.0f / static_cast<float>(i + 1); };
        model.logits = [](auto, int, std::span<float> out) { std::fill(out.begin(), out.end(), 0.0f); };
    }
    static Settings make(int d, int length) {
        Settings s;
        s.vocabulary = d;
        s.length = length;
        s.heads = 2;
        return s;
    }
    Evaluation evaluate() const {
        const Evaluator evaluator(chain, settings, tokens);
        const auto workspace = model.workspace();
        EvaluationSums sums;
        for (int shard = 0; shard < evaluator.shards(); ++shard) sums.add(evaluator.evaluate(model, shard, *workspace));
        return evaluator.finish(sums);
    }
};

}  // namespace

TEST_CASE("a model that is the ideal member of class k has KL_k = 0, and at k = h the Bayes loss") {
    Bench bench(37);  // no multiple of shards or chunks
    for (int member = 0; member <= 3; ++member) {
        bench.model.logits = [&](std::span<const std::int32_t> past, int, std::span<float> out) {
            bench.chain.log_probs(member, past, out);
            for (float& x : out) x += 3.5f;  // logits are free up to a constant
        };
        const Evaluation e = bench.evaluate();
        REQUIRE(e.finite());
        REQUIRE(e.kl.size() == 4);
        for (int k = 0; k <= 3; ++k) {
            // Float rounding of logits near 3.5 (4e-7) and of eleven products.
            if (k == member) CHECK(std::abs(e.kl[static_cast<std::size_t>(k)]) < 2e-6);
            else CHECK(e.kl[static_cast<std::size_t>(k)] > 1e-3);
        }
        if (member == 3) CHECK(e.loss == doctest::Approx(e.bayes_loss).epsilon(1e-6));
        if (member == 0) CHECK(e.loss == doctest::Approx(std::log(11.0)).epsilon(1e-6));
    }
}

TEST_CASE("loss and KLs of random logits agree with a plain computation in double") {
    for (const float size : {0.1f, 3.0f, 60.0f}) {
        Bench bench(21, 13, 5);
        const auto logits_of = [size](std::span<const std::int32_t> past, int row, std::span<float> out) {
            RandomSequence random(static_cast<std::uint64_t>(past[0] + 100 * past[1]), Stream::display, static_cast<std::uint64_t>(row));
            for (float& x : out) x = size * (2 * random.uniform() - 1);
        };
        bench.model.logits = logits_of;
        const Evaluation e = bench.evaluate();
        const int d = 13, w = bench.chain.window(), L = 5;
        std::vector<double> kl(4, 0.0);
        double loss = 0, bayes = 0;
        std::vector<float> logits(d), p(d);
        for (int s = 0; s < 21; ++s)
            for (int r = 0; r < L; ++r) {
                const auto past = std::span<const std::int32_t>(bench.tokens).subspan(static_cast<std::size_t>(s) * (w + L) + r, static_cast<std::size_t>(w));
                const auto target = static_cast<std::size_t>(bench.tokens[static_cast<std::size_t>(s) * (w + L) + r + w]);
                logits_of(past, r, logits);
                double sum = 0;
                for (const float x : logits) sum += std::exp(static_cast<double>(x));
                loss += std::log(sum) - logits[target];
                for (int k = 0; k <= 3; ++k) {
                    bench.chain.log_probs(k, past, p);
                    if (k == 3) bayes -= p[target];
                    for (std::size_t v = 0; v < p.size(); ++v) kl[static_cast<std::size_t>(k)] += std::exp(static_cast<double>(p[v])) * (p[v] - (logits[v] - std::log(sum)));
                }
            }
        const double n = 21.0 * L;
        // Float: thirteen products of logits up to 2 * size, each off by 6e-8 of itself.
        const double tolerance = 1e-6 * (1 + 2 * static_cast<double>(size));
        REQUIRE(e.finite());
        CHECK(std::abs(e.loss - loss / n) < tolerance);
        CHECK(std::abs(e.bayes_loss - bayes / n) < 1e-6);
        for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(e.kl[k] - kl[k] / n) < tolerance);
    }
}

TEST_CASE("span mass follows the lags, oldest span first") {
    Bench bench(9);
    const int w = bench.chain.window(), L = bench.settings.length;
    // Head 0 looks uniformly; head 1 only at the token of lag 3, at position i + 1 - 3: the middle span.
    bench.model.attention = [](int head, int i, int j) { return head == 0 ? 1.0f / static_cast<float>(i + 1) : j == i - 2 ? 1.0f : 0.0f; };
    const Evaluation e = bench.evaluate();
    REQUIRE(e.span_mass.size() == 6);
    double uniform = 0;
    for (int r = 0; r < L; ++r) uniform += 2.0 / (w + r) / L;
    for (std::size_t s = 0; s < 3; ++s) CHECK(e.span_mass[s] == doctest::Approx(uniform).epsilon(1e-5));
    CHECK(e.span_mass[3] == 0.0f);
    CHECK(e.span_mass[4] == doctest::Approx(1.0));
    CHECK(e.span_mass[5] == 0.0f);
    CHECK(e.predictions == L);
    CHECK(e.positions == w + L - 1);
    // Every row of mean attention sums to one.
    for (std::size_t row = 0; row < static_cast<std::size_t>(2 * L); ++row) {
        double sum = 0;
        for (int j = 0; j < e.positions; ++j) sum += e.attention[row * static_cast<std::size_t>(e.positions) + j];
        CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    }
}

TEST_CASE("fewer sequences than shards, hostile logits, and tokens that do not fit") {
    Bench bench(3);
    const Evaluation e = bench.evaluate();
    CHECK(e.loss == doctest::Approx(std::log(11.0)).epsilon(1e-6));
    bench.model.logits = [](auto, int, std::span<float> out) {
        for (std::size_t v = 0; v < out.size(); ++v) out[v] = v == 0 ? 1e30f : -1e30f;
    };
    CHECK(bench.evaluate().finite());  // enormous, but finite
    bench.model.logits = [](auto, int, std::span<float> out) { std::fill(out.begin(), out.end(), std::nanf("")); };
    CHECK_FALSE(bench.evaluate().finite());
    bench.tokens.pop_back();
    CHECK_THROWS_AS(Evaluator(bench.chain, bench.settings, bench.tokens), Error);
}
