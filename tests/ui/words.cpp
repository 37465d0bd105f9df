// The sentences: exact for the chains that the page offers, and never saying more than is so.
#include "ui/words.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace ladder;

namespace {

Settings chain_of(std::vector<int> spans, bool reversed = false) {
    Settings s;
    s.vocabulary = 5;
    s.spans = std::move(spans);
    s.reversed = reversed;
    return s;
}

Snapshot at_rung(int rung, std::vector<double> kl) {
    Snapshot s;
    s.reading.rung = rung;
    s.evaluation.kl = std::move(kl);
    return s;
}

}  // namespace

TEST_CASE("names of spans follow their place and length") {
    const Chain pairs(chain_of({2, 2, 2}));
    CHECK(span_name(pairs, 0) == "far pair");
    CHECK(span_name(pairs, 1) == "middle pair");
    CHECK(span_name(pairs, 2) == "near pair");
    CHECK(span_name(Chain(chain_of({1, 1})), 1) == "near token");
    CHECK(span_name(Chain(chain_of({1, 2, 3})), 0) == "far group");
    CHECK(span_name(Chain(chain_of({2})), 0) == "only pair");
    CHECK(span_name(Chain(chain_of({2, 2, 2, 2, 2})), 2) == "3rd pair");
}

TEST_CASE("a rung says what its predictor uses and what that is blind to, and the verdict compares the model with it") {
    const Chain chain(chain_of({2, 2, 2}));
    CHECK(rung_predictor(chain, 1) == "one that uses the last two tokens and is blind to the middle and far pairs");
    CHECK(rung_predictor(chain, 2) == "one that uses the last four tokens and is blind to the far pair");
    CHECK(rung_predictor(chain, 3) == "one that uses the last six tokens, all that matter");
    CHECK(rung_name(chain, 2) == "near and middle pairs");
    CHECK(rung_name(chain, 3) == "all three pairs: the truth");
    CHECK(verdict(chain, at_rung(2, {1, 1, 0, 1})) == "Fits F\u2082 best: it predicts most like one that uses the last four tokens and is blind to the far pair.");
    Snapshot worse = at_rung(0, {0.1, 0.2, 0.3, 0.4});
    worse.evaluation.loss = std::log(5.0) + 0.1;
    worse.step = 0;
    CHECK(verdict(chain, worse).starts_with("Not trained yet"));
    worse.step = 10;
    CHECK(verdict(chain, worse).starts_with("Worse than knowing nothing"));
    CHECK(verdict(chain, worse).ends_with("Nearest class: F\u2080."));
    worse.evaluation.kl = {0.1215, 0.1214, 0.3, 0.4};  // the bars say so, though the rung is the same until it is clear
    CHECK(verdict(chain, worse).ends_with("Nearest class: F\u2081."));
}

TEST_CASE("tokens that count for nothing are not said to matter") {
    Settings s = chain_of({2, 2, 2});
    s.weights = {1, 0};
    CHECK(rung_predictor(Chain(s), 3) == "one that uses the tokens t\u22126, t\u22124 and t\u22122, all that matter");
    s.weights = {0, 1};
    CHECK(rung_predictor(Chain(s), 1) == "one that uses the last token and is blind to the middle and far pairs");
}

TEST_CASE("a class that is nearer without counting yet is said, and heads that part are not said to be after the same") {
    const Chain chain(chain_of({2, 2, 2}));
    CHECK(verdict(chain, at_rung(0, {0.2, 0.1, 0.3, 0.4})) ==
          "Still on F\u2080, the class of one that knows nothing and takes every token for equally likely. F\u2081 is a little nearer now, which counts once it is clear or lasts.");
    const Readout readout(chain);
    Snapshot s = at_rung(1, {1, 0, 1, 1});
    s.reading.phase = Phase::competitive;
    const auto said = [&](std::vector<int> spans) {
        s.reading.heads.clear();
        for (const int span : spans) s.reading.heads.push_back({span, 0.5});
        return phase_sentence(chain, readout, s);
    };
    CHECK(said({2, 2, 2}) == "All heads are after the same prize, the near pair.");
    CHECK(said({2, 2, -1}) == "Most heads are after the same prize, the near pair.");
    CHECK(said({2, 1, 0}) == "The heads are parting: they serve three different pairs now.");
    CHECK(said({2, -1, -1}) == "The heads are letting go of what they competed for.");
}

TEST_CASE("what is said of heads that share without competing follows from whom they serve") {
    const auto said = [](std::vector<int> spans, Phase phase, std::vector<int> roles) {
        const Chain chain(chain_of(std::move(spans)));
        Snapshot s;
        s.reading.phase = phase;
        for (const int span : roles) s.reading.heads.push_back({span, 0.7});
        return phase_sentence(chain, Readout(chain), s);
    };
    CHECK(said({2, 2, 2}, Phase::undecided, {-1, -1}) == "The heads have not settled on any part of the past yet.");
    CHECK(said({2, 2, 2}, Phase::undecided, {2, 2, -1}) == "So far two of three heads serve the near pair.");
    CHECK(said({2, 2, 2}, Phase::undecided, {2, -1, -1}) == "So far one of three heads serves the near pair.");
    CHECK(said({2, 2, 2}, Phase::undecided, {2, 2, 1, 1}) == "So far four of four heads have settled, on two different pairs.");
    // One head or one span leaves the phase undecided for good.
    CHECK(said({2, 2, 2}, Phase::undecided, {2}) == "The only head serves the near pair.");
    CHECK(said({2, 2, 2}, Phase::undecided, {-1}) == "The head has not settled on any part of the past yet.");
    CHECK(said({2}, Phase::undecided, {0, 0, 0}) == "All heads serve the only pair.");
    CHECK(said({2, 2, 2}, Phase::cooperative, {2, 1, 0}) == "Now each serves its own pair.");
    CHECK(said({2, 2, 2}, Phase::cooperative, {2, 2, 0, 1}) == "Now every pair has a head.");
    CHECK(said({2, 2, 2}, Phase::cooperative, {2, 1, 1}) == "Now they serve two different pairs.");
    CHECK(said({2, 2, 2}, Phase::cooperative, {2, -1, 2}) == "Now those that serve a pair serve the same.");
}

