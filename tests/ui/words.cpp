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
    CHECK(span_name(Chain(chain_of({2})), 0) == "the pair");
    CHECK(span_name(Chain(chain_of({2, 2, 2, 2, 2})), 2) == "3rd pair");
}

TEST_CASE("a rung says what it uses and what it is blind to") {
    const Chain chain(chain_of({2, 2, 2}));
    CHECK(rung_knows(chain, 1) == "uses the last two tokens, still blind to the middle and far pairs");
    CHECK(rung_knows(chain, 2) == "uses the last four tokens, still blind to the far pair");
    CHECK(rung_knows(chain, 3) == "uses the last six tokens, all that matter");
    CHECK(rung_name(chain, 2) == "near and middle pairs");
    CHECK(rung_name(chain, 3) == "all three pairs: the truth");
    CHECK(verdict(chain, at_rung(2, {1, 1, 0, 1})) == "Fits F\u2082 best: it uses the last four tokens, still blind to the far pair.");
}

TEST_CASE("a class that is nearer without counting yet is said, and heads that part are not said to be after the same") {
    const Chain chain(chain_of({2, 2, 2}));
    CHECK(verdict(chain, at_rung(0, {0.2, 0.1, 0.3, 0.4})) == "Still on F\u2080: it knows nothing yet and takes every token for equally likely. F\u2081 is a little nearer now, which counts once it is clear or lasts.");
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

TEST_CASE("with importance reversed the tokens are named by their lags") {
    const Chain chain(chain_of({2, 2, 2}, true));
    CHECK(rung_knows(chain, 1) == "uses the tokens t\u22126, t\u22125, still blind to the near and middle pairs");
    CHECK(rung_knows(chain, 2) == "uses the tokens t\u22126 to t\u22123, still blind to the near pair");
    CHECK(chain_sentence(chain) == "The next token depends on three pairs of earlier tokens; farther pairs matter more.");
}

TEST_CASE("every rung of every ladder has words") {
    for (int h = 1; h <= 8; ++h)
        for (bool reversed : {false, true}) {
            const Chain chain(chain_of(std::vector<int>(static_cast<std::size_t>(h), 2), reversed));
            for (int k = 0; k <= h; ++k) {
                CHECK_FALSE(rung_name(chain, k).empty());
                CHECK(rung_knows(chain, k).find("  ") == std::string::npos);
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
    CHECK(gap_sentence(chain, now, nullptr) == "Gap to the truth 0.028 nats.");
    CHECK(gap_sentence(chain, at_rung(0, {NAN, NAN, NAN, NAN}), nullptr).find("nan") == std::string::npos);
}

TEST_CASE("early stopping is told with both moments") {
    Snapshot best = at_rung(2, {0.2, 0.1, 0.05, 0.06}), now = at_rung(3, {0.2, 0.1, 0.06, 0.05});
    best.step = 230, best.evaluation.loss = 2.5, best.evaluation.bayes_loss = 2.4;
    now.step = 900, now.evaluation.loss = 2.55, now.evaluation.bayes_loss = 2.4;
    CHECK(early_stop_sentence(best, now) == "The validation loss was lowest at step 230: F\u2082, 0.100 nats above the Bayes loss. At step 900: F\u2083, 0.150 nats above the Bayes loss.");
}
