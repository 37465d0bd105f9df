// The page's runner without a page: a pool that only writes down what it is told, and a worker in its place.
#include <doctest/doctest.h>

#include "run/peer_worker.h"
#include "run/training_loop.h"
#include "run/worker_runner.h"
#include "support/moved_stop.h"

using namespace ladder;
using State = RunnerStatus::State;

namespace {

struct Posted {
    int rank;
    WorkerCommand command;
};

class RecordingPool final : public WorkerPool {
public:
    explicit RecordingPool(std::vector<Posted>& posted, std::vector<int>& ensured) : posted_(posted), ensured_(ensured) {}
    void ensure(int count) override { ensured_.push_back(count); }
    void post(int rank, std::vector<std::byte> bytes) override { posted_.push_back({rank, decode_command(bytes)}); }

private:
    std::vector<Posted>& posted_;
    std::vector<int>& ensured_;
};

struct Setup {
    explicit Setup(int cores) : runner(std::make_unique<RecordingPool>(posted, ensured), cores) {}

    // What was posted to rank 0 goes to a real worker, and its reports come back.
    void train(PeerWorker& worker) {
        for (const Posted& p : std::exchange(posted, {}))
            if (p.rank == 0) worker.command(encode(p.command), now);
        while (worker.work(now) == 0) {}
        for (const auto& m : worker.take_messages()) runner.receive(0, m.bytes);
    }

    std::vector<Posted> posted;
    std::vector<int> ensured;
    double now = 0;  // seconds, as the worker is told
    WorkerRunner runner;
};

Settings lone_settings() {
    Settings s;
    s.vocabulary = 7;
    s.length = 5;
    s.batch = 256;  // four shards
    s.validation = 24;
    s.steps = 12;
    s.evaluate_every = 5;
    s.speed = 0;
    return s;
}

}  // namespace

TEST_CASE("A run uses the useful number of workers and trains as the threads do") {
    const Settings settings = lone_settings();
    for (const auto& [cores, wanted, used] : {std::array{1, 0, 1}, {3, 0, 3}, {16, 0, 4}, {2, 4, 4}, {8, 2, 2}}) {
        Setup setup(cores);
        Settings asked = settings;
        asked.workers = wanted;
        setup.runner.start(asked, true);
        CHECK(setup.ensured == std::vector<int>{used});
        CHECK(setup.posted.size() == static_cast<std::size_t>(used));
        CHECK(setup.runner.status().workers == used);
    }

    Setup setup(1);
    PeerWorker worker("scalar");
    setup.runner.start(settings, false);
    setup.train(worker);
    CHECK(setup.runner.status().state == State::paused);
    CHECK(setup.runner.take_snapshots().size() == 1);
    setup.runner.step();
    setup.train(worker);
    CHECK(setup.runner.status().step == 1);
    setup.runner.play();
    setup.train(worker);
    CHECK(setup.runner.status().state == State::finished);
    CHECK(setup.runner.status().kernels == "scalar");
    const auto snapshots = setup.runner.take_snapshots();
    REQUIRE(!snapshots.empty());
    TrainingLoop loop(settings);
    while (loop.trainer().step() < settings.steps) loop.advance();
    CHECK(snapshots.back()->evaluation.kl == loop.evaluate()->evaluation.kl);
    CHECK(setup.runner.take_snapshots().empty());
}

namespace {

auto settle_worker(Setup& setup, PeerWorker& worker) {
    return [&](State state, std::int64_t step) {
        setup.now += 0.2;  // statuses are this far apart
        setup.train(worker);
        const RunnerStatus now = setup.runner.status();
        return now.state == state && now.step == step;
    };
}

}  // namespace

TEST_CASE("A stop that is moved at rest says whether the run is finished, in a worker") {
    Setup setup(1);
    PeerWorker worker("scalar");
    move_the_stop_at_rest(setup.runner, lone_settings(), settle_worker(setup, worker));
}

