// Branching: what may change, what is said of it, and that the branch can begin.
#include <doctest/doctest.h>

#include "run/branch.h"
#include "run/training_loop.h"
#include "support/letters.h"

using namespace ladder;

namespace {

Settings small_branch() {
    Settings s;
    s.vocabulary = 7, s.length = 5, s.batch = 16, s.validation = 16, s.workers = 1;
    return s;
}

}  // namespace

TEST_CASE("the names of what may change at a branch are names of settings, and the chain's are not among them") {
    int allowed = 0;
    for (const SettingInfo& info : settings_table()) {
        allowed += can_branch(info.name);
        if (info.group == "Chain") CHECK_FALSE(can_branch(info.name));
    }
    CHECK(allowed == 16);
    CHECK(branch_problem(small_branch(), small_branch()).empty());
    CHECK(branch_difference(small_branch(), small_branch()).empty());
    Settings other = small_branch();
    other.workers = 3, other.speed = 5;  // of the viewer: the same run
    CHECK(branch_problem(small_branch(), other).empty());
    CHECK(branch_difference(small_branch(), other).empty());
    other.learning_rate = 0.5;
    CHECK(branch_problem(small_branch(), other).empty());
    CHECK(branch_difference(small_branch(), other).find("learning rate") == 0);
    other.vocabulary = 9;
    CHECK(branch_problem(small_branch(), other).find("Vocabulary d") != std::string::npos);
    CHECK(branch_problem(small_branch(), other).find("Learning rate") == std::string::npos);
}

TEST_CASE("where a run parted goes with it, and is said in the order in which it did") {
    CHECK(branched_sentence({}).empty());
    const std::vector<Parting> twice{{100, "clip 1 \u2192 0"}, {300, "batch 64 \u2192 32"}};
    CHECK(branched_sentence(twice).ends_with("from the beginning. It parted at step 100: clip 1 \u2192 0. It parted at step 300: batch 64 \u2192 32."));
    CHECK(partings_at(twice, 400) == twice);
    CHECK(partings_at(twice, 200) == std::vector<Parting>{{100, "clip 1 \u2192 0"}, {200, "batch 64 \u2192 32"}});
    CHECK(partings_at(twice, 0) == std::vector<Parting>{{0, "clip 1 \u2192 0"}, {0, "batch 64 \u2192 32"}});
}

TEST_CASE("a branch goes on neither from a chain to a text, nor back, nor to another text") {
    Settings chain = small_branch();
    chain.text = test::five_letters();
    Settings text = chain, finite = chain;
    text.data = DataSource::text;
    finite.data = DataSource::finite;
    CHECK(branch_problem(chain, text).find("Training data") != std::string::npos);
    CHECK(branch_problem(text, finite).find("Training data") != std::string::npos);
    CHECK(branch_problem(chain, finite).empty());
    Settings other = text;
    other.text += "edcba";
    CHECK(branch_problem(text, other).find("Text") != std::string::npos);
    CHECK(branch_problem(text, text).empty());
}

TEST_CASE("every setting that may change leaves a run that goes on, the first steps finite and other than before") {
    Settings before = small_branch();
    before.schedule = ScheduleKind::plateau, before.patience = 100;
    TrainingLoop loop(before);
    REQUIRE(loop.evaluate());
    for (int i = 0; i < 60; ++i) loop.advance();
    REQUIRE(loop.evaluate());
    const auto check = [&](Settings after) {
        TrainingLoop branch(after, Kernels::fast, branch_checkpoint(loop.evaluated(), before, after));
        const StepResult first = branch.advance();
        CHECK_FALSE(first.diverged);
        CHECK(first.step == 61);
    };
    Settings after = before;
    after.patience = 10;  // fewer steps than the schedule has counted
    check(after);
    after = before, after.schedule = ScheduleKind::cosine;
    check(after);
    after = before, after.data = DataSource::finite, after.sequences = 40;
    check(after);
    after = before, after.batch = 64, after.clip = 0.1, after.weight_decay = 0.1, after.validation = 32;
    check(after);
    CHECK(branch_checkpoint(loop.evaluated(), before, before) == loop.evaluated());
}
