// Peers that train in lockstep over a simulated network: messages of one sender to one receiver stay in
// order, everything else (who works, which link delivers) is shuffled by a fixed generator.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <random>

#include "base/error.h"
#include "run/peer_worker.h"
#include "run/training_loop.h"

using namespace ladder;

namespace {

Settings small_settings() {
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

// Workers, links between them, and a page that only writes down what it is told.
class Network {
public:
    Network(int peers, unsigned shuffle) : random_(shuffle) {
        for (int i = 0; i < peers; ++i) workers_.push_back(std::make_unique<PeerWorker>("scalar"));
    }

    void start(const Settings& settings, bool running, bool stagger = false, std::shared_ptr<const RunCheckpoint> from = {}) {
        ++epoch_;
        for (int rank = 0; rank < size(); ++rank) {
            WorkerCommand c;
            c.kind = WorkerCommand::Kind::start;
            c.epoch = epoch_;
            c.rank = rank;
            c.peers = size();
            c.running = running;
            c.settings = settings;
            c.from = from;
            workers_[static_cast<std::size_t>(rank)]->command(encode(c), now_);
            if (stagger) run(3);  // others are told later: messages of the new run come early
        }
    }
    void tell(WorkerCommand::Kind kind, double value = 0) {
        WorkerCommand c;
        c.kind = kind;
        c.epoch = epoch_;
        c.value = value;
        workers_[0]->command(encode(c), now_);
    }

    // Works and delivers at random until nothing moves any more, or for so many turns.
    void run(int turns = 1000000) {
        int quiet = 0;
        while (turns-- > 0 && quiet < 200) {
            const auto who = static_cast<std::size_t>(random_() % static_cast<unsigned>(size()));
            const bool worked = workers_[who]->work(now_) == 0;
            collect(static_cast<int>(who));
            const bool delivered = deliver();
            quiet = worked || delivered ? 0 : quiet + 1;
        }
    }
    // One call of the lead's work after another until it waits; returns for how long.
    double settle() {
        for (;;) {
            const double delay = workers_[0]->work(now_);
            collect(0);
            if (delay != 0) return delay;
        }
    }

    int size() const { return static_cast<int>(workers_.size()); }
    const std::vector<Snapshot>& snapshots() const { return snapshots_; }
    const std::vector<RunnerStatus>& statuses() const { return statuses_; }
    const RunnerStatus& status() const {
        REQUIRE(!statuses_.empty());
        return statuses_.back();
    }
    const std::vector<RunCheckpoint>& checkpoints() const { return checkpoints_; }
    void forget() { snapshots_.clear(), statuses_.clear(), checkpoints_.clear(); }
    void advance(double seconds) { now_ += seconds; }

private:
    void collect(int from) {
        for (auto& m : workers_[static_cast<std::size_t>(from)]->take_messages()) {
            if (m.to == PeerWorker::page) {
                const WorkerReport r = decode_report(m.bytes);
                if (r.epoch != epoch_) continue;
                if (r.kind == WorkerReport::Kind::snapshot) snapshots_.push_back(decode_snapshot(r.payload));
                else if (r.kind == WorkerReport::Kind::checkpoint) checkpoints_.push_back(decode_checkpoint(r.payload));
                else statuses_.push_back(decode_status(r.payload));
            } else {
                for (int to = 0; to < size(); ++to)
                    if (to != from && (to == m.to || m.to == PeerTrainer::Message::everyone)) links_[{from, to}].push_back(m.bytes);
            }
        }
    }
    bool deliver() {
        std::vector<std::pair<int, int>> full;
        for (const auto& [link, queue] : links_)
            if (!queue.empty()) full.push_back(link);
        if (full.empty() || random_() % 3 == 0) return !full.empty();
        const auto link = full[random_() % full.size()];
        workers_[static_cast<std::size_t>(link.second)]->receive(link.first, links_[link].front());
        links_[link].pop_front();
        return true;
    }

    std::mt19937 random_;
    std::vector<std::unique_ptr<PeerWorker>> workers_;
    std::map<std::pair<int, int>, std::deque<std::vector<std::byte>>> links_;
    std::vector<Snapshot> snapshots_;
    std::vector<RunnerStatus> statuses_;
    std::vector<RunCheckpoint> checkpoints_;
    std::uint32_t epoch_ = 0;
    double now_ = 0;
};

std::vector<std::vector<std::byte>> expected(const Settings& settings) {
    TrainingLoop loop(settings);
    std::vector<std::vector<std::byte>> snapshots{encode(*loop.evaluate())};
    while (loop.trainer().step() < settings.steps) {
        loop.advance();
        if (evaluation_due(loop.trainer().step(), settings.evaluate_every, settings.steps)) snapshots.push_back(encode(*loop.evaluate()));
    }
    return snapshots;
}

}  // namespace

TEST_CASE("1 to 4 workers train to the same bits as one thread, whatever the order of messages") {
    Settings settings = small_settings();
    settings.schedule = ScheduleKind::plateau, settings.patience = 1;  // whose state every worker must come to by itself
    const auto reference = expected(settings);
    REQUIRE(reference.size() == 4);  // steps 0, 5, 10, 12
    for (int peers = 1; peers <= 4; ++peers)
        for (unsigned shuffle = 0; shuffle < 3; ++shuffle) {
            CAPTURE(peers);
            CAPTURE(shuffle);
            Network network(peers, shuffle);
            network.start(settings, true, shuffle == 2);
            network.run();
            REQUIRE(network.snapshots().size() == reference.size());
            for (std::size_t i = 0; i < reference.size(); ++i) CHECK(encode(network.snapshots()[i]) == reference[i]);
            CHECK(network.status().state == RunnerStatus::State::finished);
            CHECK(network.status().step == settings.steps);
            CHECK(network.status().workers == peers);
        }
}

TEST_CASE("A paused run shows step 0, takes single steps, and goes on to the same end") {
    const Settings settings = small_settings();
    const auto reference = expected(settings);
    Network network(3, 1);
    network.start(settings, false);
    network.run();
    REQUIRE(network.snapshots().size() == 1);
    CHECK(encode(network.snapshots()[0]) == reference[0]);
    CAPTURE(network.status().message);
    CHECK(network.status().state == RunnerStatus::State::paused);

    network.tell(WorkerCommand::Kind::step);
    network.run();
    REQUIRE(network.snapshots().size() == 2);  // off the cadence, because a person asked
    CHECK(network.snapshots()[1].step == 1);
    CHECK(network.status().step == 1);

    network.tell(WorkerCommand::Kind::play);
    network.run();
    // Readings depend on how often one looked (hysteresis); the evaluations do not.
    CHECK(network.snapshots().back().evaluation.kl == decode_snapshot(reference.back()).evaluation.kl);
    CHECK(network.snapshots().back().evaluation.attention == decode_snapshot(reference.back()).evaluation.attention);
    CHECK(network.status().state == RunnerStatus::State::finished);

    network.forget();
    network.tell(WorkerCommand::Kind::step);  // beyond the stop: it was asked for
    network.run();
    REQUIRE(network.snapshots().size() == 1);
    CHECK(network.snapshots()[0].step == settings.steps + 1);
    network.tell(WorkerCommand::Kind::stop, settings.steps + 3);
    network.tell(WorkerCommand::Kind::play);
    network.run();
    CHECK(network.status().step == settings.steps + 3);
}

TEST_CASE("A restart in the middle drops everything of the run before") {
    Settings settings = small_settings();
    Network network(4, 5);
    network.start(settings, true);
    network.run(60);
    settings.seed = 11;
    network.forget();
    network.start(settings, true, true);
    network.run();
    const auto reference = expected(settings);
    REQUIRE(network.snapshots().size() == reference.size());
    for (std::size_t i = 0; i < reference.size(); ++i) CHECK(encode(network.snapshots()[i]) == reference[i]);
}

TEST_CASE("Speed spaces the steps; a hidden page stands still and goes on exactly") {
    Settings settings = small_settings();
    settings.speed = 10;
    Network network(1, 0);
    network.start(settings, true);
    CHECK(network.settle() == doctest::Approx(0.1));  // the first step is due at once
    CHECK(network.status().step <= 1);
    network.advance(0.05);
    CHECK(network.settle() == doctest::Approx(0.05));
    network.tell(WorkerCommand::Kind::hold, 1);
    network.advance(60);
    CHECK(network.settle() == PeerWorker::idle);
    CAPTURE(network.status().message);
    CHECK(network.status().state == RunnerStatus::State::paused);
    CHECK(network.status().step == 1);
    network.tell(WorkerCommand::Kind::hold, 0);
    CHECK(network.settle() > 0);  // no burst for the minute that passed
    CHECK(network.status().state == RunnerStatus::State::running);
    network.tell(WorkerCommand::Kind::speed, 0);
    CHECK(network.settle() == PeerWorker::idle);
    CHECK(encode(network.snapshots().back()) == expected(settings).back());
}

TEST_CASE("A speed of less than a step an hour is one: a longer wait would overflow a timer, and none would be waited for") {
    Settings settings = small_settings();
    settings.speed = 1e-7;
    Network network(1, 0);
    network.start(settings, true);
    CHECK(network.settle() == doctest::Approx(3600));
    network.tell(WorkerCommand::Kind::speed, 1e-300);
    network.advance(1800);
    CHECK(network.settle() == doctest::Approx(1800));
    network.advance(1800);
    CHECK(network.settle() == doctest::Approx(3600));
}

TEST_CASE("Divergence stops all workers at a finite state and says so") {
    Settings settings = small_settings();
    settings.learning_rate = 1000;
    settings.clip = 0;
    settings.optimizer = OptimizerKind::sgd;
    settings.steps = 200;
    Network network(2, 3);
    network.start(settings, true);
    network.run();
    REQUIRE(network.status().state == RunnerStatus::State::diverged);
    CHECK(network.status().message.find("diverged") != std::string::npos);
    for (const Snapshot& s : network.snapshots()) CHECK(s.evaluation.finite());
    // It stands where the loop of the other programs stands: not before the newest moment that is shown, though the
    // step that failed was the next one and took the last update back. (Without the look at it in PeerTrainer::apply it does.)
    settings.learning_rate = 10, settings.weight_decay = 1;
    settings.value_init = InitKind::uniform, settings.value_scale = 1;
    settings.steps = 1000;
    const int every[] = {1, 7};
    for (const int evaluate_every : every) {
        settings.evaluate_every = evaluate_every;
        TrainingLoop loop(settings);
        loop.evaluate();
        while (!loop.diverged()) {
            loop.advance();
            if (!loop.diverged() && evaluation_due(loop.step(), settings.evaluate_every, settings.steps)) loop.evaluate();
        }
        network.start(settings, true);
        network.run();
        REQUIRE(network.status().state == RunnerStatus::State::diverged);
        CHECK(network.status().step == loop.step());
        CHECK(network.status().step >= network.snapshots().back().step);
    }
    network.tell(WorkerCommand::Kind::step);
    network.run();
    CHECK(network.status().state == RunnerStatus::State::diverged);
    network.start(small_settings(), true);
    network.run();
    CHECK(network.status().state == RunnerStatus::State::finished);
}

TEST_CASE("Damaged messages are refused with a sentence") {
    Network network(1, 0);
    network.start(small_settings(), false);
    network.run();
    WorkerCommand start;
    start.kind = WorkerCommand::Kind::start;
    const auto bytes = encode(start);
    for (std::size_t n = 0; n < bytes.size(); ++n) CHECK_THROWS_AS(decode_command(std::span(bytes).first(n)), Error);
    CHECK_THROWS_AS(decode_report(std::span(bytes).first(4)), Error);
    CHECK_THROWS_AS(PeerTrainer(small_settings(), 0, 65, 1), Error);  // more peers than shards
    PeerTrainer trainer(small_settings(), 0, 2, 1);
    while (trainer.work()) {}
    PeerTrainer other(small_settings(), 1, 2, 1);
    while (other.work()) {}
    const auto messages = other.take_messages();
    REQUIRE(messages.size() == 2);  // its evaluation, then its gradient
    for (const auto& m : messages)
        for (const std::size_t cut : {std::size_t{0}, std::size_t{9}, m.bytes.size() / 2, m.bytes.size() - 1}) CHECK_THROWS_AS(trainer.receive(1, std::span(m.bytes).first(cut)), Error);

    // Sums whose lists are not those of this model would be read beyond their ends.
    const auto forged = [&](std::int64_t sequences, std::size_t kl, std::size_t attention) {
        ByteWriter out;
        out.put(std::uint32_t{0x5645504C});
        out.put(std::uint32_t{1});   // epoch
        out.put(std::int64_t{0});    // step
        out.put(std::uint32_t{1});   // shards
        out.put(std::int32_t{7});
        out.put(std::int64_t{10});
        out.put(sequences);
        out.put(1.0);
        out.put(1.0);
        out.put(std::vector<double>(kl));
        out.put(std::vector<double>(attention));
        return out.take();
    };
    const auto spans = static_cast<std::size_t>(trainer.trainer().chain().span_count());
    const Settings s = small_settings();
    const auto maps = static_cast<std::size_t>(s.blocks * s.heads * s.length * (trainer.trainer().chain().window() + s.length - 1));
    CHECK_NOTHROW(trainer.receive(1, forged(2, spans + 1, maps)));
    CHECK_THROWS_AS(trainer.receive(1, forged(2, spans + 2, maps)), Error);
    CHECK_THROWS_AS(trainer.receive(1, forged(2, spans + 1, maps - 1)), Error);
    CHECK_THROWS_AS(trainer.receive(1, forged(2, spans + 1, 0)), Error);
    CHECK_THROWS_AS(trainer.receive(1, forged(-2, spans + 1, maps)), Error);
}

TEST_CASE("Gradients of no shard, of another step or size are refused, and one that was there already when it is added") {
    PeerTrainer trainer(small_settings(), 0, 2, 1);  // shards 0 and 1 of four; the other has 2 and 3, which are node 1 of level 1
    while (trainer.work()) {}
    const std::size_t size = trainer.trainer().parameters().size();
    const auto forged = [](std::int64_t step, const std::vector<TreeNode>& nodes, std::size_t values) {
        ByteWriter out;
        out.put(std::uint32_t{0x5247504C});
        out.put(std::uint32_t{1});  // epoch
        out.put(step);
        out.put(static_cast<std::uint32_t>(nodes.size()));
        for (const TreeNode& node : nodes) {
            out.put(static_cast<std::int32_t>(node.level));
            out.put(static_cast<std::int32_t>(node.index));
            out.put(1.0);
            out.put_block(std::vector<float>(values));
        }
        return out.take();
    };
    for (const TreeNode& node : {TreeNode{-1, 0}, {3, 0}, {31, 0}, {32, 0}, {64, 0}, {0, -1}, {0, 4}, {1, 2}, {2, 1}}) {
        CAPTURE(node.level);
        CAPTURE(node.index);
        CHECK_THROWS_AS(trainer.receive(1, forged(0, {node}, size)), Error);
    }
    for (const std::int64_t step : {-1, 2}) CHECK_THROWS_AS(trainer.receive(1, forged(step, {{1, 1}}, size)), Error);
    for (const std::size_t values : {std::size_t{0}, size - 1}) CHECK_THROWS_AS(trainer.receive(1, forged(0, {{1, 1}}, values)), Error);
    CHECK_FALSE(trainer.work());  // nothing of them was kept
    CHECK_NOTHROW(trainer.receive(1, forged(1, {{1, 1}}, size)));
    CHECK_FALSE(trainer.work());  // for the next step
    CHECK_NOTHROW(trainer.receive(1, forged(0, {{0, 2}, {0, 2}}, size)));
    CHECK_THROWS_AS(trainer.work(), Error);
    // What is left over is seen last; the worker gives its trainer up with any of these errors.
    CHECK_THROWS_AS(trainer.receive(1, forged(1, {{1, 1}}, size + 1)), Error);
}

TEST_CASE("1 to 4 workers that go on from a checkpoint give the next 100 losses and readings bit for bit") {
    Settings settings = small_settings();
    settings.steps = 110, settings.evaluate_every = 1;
    settings.validation = 16;
    settings.schedule = ScheduleKind::plateau, settings.patience = 3;
    SUBCASE("online data") {}
    SUBCASE("finite data") { settings.data = DataSource::finite, settings.sequences = 700; }
    SUBCASE("full model with dropout") {
        settings.model = ModelKind::full, settings.hidden = 9, settings.mlp = 8, settings.blocks = 2, settings.dropout = 0.1;
        settings.validation = 16, settings.evaluate_every = 4, settings.steps = 24;
        settings.data = DataSource::finite, settings.sequences = 300;
    }
    const auto reference = expected(settings);
    Network first(2, 1);
    first.start(settings, true);
    first.run();
    REQUIRE(first.checkpoints().size() == reference.size());  // small: with every snapshot
    constexpr std::size_t at = 5;
    const auto from = std::make_shared<const RunCheckpoint>(first.checkpoints()[at]);
    for (int peers = 1; peers <= 4; ++peers) {
        CAPTURE(peers);
        Network network(peers, 7);
        network.start(settings, true, peers == 4, from);
        network.run();
        REQUIRE(network.snapshots().size() == reference.size() - at - 1);
        bool same = true;
        for (std::size_t i = 0; i < network.snapshots().size(); ++i) same = same && encode(network.snapshots()[i]) == reference[at + 1 + i];
        CHECK(same);
        CHECK(network.status().state == RunnerStatus::State::finished);
        CHECK(encode(network.checkpoints().back()) == encode(first.checkpoints().back()));
    }
}

TEST_CASE("A worker goes on from a state that was never evaluated by evaluating it, and names a checkpoint that does not fit") {
    Settings settings = small_settings();
    TrainingLoop loop(settings);
    for (int i = 0; i < 3; ++i) loop.advance();
    const auto from = std::make_shared<const RunCheckpoint>(RunCheckpoint{loop.trainer().checkpoint(), {}, 0, 0});
    const auto evaluation = loop.evaluate()->evaluation;
    const double next_loss = loop.advance().loss;
    Network network(2, 3);
    network.start(settings, false, false, from);
    network.run();
    REQUIRE(network.snapshots().size() == 1);
    CHECK(network.snapshots()[0].step == 3);
    CHECK(network.snapshots()[0].evaluation.kl == evaluation.kl);
    CHECK(network.snapshots()[0].train_loss == next_loss);  // no step led here: the next batch's
    CHECK(network.status().state == RunnerStatus::State::paused);
    CHECK(network.status().step == 3);

    settings.vocabulary = 9;
    network.start(settings, true, false, from);
    network.run();
    CHECK(network.status().state == RunnerStatus::State::failed);
    CHECK(network.status().message.find("does not fit") != std::string::npos);
}

TEST_CASE("Checkpoints of a large model are few, but the last step's, the lowest loss's and the one asked for are there") {
    Settings settings = small_settings();
    settings.model = ModelKind::full, settings.hidden = 144, settings.mlp = 300, settings.batch = 4;  // about 3 MB a checkpoint
    settings.learning_rate = 0.02, settings.validation = 16;
    settings.steps = 15, settings.evaluate_every = 1;
    Network network(1, 0);
    network.start(settings, true);
    network.settle();
    const auto& checkpoints = network.checkpoints();
    REQUIRE(network.snapshots().size() == 16);
    CHECK(checkpoints.size() >= 3);
    CHECK(checkpoints.size() <= 12);
    std::vector<std::int64_t> steps;
    for (const RunCheckpoint& c : checkpoints) steps.push_back(c.step());
    const auto best = std::min_element(network.snapshots().begin(), network.snapshots().end(), [](const Snapshot& a, const Snapshot& b) { return a.evaluation.loss < b.evaluation.loss; });
    REQUIRE(best->step < 15);
    CHECK(std::count(steps.begin(), steps.end(), best->step) == 1);
    CHECK(steps.front() == 0);
    CHECK(steps.back() == 15);
    CHECK(std::is_sorted(steps.begin(), steps.end()));

    settings.steps = 1000;
    network.start(settings, false);
    network.settle();
    for (int i = 0; i < 2; ++i) network.tell(WorkerCommand::Kind::step), network.settle();
    network.forget();
    network.tell(WorkerCommand::Kind::checkpoint);
    network.settle();
    REQUIRE(checkpoints.size() == 1);
    CHECK(checkpoints[0].step() == 2);
    CHECK(checkpoints[0].evaluated());
}

TEST_CASE("A clock that is set back or forward holds no step up and hides no status") {
    Settings settings = small_settings();
    settings.speed = 10;
    settings.steps = 100000;
    Network network(1, 1);
    network.start(settings, true);
    network.settle();
    for (const double change : {3600.0, -7200.0}) {
        network.advance(change);
        const double wait = network.settle();
        CHECK(wait > 0);
        CHECK(wait <= 0.11);
        network.forget();
        network.advance(wait);
        network.settle();
        network.advance(0.2);
        network.settle();
        REQUIRE(!network.statuses().empty());
        CHECK(network.status().steps_per_second >= 0);
    }
}
