// Verdicts on made-up runs: each rule once with a run as the paper claims it, once with one that is not.
#include "experiment/verdict.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "experiment/figures.h"

using namespace ladder;

namespace {

// A run through the given rungs, one every ten steps; KL_k is smallest where the rung is k.
RunRecord through(const std::vector<int>& rungs, std::string label = "run") {
    RunRecord run;
    run.label = std::move(label);
    for (std::size_t i = 0; i < rungs.size(); ++i) {
        Moment m;
        m.step = static_cast<std::int64_t>(10 * i);
        m.rung = rungs[i];
        for (int k = 0; k <= 3; ++k) m.kl.push_back(0.1 + 0.1 * std::abs(k - rungs[i]) - 0.001 * (k == rungs[i] ? k : 0));
        m.validation_loss = 5 - rungs[i];
        m.phase = i == 0 ? Phase::undecided : i + 1 < rungs.size() ? Phase::competitive : Phase::cooperative;
        m.lag_mass = {0.2f, 0.5f, 0.2f, 0.5f, 0.2f, 0.5f};
        run.moments.push_back(m);
    }
    return run;
}

}  // namespace

TEST_CASE("the climb") {
    CHECK(judge("climb", {through({0, 1, 1, 2, 3})}).holds);
    CHECK_FALSE(judge("climb", {through({0, 1, 3, 3, 3})}).holds);  // two rungs at once
    CHECK(judge("climb", {through({0, 1, 3, 3, 3})}).sentence.find("10, never and 20") != std::string::npos);
    CHECK_FALSE(judge("climb", {through({0, 1, 2, 3, 2})}).holds);  // and down again
    CHECK_FALSE(judge("climb", {through({0, 1, 2})}).holds);
    CHECK_FALSE(judge("climb", {through({0, 1, 2, 3}), through({0, 0})}).holds);
    CHECK(judge("climb", {through({0, 1, 2, 3})}).sentence.find("10, 20 and 30") != std::string::npos);
}

TEST_CASE("a climb asks for competition and for no split, and its sentence says so") {
    RunRecord together = through({0, 1, 2, 3});
    together.moments.back().phase = Phase::competitive;
    CHECK(judge("climb", {together}).holds);
    RunRecord apart = through({0, 1, 2, 3});
    for (Moment& m : apart.moments) m.phase = Phase::cooperative;
    CHECK_FALSE(judge("climb", {apart}).holds);
    CHECK(rule_sentence("climb").find("before they split if they do") != std::string::npos);
}

TEST_CASE("the order of the smallest KL divergences") {
    CHECK(judge("lowest-kl-in-order", {through({0, 1, 2, 3})}).holds);
    CHECK_FALSE(judge("lowest-kl-in-order", {through({0, 2, 1, 3})}).holds);
    CHECK(judge("lowest-kl-in-order", {through({0, 1, 3})}).holds);  // two in one evaluation
    const Verdict falling = judge("lowest-kl-in-order", {through({0, 1, 2})});
    CHECK_FALSE(falling.holds);
    CHECK(falling.sentence.ends_with("; rung 3 was not entered."));
    CHECK(rule_sentence("lowest-kl-in-order").find("no later class before an earlier one") != std::string::npos);
}

TEST_CASE("smaller initial queries") {
    CHECK(judge("later-with-smaller-init", {through({0, 1, 2}), through({0, 1, 1, 2})}).holds);
    CHECK_FALSE(judge("later-with-smaller-init", {through({0, 1, 1, 2}), through({0, 1, 2})}).holds);
    CHECK_FALSE(judge("later-with-smaller-init", {through({0, 1, 2}), through({0, 1, 2})}).holds);
    CHECK_FALSE(judge("later-with-smaller-init", {through({0, 1, 2}), through({0, 1, 1})}).holds);
}

TEST_CASE("importance separates the stages") {
    CHECK(judge("separated-with-importance", {through({0, 3, 3, 3}), through({0, 1, 2, 3})}).holds);
    CHECK_FALSE(judge("separated-with-importance", {through({0, 1, 2, 3}), through({0, 3, 3, 3})}).holds);
}

TEST_CASE("the class grows with the data") {
    CHECK(judge("class-grows-with-data", {through({0, 1, 1}), through({0, 1, 2}), through({0, 1, 2, 3})}).holds);
    CHECK_FALSE(judge("class-grows-with-data", {through({0, 1, 2}), through({0, 1, 1})}).holds);
    CHECK_FALSE(judge("class-grows-with-data", {through({0, 1, 1}), through({0, 2, 1})}).holds);  // the final class is simpler than the best
}

TEST_CASE("reversed importance and uneven weights") {
    RunRecord run = through({0, 1, 2, 3});
    CHECK_FALSE(judge("farthest-first", {run}).holds);
    run.settings.reversed = true;
    CHECK(judge("farthest-first", {run}).holds);
    run.settings.reversed = false;
    run.settings.weights = {0.7, 0.3};
    CHECK(judge("weights-inside-spans", {run}).holds);  // the older of each pair has 0.5, the newer 0.2
    run.settings.weights = {0.3, 0.7};
    CHECK_FALSE(judge("weights-inside-spans", {run}).holds);
}

TEST_CASE("a failed run speaks for no claim") {
    RunRecord run = through({0, 1, 2, 3});
    run.failure = "Training diverged.";
    const Verdict v = judge("climb", {run});
    CHECK_FALSE(v.holds);
    CHECK(v.sentence.find("diverged") != std::string::npos);
    CHECK_FALSE(judge("climb", {}).holds);
    CHECK_THROWS_AS(judge("no such rule", {through({0})}), Error);
    CHECK_THROWS_AS(rule_sentence("no such rule"), Error);
}

TEST_CASE("every figure is whole") {
    CHECK(figures().size() >= 12);
    for (const Figure& f : figures()) {
        CAPTURE(f.id);
        CHECK_FALSE(f.title.empty());
        CHECK_FALSE(f.claim.empty());
        CHECK(f.seconds > 0);
        if (!f.rule.empty()) CHECK_FALSE(rule_sentence(f.rule).empty());
        CHECK(find_figure(f.id) == &f);
        for (std::size_t i = 0; i < f.runs.size(); ++i) {
            for (Scale scale : {Scale::page, Scale::paper}) {
                Settings s = f.settings(i, scale);
                CHECK(reconcile(s).empty());
            }
        }
    }
    CHECK(find_figure("1")->label(0, Scale::page) == "27000 sequences");
    CHECK(find_figure("1")->label(0, Scale::paper) == "9000 sequences");
    CHECK(find_figure("99") == nullptr);
}
