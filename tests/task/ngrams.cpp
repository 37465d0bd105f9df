#include "task/ngrams.h"

#include <cmath>
#include <doctest/doctest.h>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "ladder/evaluation.h"
#include "ladder/readout.h"
#include "task/sampler.h"
#include "train/trainer.h"

using namespace ladder;

namespace {

// Pseudo-random text in which a letter follows its predecessor or the letter before that.
std::string some_text(std::size_t length, std::uint64_t seed = 1) {
    RandomSequence random(seed, Stream::display);
    std::string text = "abc";
    while (text.size() < length) {
        const char last = text.back(), before = text[text.size() - 2];
        const std::uint32_t r = random.below(10);
        text += r < 6 ? static_cast<char>('a' + (last - 'a' + 1) % 6) : r < 9 ? static_cast<char>('a' + (before - 'a' + 2) % 6) : static_cast<char>('a' + random.below(6));
    }
    return text;
}

Settings with_text(std::size_t length = 6000) {
    Settings s;
    s.data = DataSource::text, s.text = some_text(length), s.vocabulary = 7, s.spans = {1, 1}, s.length = 8, s.batch = 64, s.validation = 200, s.heads = 2;
    return s;
}

}  // namespace

TEST_CASE("the most frequent characters become tokens, all others one more") {
    const TextTokens t = tokens_of_text("bbbb aaa\n\t cc \xC3\xA9", 4);
    CHECK(t.symbols == std::vector<std::string>{"b", " ", "a", ""});  // runs of blanks are one space: three of them, like the a's, and before them in bytes
    CHECK(t.tokens == std::vector<std::int32_t>{0, 0, 0, 0, 1, 2, 2, 2, 1, 3, 3, 1, 3});
    CHECK(t.training_part().size() + t.smoothing_part().size() + t.held_out_part().size() == t.tokens.size());
    CHECK(size_of_text("bbbb aaa\n\t cc \xC3\xA9").characters == 13);
    CHECK(size_of_text("bbbb aaa\n\t cc \xC3\xA9").different == 5);
    CHECK(size_of_text("\xEF\xBB\xBF" "bb").characters == 2);  // a byte order mark is none of them
    CHECK(tokens_of_text("", 3).tokens.empty());
    CHECK(tokens_of_text("\xFF\xC3", 3).tokens.size() == 2);  // no UTF-8: still no harm
}

TEST_CASE("n-gram probabilities are those counted by hand") {
    const std::string text = some_text(2000);
    const int d = 7;
    const NGrams grams(tokens_of_text(text, d), {{1}, {1, 3}}, 3, d);
    const auto training = grams.text().training_part();
    std::vector<double> p(d), below(d);
    for (int trial = 0; trial < 50; ++trial) {
        const auto past = grams.text().held_out_part().subspan(static_cast<std::size_t>(trial), 3);
        // Rank 0.
        grams.probabilities(0, past, below);
        for (int v = 0; v < d; ++v) {
            double n = 1;
            for (const auto token : training) n += token == v;
            CHECK(below[static_cast<std::size_t>(v)] == doctest::Approx(n / (static_cast<double>(training.size()) + d)).epsilon(1e-12));
        }
        for (int rank = 1; rank <= 2; ++rank) {
            grams.probabilities(rank, past, p);
            const double mu = grams.smoothing(rank);
            double all = 0, sum = 0;
            std::vector<double> n(d, 0.0);
            for (std::size_t i = 3; i < training.size(); ++i)
                if (training[i - 1] == past[2] && (rank == 1 || training[i - 3] == past[0])) ++n[static_cast<std::size_t>(training[i])], ++all;
            for (std::size_t v = 0; v < static_cast<std::size_t>(d); ++v) {
                REQUIRE(std::isfinite(p[v]));
                CHECK(p[v] == doctest::Approx((n[v] + mu * below[v]) / (all + mu)).epsilon(1e-12));
                sum += p[v];
            }
            CHECK(sum == doctest::Approx(1).epsilon(1e-12));
            below = p;
        }
    }
}

