// The parts of a step in slow motion follow each other, wait for the step's numbers, and stop where a reader chose one.
#include <doctest/doctest.h>

#include "ui/slow_motion.h"

using namespace ladder;
using Part = SlowMotion::Part;

TEST_CASE("slow motion: a part every few seconds, but none ahead of the step's numbers") {
    SlowMotion m;
    CHECK_FALSE(m.open());
    m.begin(120, 10);
    REQUIRE(m.open());
    const double part = SlowMotion::seconds_a_part;
    m.follow(120, 10 + 0.5 * part, true);
    CHECK(m.part() == Part::sample);
    m.follow(120, 10 + 1.1 * part, true);
    CHECK(m.part() == Part::forward);
    m.follow(120, 10 + 9 * part, true);
    CHECK(m.part() == Part::forward);
    m.follow(121, 10 + 9 * part, true);
    CHECK(m.part() == Part::loss);
    for (int i = 10; i < 20; ++i) m.follow(121, 10 + 2 * i * part, true);
    CHECK(m.part() == Part::update);
    CHECK(m.shows_result());
}

TEST_CASE("slow motion stays where a reader chose, and does not move by itself for one who prefers stillness") {
    SlowMotion m;
    m.begin(0, 0);
    m.follow(1, 100, false);
    CHECK(m.part() == Part::sample);
    m.choose(Part::backward);
    m.follow(1, 1000, true);
    CHECK(m.part() == Part::backward);
    CHECK_FALSE(m.shows_result());
}

TEST_CASE("what slow motion says are the step's own numbers") {
    Settings s;
    s.batch = 17, s.schedule = ScheduleKind::cosine, s.steps = 4;
    const Chain chain(s);
    Snapshot after;
    after.step = 3, after.train_loss = 1.5, after.gradient_norm = 0.25;
    after.evaluation.kl.assign(static_cast<std::size_t>(chain.span_count()) + 1, 0.1);
    const auto said = [&](Part part, const Snapshot* of) { return slow_motion_sentence(part, s, chain, 4321, of); };
    CHECK(said(Part::sample, nullptr).find("17 new sequences") == 0);
    CHECK(said(Part::loss, nullptr) == "The step is being computed\u2026");
    CHECK(said(Part::loss, &after).find("1.500 nats") != std::string::npos);
    CHECK(said(Part::backward, &after).find("4321 parameters") != std::string::npos);
    CHECK(said(Part::backward, &after).find("0.25") != std::string::npos);
    CHECK(said(Part::update, &after).find("After step 3") != std::string::npos);
    // Step 3 was made at the rate of step 2, half of the whole.
    CHECK(said(Part::update, &after).starts_with("AdamW moves the parameters a little against the running averages of their gradients, and a little towards 0 (learning rate 0.04)."));
    s.schedule = ScheduleKind::plateau, s.optimizer = OptimizerKind::sgd, s.momentum = 0, s.weight_decay = 0;
    CHECK(said(Part::update, &after).starts_with("SGD moves the parameters a little against their gradients (at the learning rate that the plateaus so far have left)."));
    s.batch = 1;
    CHECK(said(Part::sample, nullptr).starts_with("1 new sequence of 26 tokens is drawn from the chain: 6 at random, then 20 by its rule."));
    CHECK(said(Part::forward, nullptr).find("to the logits") != std::string::npos);
    s.blocks = 2;
    CHECK(said(Part::forward, nullptr).find("after the last block come the logits") != std::string::npos);
}