TEST_CASE("A run that ends because its stop came to lie below its step is evaluated there, in a worker") {
    for (const bool playing : {false, true}) {
        CAPTURE(playing);
        Setup setup(1);
        PeerWorker worker("scalar");
        lower_the_stop(setup.runner, lone_settings(), settle_worker(setup, worker), playing);
    }
}

TEST_CASE("A run can be started from a checkpoint that came from another, fewer workers included") {
    Settings settings = lone_settings();
    settings.steps = 20;
    Setup straight(1), resumed(4);
    PeerWorker worker("scalar"), other("scalar");
    straight.runner.start(settings, true);
    straight.train(worker);
    const auto checkpoints = straight.runner.take_checkpoints();
    REQUIRE(checkpoints.size() == 5);  // 0, 5, .. 20
    CHECK(straight.runner.take_checkpoints().empty());
    resumed.runner.resume(settings, checkpoints[1], true);
    CHECK(resumed.posted.size() == 4);
    for (const Posted& p : resumed.posted) {
        REQUIRE(p.command.from);
        CHECK(encode(*p.command.from) == encode(*checkpoints[1]));
    }
    CHECK(resumed.runner.status().step == 5);
    resumed.runner.lost(1, "no memory");
    resumed.posted.clear();
    resumed.runner.lost(1, "no memory");  // not begun: it begins again, where it was to begin
    resumed.train(other);
    CHECK(resumed.runner.status().state == State::finished);
    const auto rest = resumed.runner.take_snapshots(), all = straight.runner.take_snapshots();
    REQUIRE(rest.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(encode(*rest[i]) == encode(*all[i + 2]));
    resumed.runner.request_checkpoint();
    resumed.runner.start(settings, false);
    CHECK(resumed.runner.take_checkpoints().empty());
    CHECK_FALSE(resumed.posted.back().command.from);
}

TEST_CASE("A hidden page holds the run, one that is started meanwhile too") {
    Setup setup(1);
    PeerWorker worker("scalar");
    setup.runner.hold(true);  // nothing runs yet
    setup.runner.start(lone_settings(), true);
    setup.train(worker);
    CHECK(setup.runner.status().step == 0);
    setup.runner.hold(false);
    setup.train(worker);
    CHECK(setup.runner.status().state == State::finished);
}

TEST_CASE("A run that failed while the page was hidden leaves nothing that holds the next one") {
    Setup setup(1);
    PeerWorker worker("scalar");
    setup.runner.start(lone_settings(), true);
    setup.runner.hold(true);
    setup.train(worker);
    setup.runner.receive(0, std::array<std::byte, 3>{});
    REQUIRE(setup.runner.status().state == State::failed);
    setup.runner.hold(false);
    setup.runner.start(lone_settings(), true);
    setup.train(worker);
    CHECK(setup.runner.status().state == State::finished);
}

TEST_CASE("Reports of a dropped run are ignored") {
    Setup setup(1);
    PeerWorker worker("scalar");
    setup.runner.start(lone_settings(), true);
    for (const Posted& p : std::exchange(setup.posted, {})) worker.command(encode(p.command), 0);
    while (worker.work(0) == 0) {}
    setup.runner.start(lone_settings(), false);
    for (const auto& m : worker.take_messages()) setup.runner.receive(0, m.bytes);
    CHECK(setup.runner.take_snapshots().empty());
    CHECK(setup.runner.status().state == State::starting);
}

TEST_CASE("Workers that cannot be started: fewer, and a sentence when none is left") {
    Setup setup(4);
    setup.runner.start(lone_settings(), true);
    setup.runner.lost(2, "no memory");
    CHECK(setup.runner.status().workers == 4);  // may have been one bad moment
    setup.runner.lost(2, "no memory");
    CHECK(setup.ensured == std::vector<int>{4, 4, 2});
    CHECK(setup.runner.status().workers == 2);
    setup.posted.clear();
    setup.runner.lost(3, "no memory");  // has no part in the run any more, but the pool has ended the others with it
    CHECK(setup.ensured == std::vector<int>{4, 4, 2, 2});
    CHECK(setup.posted.size() == 2);
    CHECK(setup.runner.status().workers == 2);
    setup.runner.lost(0, "blocked");  // may have been a moment without a network
    CHECK(setup.runner.status().state == State::starting);
    setup.runner.lost(0, "blocked");
    CHECK(setup.runner.status().state == State::failed);
    CHECK(setup.runner.status().message.find("blocked") != std::string::npos);
    CHECK(setup.runner.take_notices().empty());
    setup.runner.start(lone_settings(), true);
    CHECK(setup.runner.status().state == State::failed);
}

TEST_CASE("A worker that is lost in the middle: the run goes on from its newest checkpoint to the same snapshots, each told once") {
    const Settings settings = lone_settings();
    Setup straight(1), broken(1);
    PeerWorker whole("scalar"), first("scalar"), second("scalar");
    straight.runner.start(settings, true);
    straight.train(whole);
    const auto expected = straight.runner.take_snapshots();

    // Single reports, so that it is lost where its snapshot of step 10 has arrived and the checkpoint has not.
    broken.runner.start(settings, true);
    for (const Posted& p : std::exchange(broken.posted, {})) first.command(encode(p.command), 0);
    while (first.work(0) == 0) {}
    int snapshots = 0;
    for (const auto& m : first.take_messages()) {
        broken.runner.receive(0, m.bytes);
        if (decode_report(m.bytes).kind == WorkerReport::Kind::snapshot && ++snapshots == 3) break;
    }
    CHECK(broken.runner.status().step == 10);
    broken.runner.request_checkpoint();
    broken.posted.clear();
    broken.runner.hold(true);
    broken.posted.clear();
    broken.runner.lost(0, "it stopped answering");
    CHECK(broken.runner.status().state != State::failed);
    REQUIRE(broken.posted.size() == 3);  // start, hold and the checkpoint that was asked for
    REQUIRE(broken.posted[0].command.from);
    CHECK(broken.posted[0].command.from->step() == 5);
    CHECK(broken.posted[0].command.running);
    CHECK(broken.posted[1].command.kind == WorkerCommand::Kind::hold);
    CHECK(broken.posted[2].command.kind == WorkerCommand::Kind::checkpoint);
    const auto notices = broken.runner.take_notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].find("go on from step 5,") != std::string::npos);
    CHECK(broken.runner.take_notices().empty());
    broken.runner.hold(false);
    broken.train(second);
    CHECK(broken.runner.status().state == State::finished);
    const auto told = broken.runner.take_snapshots();
    REQUIRE(told.size() == expected.size());
    for (std::size_t i = 0; i < told.size(); ++i) CHECK(encode(*told[i]) == encode(*expected[i]));
}

TEST_CASE("What is lost again and again before anything new is learned ends with a sentence; Reset starts again") {
    Setup setup(1);
    setup.runner.start(lone_settings(), false);
    const auto begin = [&] {
        PeerWorker worker("scalar");
        setup.train(worker);
    };
    begin();
    for (int i = 0; i < 3; ++i) {
        setup.runner.lost(0, "out of bounds");
        CHECK(setup.runner.status().state == State::paused);
        begin();
    }
    setup.runner.lost(0, "out of bounds");
    CHECK(setup.runner.status().state == State::failed);
    CHECK(setup.runner.status().message.find("Reset") != std::string::npos);
    setup.posted.clear();
    setup.runner.play();
    CHECK(setup.posted.empty());
    setup.runner.start(lone_settings(), false);
    CHECK(setup.runner.status().state == State::starting);
}

TEST_CASE("Bytes that are no report stop the run with a sentence") {
    Setup setup(1);
    setup.runner.start(lone_settings(), true);
    const std::array<std::byte, 3> garbage{};
    setup.runner.receive(0, garbage);
    CHECK(setup.runner.status().state == State::failed);
    CHECK(setup.runner.status().message.find("reload the page") != std::string::npos);
}