TEST_CASE("every rung of a text predicts better than the one below where the text has something to learn there") {
    const Chain chain(with_text());
    REQUIRE(chain.ngrams());
    CHECK(chain.ngrams()->cross_entropy(1) < chain.ngrams()->cross_entropy(0) - 0.1);
    CHECK(chain.ngrams()->cross_entropy(2) < chain.ngrams()->cross_entropy(1) - 0.1);
    CHECK(chain.spans()[1].strength == doctest::Approx(chain.ngrams()->cross_entropy(0) - chain.ngrams()->cross_entropy(1)));
}

TEST_CASE("sequences of a text are pieces of it, and held-out ones of the part that is never trained on") {
    const Settings s = with_text();
    const Chain chain(s);
    const Sampler sampler(chain, s.length, s.seed);
    const TextTokens& text = chain.ngrams()->text();
    const std::size_t width = static_cast<std::size_t>(sampler.sequence_length());
    std::vector<std::int32_t> drawn(width * 20), again(width);
    for (const Stream stream : {Stream::train_data, Stream::validation_data}) {
        const auto part = stream == Stream::train_data ? text.training_part() : text.held_out_part();
        sampler.sample(stream, 0, 20, drawn);
        for (std::size_t i = 0; i < 20; ++i) {
            const auto piece = std::span(drawn).subspan(i * width, width);
            CHECK(std::search(part.begin(), part.end(), piece.begin(), piece.end()) != part.end());
        }
        sampler.sample(stream, 7, 1, again);
        CHECK(std::equal(again.begin(), again.end(), drawn.begin() + static_cast<std::ptrdiff_t>(7 * width)));
    }
    Settings tiny = s;
    tiny.text = some_text(50);
    const Chain short_chain(tiny);
    CHECK_THROWS_AS(Sampler(short_chain, s.length, s.seed), Error);
}

TEST_CASE("a model trained on a text climbs from its frequencies to its longest n-grams") {
    Settings s = with_text();
    Trainer trainer(s);
    Evaluator evaluator(trainer.chain(), s, trainer.validation());
    const auto workspace = trainer.model().workspace();
    const auto evaluate = [&] {
        EvaluationSums sums;
        for (int shard = 0; shard < evaluator.shards(); ++shard) sums.add(evaluator.evaluate(trainer.model(), shard, *workspace));
        return evaluator.finish(sums);
    };
    Readout readout(trainer.chain());
    const Evaluation start = evaluate();
    CHECK(readout.observe(0, start).rung == 0);
    while (trainer.step() < 150) trainer.train_step(*workspace);
    const Evaluation end = evaluate();
    REQUIRE(end.finite());
    CHECK(readout.observe(150, end).rung == 2);
    CHECK(end.kl[2] < 0.1);
    CHECK(end.kl[0] > end.kl[1]);
    // KL_0 by hand: to the frequencies, not to the uniform predictor.
    std::vector<float> p0(7), logits(static_cast<std::size_t>(s.validation) * 8 * 7);
    trainer.model().forward({trainer.validation(), s.validation, 10}, logits, {}, false, *workspace);
    trainer.chain().log_probs(0, std::span(trainer.validation()).first(2), p0);
    double kl = 0;
    for (std::size_t row = 0; row < logits.size() / 7; ++row) {
        double sum = 0;
        for (std::size_t v = 0; v < 7; ++v) sum += std::exp(static_cast<double>(logits[row * 7 + v]));
        for (std::size_t v = 0; v < 7; ++v) kl += std::exp(p0[v]) * (p0[v] - (logits[row * 7 + v] - std::log(sum)));
    }
    CHECK(end.kl[0] == doctest::Approx(kl / (static_cast<double>(s.validation) * 8)).epsilon(1e-4));
}