TEST_CASE("what matters more is said of spans of one length in strict order, else no more than is so") {
    const auto said = [](std::vector<int> spans, std::vector<double> strengths, double scale = 1) {
        Settings s = chain_of(std::move(spans));
        s.strengths = std::move(strengths), s.scale = scale;
        return chain_sentence(Chain(s));
    };
    const std::string pairs = "The next token depends on three pairs of earlier tokens", groups = "The next token depends on two groups of earlier tokens";
    CHECK(said({2, 2, 2}, {}) == pairs + "; nearer pairs matter more.");
    CHECK(said({2, 2, 2}, {3, 2, 1}) == pairs + "; farther pairs matter more.");
    CHECK(said({2, 2, 2}, {1, 3, 2}) == pairs + "; the middle pair matters most.");
    CHECK(said({2, 2, 2}, {1, 1, 2}) == pairs + "; the near pair matters most.");
    CHECK(said({2, 2, 2}, {1, 2, 2}) == pairs + ".");
    CHECK(said({2, 2, 2}, {2, 2, 2}) == pairs + "; all matter equally.");
    CHECK(said({4, 1}, {1, 2}) == groups + "; tokens of the near group matter most.");
    CHECK(said({4, 1}, {1, 1}) == groups + "; all their tokens matter equally.");
    CHECK(said({2, 2, 2}, {}, 0) == "The next token depends on nothing: every token is equally likely.");
}

TEST_CASE("with importance reversed the tokens are named by their lags") {
    const Chain chain(chain_of({2, 2, 2}, true));
    CHECK(rung_predictor(chain, 1) == "one that uses the tokens t\u22126 and t\u22125 and is blind to the near and middle pairs");
    CHECK(rung_predictor(chain, 2) == "one that uses the tokens t\u22126 to t\u22123 and is blind to the near pair");
    CHECK(chain_sentence(chain) == "The next token depends on three pairs of earlier tokens; farther pairs matter more.");
}

TEST_CASE("every rung of every ladder has words") {
    for (int h = 1; h <= 8; ++h)
        for (bool reversed : {false, true}) {
            const Chain chain(chain_of(std::vector<int>(static_cast<std::size_t>(h), 2), reversed));
            for (int k = 0; k <= h; ++k) {
                CHECK_FALSE(rung_name(chain, k).empty());
                CHECK(rung_predictor(chain, k).find("  ") == std::string::npos);
            }
            CHECK_FALSE(chain_sentence(chain).empty());
        }
    CHECK(rung_symbol(12) == "F\u2081\u2082");
}

TEST_CASE("the gap says whether it closes, and nothing that is not finite") {
    const Chain chain(chain_of({2, 2, 2}));
    const Snapshot before = at_rung(3, {0.2, 0.1, 0.05, 0.040}), now = at_rung(3, {0.2, 0.1, 0.05, 0.028});
    CHECK(gap_sentence(chain, now, &before) == "Gap to the truth 0.028 nats, closing.");
    CHECK(gap_sentence(chain, before, &now) == "Gap to the truth 0.040 nats, widening.");
    // A thousandth of a nat is noise, and so is a hundredth of a large gap.
    for (const double kl : {0.0273, 0.0287}) {
        const Snapshot near_by = at_rung(3, {0.2, 0.1, 0.05, kl});
        CHECK(gap_sentence(chain, now, &near_by) == "Gap to the truth 0.028 nats, steady.");
    }
    const Snapshot far = at_rung(0, {0.2, 0.4, 0.5, 0.700}), little_farther = at_rung(0, {0.2, 0.4, 0.5, 0.707});
    CHECK(gap_sentence(chain, far, &little_farther) == "Gap to the truth 0.700 nats, steady.");
    CHECK(gap_sentence(chain, now, nullptr) == "Gap to the truth 0.028 nats.");
    CHECK(gap_sentence(chain, at_rung(0, {NAN, NAN, NAN, NAN}), nullptr).find("nan") == std::string::npos);
}

TEST_CASE("early stopping is told with both moments") {
    const Chain chain(chain_of({2, 2, 2}));
    Snapshot best = at_rung(2, {0.2, 0.1, 0.05, 0.06}), now = at_rung(3, {0.2, 0.1, 0.06, 0.05});
    best.step = 230, best.evaluation.loss = 2.5, best.evaluation.bayes_loss = 2.4;
    now.step = 900, now.evaluation.loss = 2.55, now.evaluation.bayes_loss = 2.4;
    CHECK(early_stop_sentence(chain, best, now) == "The validation loss was lowest at step 230: F\u2082, 0.100 nats above the Bayes loss. At step 900: F\u2083, 0.150 nats above the Bayes loss.");
    now.evaluation.loss = 2.35;
    CHECK(early_stop_sentence(chain, best, now).ends_with("F\u2083, 0.050 nats below the Bayes loss."));
    Settings text = chain_of({1, 1});
    text.data = DataSource::text, text.text = "the sun is over the sea and the sea is under the sun; ";
    for (int i = 0; i < 5; ++i) text.text += text.text;
    CHECK(early_stop_sentence(Chain(text), best, now).ends_with("F\u2083, 0.050 nats below the loss of the longest n-gram."));
}
