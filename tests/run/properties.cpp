// What must hold for any valid settings, tried on random ones: LADDER_PROPERTY=10000 tries so many instead of the usual few.
// A failure names its number; random_settings(number) is the case.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "run/history.h"
#include "run/snapshot.h"
#include "run/training_loop.h"
#include "support/random_settings.h"
#include "support/worse.h"

using namespace ladder;
using ladder::testing::property_trials;
using ladder::testing::random_settings;

namespace {

bool all_finite(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

// A Kullback-Leibler divergence is a sum of float terms that cancel: zero to about the rounding of ln V.
constexpr double below_zero = -1e-5;

void check_evaluation(const Snapshot& s) {
    REQUIRE(s.evaluation.finite());
    for (const double kl : s.evaluation.kl) CHECK(kl >= below_zero);
    const Evaluation& e = s.evaluation;
    for (std::size_t row = 0; row + static_cast<std::size_t>(e.positions) <= e.attention.size(); row += static_cast<std::size_t>(e.positions)) {
        const double sum = std::accumulate(e.attention.begin() + static_cast<std::ptrdiff_t>(row), e.attention.begin() + static_cast<std::ptrdiff_t>(row) + e.positions, 0.0);
        REQUIRE(std::isfinite(sum));
        CHECK(sum == doctest::Approx(1).epsilon(1e-4));
    }
    CHECK(encode(decode_snapshot(encode(s))) == encode(s));
}

// The sum over the shards of the next batch against the model's gradient of the whole batch at once. False: not finite.
bool compare_with_whole_gradient(const Trainer& trainer) {
    const Settings& s = trainer.settings();
    const auto workspace = trainer.model().workspace();
    TreeSum sum(trainer.shards());
    for (int shard = 0; shard < trainer.shards(); ++shard) sum.add({0, shard}, trainer.gradient(shard, *workspace));
    const Contribution total = sum.take_root();
    const auto tokens = trainer.batch_tokens(0, s.batch);
    std::vector<float> whole(trainer.parameters().size());
    const float scale = static_cast<float>(1.0 / (static_cast<double>(s.batch) * s.length));
    const double loss = trainer.model().gradient({tokens, s.batch, window(s) + s.length}, {s.seed, trainer.step(), 0}, scale, whole, *workspace);
    if (!std::isfinite(loss) || !all_finite(whole)) return false;
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(whole[i])));
        difference = test::worse(difference, std::abs(static_cast<double>(whole[i]) - total.gradient[i]));
    }
    // Thousands of terms in another order, some of which cancel: 1e-5 at most among 400 trials. A sequence left out is a thousandth of them.
    CHECK(difference <= 1e-4 * largest);
    CHECK(total.loss == doctest::Approx(loss).epsilon(1e-12));
    return true;
}

}  // namespace

TEST_CASE("any valid settings train ten steps: finite states, attention that sums to one, no negative divergence") {
    int trained = 0;
    for (int number = 0; number < property_trials(60); ++number) {
        CAPTURE(number);
        const Settings s = random_settings(static_cast<std::uint64_t>(number));
        Settings moved = s;
        REQUIRE(reconcile(moved).empty());
        Settings read;
        REQUIRE(settings_from_json(read, settings_to_json(s)).empty());
        CHECK(read == s);
        TrainingLoop loop(s);
        const auto first = loop.evaluate();
        if (!first) continue;  // scales at the end of their range: told as divergence
        check_evaluation(*first);
        while (!loop.diverged() && loop.trainer().step() < s.steps) {
            loop.advance();  // what it leads to is known to be finite when the next gradient or evaluation is
            if (!loop.diverged() && loop.trainer().step() % s.evaluate_every == 0)
                if (const auto snapshot = loop.evaluate()) check_evaluation(*snapshot);
        }
        REQUIRE(all_finite(loop.trainer().parameters()));
        trained += !loop.diverged();
    }
    CHECK(trained > property_trials(60) / 2);  // else the settings drawn say little
}

