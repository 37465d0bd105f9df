#include "train/learned_members.h"

#include <cmath>
#include <doctest/doctest.h>

#include "ladder/evaluation.h"
#include "support/worse.h"
#include "task/sampler.h"

using namespace ladder;

namespace {

Settings small_learned() {
    Settings s;
    s.vocabulary = 8, s.spans = {2, 1}, s.length = 6, s.heads = 2, s.importance = 1.7, s.scale = 2, s.validation = 400;
    return s;
}

std::vector<std::int32_t> held_out(const Settings& s, const Chain& chain) {
    const Sampler sampler(chain, s.length, s.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(s.validation * sampler.sequence_length()));
    sampler.sample(Stream::validation_data, 0, s.validation, tokens);
    return tokens;
}

void train(LearnedMembers& members) {
    while (!members.done()) members.train_step();
}

}  // namespace

TEST_CASE("a member sees the lags of the most important spans") {
    Settings s = small_learned();
    const Chain chain(s);
    const LearnedMembers near(s, chain);
    CHECK(near.classes() == 2);
    CHECK(near.lags(1) == std::vector<int>{1});
    CHECK(near.lags(2) == std::vector<int>{3, 2, 1});
    s.reversed = true;
    const Chain reversed(s);
    const LearnedMembers far(s, reversed);
    CHECK(far.lags(1) == std::vector<int>{3, 2});
}

TEST_CASE("learned members predict at least as well as the ideal members of their classes") {
    Settings s = small_learned();
    for (const ModelKind kind : {ModelKind::minimal, ModelKind::full}) {
        s.model = kind, s.hidden = 32, s.mlp = 32;
        const Chain chain(s);
        LearnedMembers members(s, chain);
        train(members);
        const std::vector<std::int32_t> tokens = held_out(s, chain);
        const std::size_t h = 2, d = 8, L = 6, w = 3;
        std::vector<float> p(static_cast<std::size_t>(s.validation) * L * h * d);
        members.probabilities(tokens, p);
        double learned[2] = {}, ideal[2] = {}, most = 0;
        std::vector<float> q(d);
        for (std::size_t i = 0; i < static_cast<std::size_t>(s.validation) * L; ++i)
            for (std::size_t k = 0; k < h; ++k) {
                const auto past = std::span<const std::int32_t>(tokens).subspan(i / L * (w + L) + i % L, w + 1);
                const float* row = p.data() + (i * h + k) * d;
                double sum = 0;
                for (std::size_t v = 0; v < d; ++v) sum += row[v];
                most = test::worse(most, std::abs(sum - 1));
                learned[k] -= std::log(row[static_cast<std::size_t>(past[w])]);
                chain.log_probs(static_cast<int>(k) + 1, past.first(w), q);
                ideal[k] -= q[static_cast<std::size_t>(past[w])];
            }
        const double n = static_cast<double>(s.validation) * static_cast<double>(L);
        CHECK(most < 1e-5);  // eight probabilities, each rounded to 6e-8 of itself
        for (int k = 0; k < 2; ++k) {
            CAPTURE(k);
            REQUIRE(std::isfinite(learned[k]));
            // What is lost to training in so many steps, 0.006 in the larger class; without it the learned member would be no worse than the ideal one.
            CHECK(learned[k] / n < ideal[k] / n + 0.02);
        }
        CHECK(learned[0] / n > learned[1] / n + 0.02);  // and a member that sees less predicts worse, by ten times what training loses: the second span is worth 0.2
    }
}

TEST_CASE("the KL divergence from a learned member is zero for that member itself") {
    const Settings s = small_learned();
    const Chain chain(s);
    const std::vector<std::int32_t> tokens = held_out(s, chain);
    Evaluator evaluator(chain, s, tokens);
    const auto model = make_model(s);
    model->prepare(initial_parameters(model->table(), s));
    const auto workspace = model->workspace();
    // A second member that is the model: of the first class; the other stays uniform.
    const std::size_t d = 8, L = 6;
    evaluator.set_learned([&](std::span<const std::int32_t> sequence, std::span<float> out) {
        std::vector<float> logits(L * d);
        const auto own = model->workspace();
        model->forward({sequence, 1, 9}, logits, {}, false, *own);
        for (std::size_t r = 0; r < L; ++r) {
            double sum = 0;
            for (std::size_t v = 0; v < d; ++v) sum += std::exp(logits[r * d + v]);
            for (std::size_t v = 0; v < d; ++v) out[(r * 2) * d + v] = static_cast<float>(std::exp(logits[r * d + v]) / sum), out[(r * 2 + 1) * d + v] = 1.0f / 8;
        }
    });
    EvaluationSums total;
    for (int shard = 0; shard < evaluator.shards(); ++shard) total.add(evaluator.evaluate(*model, shard, *workspace));
    const Evaluation e = evaluator.finish(total);
    REQUIRE(e.learned_kl.size() == 2);
    REQUIRE(e.finite());
    CHECK(std::abs(e.learned_kl[0]) < 2e-6);  // probabilities of float32, some 1e-7 each
    CHECK(e.learned_kl[1] == doctest::Approx(e.kl[0]).epsilon(1e-6));
}

TEST_CASE("members are the same bits however their training is interleaved") {
    const Settings s = small_learned();
    const Chain chain(s);
    LearnedMembers one(s, chain), other(s, chain);
    train(one);
    for (int step = 0; step < LearnedMembers::steps; ++step) other.train_step(2), other.train_step(1);
    CHECK(other.done());
    std::vector<float> p(6 * 2 * 8), q(p.size());
    const std::vector<std::int32_t> tokens = held_out(s, chain);
    one.probabilities(std::span(tokens).first(9), p);
    other.probabilities(std::span(tokens).first(9), q);
    CHECK(p == q);
}
