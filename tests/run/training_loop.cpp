// The shared loop: the same numbers for any number of threads, the cadence, and runs that leave the
// finite numbers.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "run/training_loop.h"

using namespace ladder;

namespace {

Settings small_loop(int workers) {
    Settings s;
    s.vocabulary = 8;
    s.length = 6;
    s.batch = 48;
    s.validation = 40;
    s.steps = 25;
    s.evaluate_every = 10;
    s.workers = workers;
    return s;
}

std::vector<double> curve(int workers) {
    Settings settings = small_loop(workers);
    settings.batch = 1100;  // eight shards: with fewer than four, a third thread has none and two summands have one order
    TrainingLoop loop(settings);
    REQUIRE(loop.workers() == ThreadPool(workers).workers());  // all of them; one where there are no threads
    std::vector<double> numbers;
    const auto note = [&](const Snapshot& s) {
        numbers.insert(numbers.end(), {s.train_loss, s.gradient_norm, s.evaluation.loss, s.reading.height, s.reading.specialisation});
        numbers.insert(numbers.end(), s.evaluation.kl.begin(), s.evaluation.kl.end());
        numbers.insert(numbers.end(), s.evaluation.attention.begin(), s.evaluation.attention.end());
    };
    note(*loop.evaluate());
    while (loop.trainer().step() < 25) {
        numbers.push_back(loop.advance().loss);
        if (evaluation_due(loop.trainer().step(), 10, 25)) note(*loop.evaluate());
    }
    return numbers;
}

}  // namespace

TEST_CASE("the curve is the same bit for bit for 1, 2, 3 and 4 threads") {
    const auto one = curve(1);
    for (const double x : one) REQUIRE(std::isfinite(x));
    for (const int workers : {2, 3, 4}) CHECK(curve(workers) == one);
}

TEST_CASE("a state that is evaluated twice is read once") {
    Settings s = small_loop(1);
    s.evaluate_every = 1;
    s.steps = 60;
    TrainingLoop once(s), twice(s);
    for (int step = 0; step <= s.steps; ++step) {
        once.evaluate();
        for (int i = 0; i < 3; ++i) REQUIRE(twice.evaluate()->reading.height == once.evaluated()->readout.current.height);
        REQUIRE(encode(*twice.evaluated()) == encode(*once.evaluated()));
        once.advance(), twice.advance();
    }
}

TEST_CASE("evaluations are due at step 0, at multiples and at the last step") {
    std::vector<int> due;
    for (int step = 0; step <= 25; ++step)
        if (evaluation_due(step, 10, 25)) due.push_back(step);
    CHECK(due == std::vector<int>{0, 10, 20, 25});
}

TEST_CASE("threads are never more than shards, and as many as asked for") {
    Settings s = small_loop(0);
    const int shards = shard_count(s.batch);
    CHECK(useful_workers(s, 1) == 1);
    CHECK(useful_workers(s, 1000) == shards);
    s.workers = 2;
    CHECK(useful_workers(s, 64) == std::min(2, shards));
}

TEST_CASE("a run that diverges ends on a finite state and says so") {
    Settings s = small_loop(2);
    s.optimizer = OptimizerKind::adamw;
    s.learning_rate = 1e4;
    s.weight_decay = 1e3;  // each step multiplies the parameters by about -1e7
    s.steps = 200;
    TrainingLoop loop(s);
    REQUIRE(loop.evaluate());
    while (!loop.diverged() && loop.trainer().step() < s.steps)
        if (!loop.advance().diverged && evaluation_due(loop.trainer().step(), s.evaluate_every, s.steps)) loop.evaluate();
    CHECK(loop.diverged());
    for (const float x : loop.trainer().parameters()) REQUIRE(std::isfinite(x));
    CHECK(divergence_message(s, 7, 6).find("step 7") != std::string::npos);
}

TEST_CASE("a run that diverged can be evaluated: the state that remains, or the last finite one") {
    Settings s = small_loop(2);
    s.optimizer = OptimizerKind::adamw;
    s.learning_rate = 1e3;
    s.weight_decay = 10;
    s.steps = 200;
    for (const int every : {1, 3, 100}) {
        s.evaluate_every = every;
        TrainingLoop loop(s);
        REQUIRE(loop.evaluate());
        while (!loop.diverged() && loop.step() < s.steps)
            if (!loop.advance().diverged && evaluation_due(loop.step(), every, s.steps)) loop.evaluate();
        REQUIRE(loop.diverged());
        CHECK(loop.step() >= loop.evaluated()->step());
        std::shared_ptr<const Snapshot> last = loop.evaluate();
        if (!last) last = loop.evaluate();
        REQUIRE(last);
        CHECK(std::isfinite(last->train_loss));
        CHECK(std::isfinite(last->gradient_norm));
        CHECK(last->step == loop.step());
    }
}

TEST_CASE("the pool runs every worker and passes on an exception") {
    ThreadPool pool(3);
    for (int round = 0; round < 100; ++round) {
        std::atomic<int> seen{0};
        pool.run([&](int worker) { seen += 1 << (4 * worker); });
        int expected = 0;
        for (int w = 0; w < pool.workers(); ++w) expected += 1 << (4 * w);
        CHECK(seen == expected);
    }
    CHECK_THROWS_AS(pool.run([&](int worker) { if (worker == pool.workers() - 1) throw std::runtime_error("no"); }), std::runtime_error);
    std::atomic<int> after{0};
    pool.run([&](int) { ++after; });
    CHECK(after == pool.workers());
}
