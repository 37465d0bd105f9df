// Records of runs: what they say, and that they survive being written and read.
#include "experiment/record.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "base/error.h"
#include "experiment/run.h"
#include "experiment/run_store.h"
#include "support/scratch_folder.h"

using namespace ladder;

namespace {

Settings small() {
    Settings s;
    s.vocabulary = 8;
    s.length = 6;
    s.batch = 32;
    s.validation = 64;
    s.steps = 25;
    s.workers = 1;
    return s;
}

}  // namespace

TEST_CASE("a run's record holds every evaluation and reads back to the same bits") {
    const RunRecord run = run_experiment(small(), "a \"small\" run");
    CHECK(run.failure.empty());
    REQUIRE(run.moments.size() == 4);  // steps 0, 10, 20, 25
    CHECK(run.last().step == 25);
    for (const Moment& m : run.moments) {
        REQUIRE(std::isfinite(m.validation_loss));
        REQUIRE(std::isfinite(m.excess));
        CHECK(m.kl.size() == 4);
        CHECK(m.lag_mass.size() == 6);
        float lags = 0, spans = 0;
        for (float x : m.lag_mass) lags += x;
        for (float x : m.span_mass) spans += x;
        CHECK(lags == doctest::Approx(spans).epsilon(1e-5));  // the spans 2 2 2 hold every lag once; sums of 18 floats
    }
    CHECK(run.best().validation_loss <= run.last().validation_loss);
    const RunRecord again = parse_record(format_record(run));
    CHECK(again.label == run.label);
    CHECK(again.settings == run.settings);
    CHECK((again.moments == run.moments));
    CHECK_THROWS_AS(parse_record("{\"label\": 3}"), Error);
    CHECK_THROWS_AS(parse_record(format_record(run).substr(0, 300)), Error);
}

TEST_CASE("a record of a run that failed, with distances to learned members, reads back to the same bits") {
    RunRecord run;
    run.label = "two \"moments\"";
    run.failure = "Training diverged at step 20.";
    // No two numbers the same, and none that few digits write.
    run.moments.push_back({0, 1.0 / 3, 2.0 / 3, 1.0 / 7, {0.1, 1.0 / 9}, {1.0 / 11}, 0, 1.0 / 13, 1.0 / 17, Phase::undecided, {0.1f, 1.0f / 3}, {0.7f, 1.0f / 7}});
    run.moments.push_back({10, 4.0 / 3, 5.0 / 3, 1e-300, {0.2, 2.0 / 9}, {2.0 / 11}, 1, 2.0 / 13, 2.0 / 17, Phase::cooperative, {0.2f, 2.0f / 3}, {0.9f, 2.0f / 7}});
    const RunRecord again = parse_record(format_record(run));
    CHECK(again.label == run.label);
    CHECK(again.failure == run.failure);
    CHECK((again.moments == run.moments));
}

TEST_CASE("questions to a record") {
    RunRecord run;
    const double losses[] = {3, 2, 1, 1.5};
    const double kl[][3] = {{0.1, 0.5, 0.9}, {0.4, 0.2, 0.6}, {0.6, 0.3, 0.1}, {0.6, 0.1, 0.2}};
    for (int i = 0; i < 4; ++i) {
        Moment m;
        m.step = 10 * i;
        m.validation_loss = losses[i];
        m.kl = {kl[i][0], kl[i][1], kl[i][2]};
        m.rung = std::min(i, 2);
        m.phase = i == 1 ? Phase::competitive : i > 1 ? Phase::cooperative : Phase::undecided;
        run.moments.push_back(m);
    }
    CHECK(run.best().step == 20);
    CHECK(run.reached(1) == 10);
    CHECK(run.reached(2) == 20);
    CHECK(run.reached(3) == -1);
    RunRecord skipping = run;
    for (Moment& m : skipping.moments) m.rung = m.rung == 1 ? 2 : m.rung;
    CHECK(skipping.reached(1) == -1);
    CHECK(skipping.reached(2) == 10);
    CHECK(run.lowest_kl_step(0) == 0);
    CHECK(run.lowest_kl_step(1) == 30);
    CHECK(run.lowest_kl_step(2) == 20);
    CHECK(run.lowest_kl_step(3) == -1);
    CHECK(run.first_in(Phase::cooperative) == 20);
    CHECK(nearest_class(run.moments[0]) == 0);
    CHECK(nearest_class(run.moments[3]) == 1);
    CHECK(nearest_class(Moment{}) == -1);
    CHECK_THROWS_AS(RunRecord{}.best(), Error);
}

TEST_CASE("a run that cannot be made says so instead of ending the program") {
    Settings s = small();
    s.model = ModelKind::full;
    s.hidden = 10;
    s.heads = 3;
    CHECK_FALSE(run_experiment(s, "impossible").failure.empty());
}

TEST_CASE("what a record says of a divergence agrees with its last evaluation") {
    Settings s = small();
    s.optimizer = OptimizerKind::sgd, s.learning_rate = 10, s.weight_decay = 1, s.clip = 0, s.value_init = InitKind::uniform, s.value_scale = 1;
    s.steps = 1000, s.evaluate_every = 50;  // no multiple of it is the step before the one that fails
    const RunRecord run = run_experiment(s, "wild");
    CHECK(run.failure.find("diverged") != std::string::npos);
    for (const Moment& m : run.moments) CHECK(std::isfinite(m.validation_loss));
    CHECK(run.failure.find("put back to step " + std::to_string(run.last().step) + ".") != std::string::npos);
}

TEST_CASE("a store gives back whole runs of the same settings only") {
    const test::ScratchFolder folder;
    const RunStore store(folder / "made by it");
    const RunRecord run = run_experiment(small(), "kept");
    CHECK_FALSE(store.find("a", small()).has_value());
    store.keep("a", run);
    REQUIRE(store.find("a", small()).has_value());
    Settings other = small();
    other.workers = 3;  // the numbers do not depend on it
    CHECK(store.find("a", other).has_value());
    other.learning_rate = 0.1;
    CHECK_FALSE(store.find("a", other).has_value());
    std::ofstream(folder / "made by it/b.json") << "half a rec";
    CHECK_FALSE(store.find("b", small()).has_value());
    CHECK(store.all().size() == 1);
}