TEST_CASE("a checkpoint of any run survives the round trip and goes on to the same bits") {
    int went_on = 0;
    const int trials = property_trials(60) / 4 + 1;
    for (int number = 0; number < trials; ++number) {
        CAPTURE(number);
        const Settings s = random_settings(static_cast<std::uint64_t>(number));
        TrainingLoop whole(s);
        if (!whole.evaluate()) continue;
        for (int i = 0; i < 5; ++i) whole.advance();
        if (whole.diverged() || !whole.evaluate()) continue;
        const auto bytes = encode(*whole.evaluated());
        CHECK(encode(decode_checkpoint(bytes)) == bytes);
        TrainingLoop resumed(s, Kernels::fast, std::make_shared<const RunCheckpoint>(decode_checkpoint(bytes)));
        for (int i = 0; i < 3; ++i) {
            whole.advance();
            resumed.advance();
        }
        CHECK(whole.diverged() == resumed.diverged());
        const auto a = whole.trainer().parameters(), b = resumed.trainer().parameters();
        CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
        went_on += whole.trainer().step() == 8;
    }
    CHECK(went_on > trials / 2);
}

TEST_CASE("the ideal predictors of any chain are probabilities, and each rung adds one span to the rung below") {
    for (int number = 0; number < property_trials(60); ++number) {
        CAPTURE(number);
        const Chain chain(random_settings(static_cast<std::uint64_t>(number)));
        RandomSequence random(static_cast<std::uint64_t>(number), Stream::display, 1);
        std::vector<std::int32_t> past(static_cast<std::size_t>(chain.window()));
        for (std::int32_t& token : past) token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(chain.vocabulary())));
        std::vector<float> log_probs(static_cast<std::size_t>(chain.vocabulary()));
        for (int rank = 0; rank <= chain.span_count(); ++rank) {
            chain.log_probs(rank, past, log_probs);
            REQUIRE(std::none_of(log_probs.begin(), log_probs.end(), [](float x) { return std::isnan(x); }));
            const double sum = std::accumulate(log_probs.begin(), log_probs.end(), 0.0, [](double total, float x) { return total + std::exp(static_cast<double>(x)); });
            // Each logarithm is rounded once, to a part in 2^24 of itself; those far below zero carry no weight.
            CHECK(std::abs(sum - 1) < 1e-5);
        }
        for (int rank = 2; rank <= chain.span_count() && !chain.ngrams(); ++rank) {  // a text has no tables
            const Span& added = chain.spans()[static_cast<std::size_t>(chain.span_of_rank(rank))];
            for (int lag = 1; lag <= chain.window(); ++lag) {
                const auto with = chain.lag_table(rank, lag), without = chain.lag_table(rank - 1, lag);
                if (!added.has_lag(lag)) CHECK(std::equal(with.begin(), with.end(), without.begin(), without.end()));
            }
        }
    }
}

TEST_CASE("the shards of any batch add up to its gradient, whoever computes them") {
    int compared = 0;
    const int trials = property_trials(60) / 4 + 1;
    for (int number = 0; number < trials; ++number) {
        CAPTURE(number);
        Settings s = random_settings(static_cast<std::uint64_t>(number));
        s.batch = 1030;  // eight shards: with two, a third worker has none, and with four three workers add in the order of the tree
        s.sequences = 1100;
        reconcile(s);
        s.workers = 1;
        TrainingLoop alone(s);
        s.workers = 3;
        TrainingLoop shared(s);
        REQUIRE(shared.workers() == ThreadPool(3).workers());
        compared += compare_with_whole_gradient(alone.trainer());
        for (int i = 0; i < 3; ++i) {
            alone.advance();
            shared.advance();
        }
        const auto a = alone.trainer().parameters(), b = shared.trainer().parameters();
        CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
    CHECK(compared > trials / 2);
}

TEST_CASE("the gradient of any model is that of its differences") {
    int compared = 0;
    const int trials = property_trials(60) / 4 + 1;
    for (int number = 0; number < trials; ++number) {
        CAPTURE(number);
        Settings s = random_settings(static_cast<std::uint64_t>(number));
        s.dropout = 0;
        const auto model = make_model(s, Kernels::reference);
        const Trainer trainer(s, Kernels::reference);
        const int sequences = std::min(2, trainer.settings().batch);
        const auto tokens = trainer.batch_tokens(0, sequences);
        const TokenBatch batch{tokens, sequences, window(s) + s.length};
        const auto workspace = model->workspace();
        std::vector<float> at(trainer.parameters().begin(), trainer.parameters().end()), gradient(at.size()), ignored(at.size());
        const auto loss = [&](const std::vector<float>& parameters) {
            model->prepare(parameters);
            return model->gradient(batch, {}, 1, ignored, *workspace);
        };
        model->prepare(at);
        const double here = model->gradient(batch, {}, 1, gradient, *workspace);
        if (!std::isfinite(here) || !all_finite(gradient)) continue;
        double norm = 0, size = 0;
        for (const float g : gradient) norm += static_cast<double>(g) * g;
        for (const float p : at) size = std::max(size, std::abs(static_cast<double>(p)));
        norm = std::sqrt(norm);
        // Against the gradient's own direction the loss falls by its norm: a central difference over a step at which float's
        // rounding of the loss (about 1e-6 of it) and the cubic term are both small. Large initial values bend too much for that.
        if (norm < 1e-3 || size > 1) continue;
        const double step = 3e-4;
        std::vector<float> ahead = at, behind = at;
        for (std::size_t i = 0; i < at.size(); ++i) {
            ahead[i] += static_cast<float>(step * gradient[i] / norm);
            behind[i] -= static_cast<float>(step * gradient[i] / norm);
        }
        const double slope = (loss(ahead) - loss(behind)) / (2 * step);
        REQUIRE(std::isfinite(slope));
        CHECK(std::abs(slope - norm) < 0.02 * norm + 2e-6 * std::abs(here) / step);
        ++compared;
    }
    CHECK(compared > trials / 2);
}

TEST_CASE("the history of any run that is taken back and run again from there is the history that it was") {
    int compared = 0;
    const int trials = property_trials(60) / 4 + 1;
    for (int number = 0; number < trials; ++number) {
        CAPTURE(number);
        const Settings s = random_settings(static_cast<std::uint64_t>(number));
        TrainingLoop whole(s);
        History straight(whole.trainer().chain(), {4, 4096, std::size_t{1} << 16}), again = straight;  // so little that it is thinned
        const auto look = [](TrainingLoop& loop, History& history) {
            const auto snapshot = loop.evaluate();
            if (!snapshot) return false;
            history.add(snapshot);
            history.attach(loop.evaluated());
            return !loop.diverged();  // a run that diverged was put back to an earlier step and ends there
        };
        bool finite = look(whole, straight);
        for (int i = 0; i < 4 && finite; ++i) {
            whole.advance();
            finite = look(whole, straight);
        }
        if (!finite) continue;
        again = straight;
        const std::size_t back = straight.with_checkpoint(straight.size() - 1);
        for (int i = 0; i < 3 && finite; ++i) {
            whole.advance();
            finite = look(whole, straight);
        }
        if (!finite || back == straight.size()) continue;
        REQUIRE(back < again.size());
        const auto from = again.checkpoint(back);
        again.rewind(back);
        CHECK(again.newest().step == from->step());
        TrainingLoop resumed(s, Kernels::fast, from);
        while (resumed.trainer().step() < whole.trainer().step()) {
            resumed.advance();
            look(resumed, again);
        }
        CHECK(encode(again.newest()) == encode(straight.newest()));
        CHECK(again.readout().reached() == straight.readout().reached());
        CHECK(again.readout().stages().size() == straight.readout().stages().size());
        CHECK(again[again.best()].evaluation.loss == straight[straight.best()].evaluation.loss);
        for (std::size_t i = 1; i < again.size(); ++i) CHECK(again[i - 1].step < again[i].step);
        ++compared;
    }
    CHECK(compared > trials / 2);
}
