// The trainer's promises: the same bits for any workers, continuation, batches, overfitting, the way back
// after divergence.
#include "train/trainer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "base/error.h"
#include "train/checkpoint_file.h"

using namespace ladder;

namespace {

Settings small() {
    Settings s;
    s.vocabulary = 6, s.spans = {1, 2}, s.length = 5, s.batch = 19, s.validation = 16, s.heads = 2;
    return s;
}

std::vector<float> parameters_of(const Trainer& trainer) { return {trainer.parameters().begin(), trainer.parameters().end()}; }

// Trains as `workers` independent machines would: each its own workspace and partial sum, last worker first.
std::vector<double> run_with_workers(Trainer& trainer, int workers, int steps) {
    std::vector<double> losses;
    std::vector<std::unique_ptr<Model::Workspace>> workspaces;
    for (int w = 0; w < workers; ++w) workspaces.push_back(trainer.model().workspace());
    for (int step = 0; step < steps; ++step) {
        TreeSum total(trainer.shards());
        for (int w = workers - 1; w >= 0; --w) {
            TreeSum part(trainer.shards());
            const ShardRange mine = worker_shards(trainer.shards(), workers, w);
            for (int shard = mine.first + mine.count - 1; shard >= mine.first; --shard) part.add({0, shard}, trainer.gradient(shard, *workspaces[static_cast<std::size_t>(w)]));
            for (auto& [node, contribution] : part.take_all()) total.add(node, std::move(contribution));
        }
        losses.push_back(trainer.apply(total.take_root()).loss);
    }
    return losses;
}

void train(Trainer& trainer, int steps) {
    const auto workspace = trainer.model().workspace();
    for (int i = 0; i < steps; ++i) trainer.train_step(*workspace);
}

}  // namespace

TEST_CASE("shards cover the batch, workers cover the shards") {
    for (const int batch : {1, 2, 3, 255, 256, 1000, 1024, 2047, 2048, 3000}) {
        const int shards = shard_count(batch);
        CHECK((shards & (shards - 1)) == 0);
        CHECK(shards <= batch);
        int next = 0;
        for (int i = 0; i < shards; ++i) {
            const ShardRange r = shard_range(batch, shards, i);
            CHECK(r.first == next);
            CHECK(r.count >= 1);
            next += r.count;
        }
        CHECK(next == batch);
        for (const int workers : {1, 2, 3, 5, 16}) {
            next = 0;
            for (int w = 0; w < workers; ++w) {
                const ShardRange r = worker_shards(shards, workers, w);
                CHECK(r.first == next);
                next += r.count;
            }
            CHECK(next == shards);
        }
    }
}

TEST_CASE("the state is the same bit for bit for 1, 2, 3 and 4 workers") {
    struct Case {
        ModelKind model;
        Kernels kernels;
    };
    for (const auto [model, kernels] : {Case{ModelKind::minimal, Kernels::reference}, Case{ModelKind::minimal, Kernels::fast}, Case{ModelKind::full, Kernels::fast}}) {
        Settings s = small();
        s.batch = 1100;  // 8 shards of uneven size
        s.model = model, s.hidden = 14, s.mlp = 9, s.blocks = model == ModelKind::full ? 2 : 1, s.dropout = 0.2;
        Trainer one(s, kernels);
        const std::vector<double> losses = run_with_workers(one, 1, 3);
        for (const double loss : losses) REQUIRE(std::isfinite(loss));
        for (const int workers : {2, 3, 4}) {
            Trainer other(s, kernels);
            CHECK(run_with_workers(other, workers, 3) == losses);
            CHECK(parameters_of(other) == parameters_of(one));
        }
    }
}

TEST_CASE("a learning rate that changes during the run is the same bit for bit for 1, 2, 3 and 4 workers") {
    for (const ScheduleKind schedule : {ScheduleKind::cosine, ScheduleKind::plateau}) {
        CAPTURE(static_cast<int>(schedule));
        Settings s = small();
        s.batch = 1100;  // 8 shards of uneven size
        s.schedule = schedule, s.steps = 12, s.patience = 1, s.reduction = 0.5;
        Trainer one(s);
        const std::vector<double> losses = run_with_workers(one, 1, 8);
        for (const double loss : losses) REQUIRE(std::isfinite(loss));
        // The plateau follows the losses, so the rate has moved only where they said so.
        REQUIRE(one.learning_rate() > 0);
        REQUIRE(one.learning_rate() < s.learning_rate);
        for (const int workers : {2, 3, 4}) {
            Trainer other(s);
            CHECK(run_with_workers(other, workers, 8) == losses);
            CHECK(other.learning_rate() == one.learning_rate());
            CHECK(other.checkpoint().schedule == one.checkpoint().schedule);
            CHECK(parameters_of(other) == parameters_of(one));
        }
    }
}

TEST_CASE("a run continued from a checkpoint goes on bit for bit") {
    for (const OptimizerKind optimizer : {OptimizerKind::adamw, OptimizerKind::sgd})
        for (const DataSource data : {DataSource::online, DataSource::finite}) {
            Settings s = small();
            s.optimizer = optimizer, s.data = data, s.sequences = 50;
            s.schedule = ScheduleKind::plateau, s.patience = 2, s.reduction = 0.5;
            Trainer whole(s);
            train(whole, 4);
            const Checkpoint middle = whole.checkpoint();
            const TensorFile file = parse_safetensors(format_safetensors(whole.to_tensors()), "checkpoint");
            train(whole, 5);

            Trainer resumed(s);
            resumed.restore(checkpoint_from_tensors(file, resumed.model().table(), s));
            CHECK(resumed.step() == 4);
            train(resumed, 5);
            CHECK(parameters_of(resumed) == parameters_of(whole));
            CHECK(resumed.checkpoint().schedule == whole.checkpoint().schedule);
            CHECK(resumed.checkpoint().schedule != Schedule::State{});

            whole.restore(middle);  // back in time on the same trainer
            train(whole, 5);
            CHECK(parameters_of(resumed) == parameters_of(whole));
        }
}

TEST_CASE("checkpoint files hold the state dict, and bad ones are refused") {
    const Settings s = small();
    Trainer trainer(s);
    train(trainer, 2);
    TensorFile file = trainer.to_tensors();
    CHECK(file.meta("step") == "2");
    const std::int64_t dim = s.vocabulary + input_length(s), readout[] = {s.vocabulary, dim}, square[] = {dim, dim};
    CHECK(file.f32("decoder.weight", readout).f32[static_cast<std::size_t>(dim + 1)] == 1.0f);
    CHECK(file.f32("optimizer.exp_avg_sq.transformer_blocks.0.self_attention.value_proj.1.weight", square).f32.size() == static_cast<std::size_t>(dim * dim));
    Settings read;
    CHECK(settings_from_json(read, file.meta("settings")).empty());
    CHECK(read == s);

    const ParameterTable& table = trainer.model().table();
    TensorFile bad = file;
    for (const char* step : {"two", "", "-1", "10000001", "9223372036854775807", "99999999999999999999"}) {
        CAPTURE(step);
        bad.metadata["step"] = step;
        CHECK_THROWS_AS(checkpoint_from_tensors(bad, table, s), Error);
    }
    bad = file;
    bad.tensors.at("optimizer.exp_avg_sq." + table.entries()[0].name).f32[3] = -1e-9f;
    CHECK_THROWS_WITH_AS(checkpoint_from_tensors(bad, table, s), doctest::Contains("second moments"), Error);
    bad = file;
    bad.tensors.at(table.entries()[0].name).f32[3] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(checkpoint_from_tensors(bad, table, s), Error);
    bad = file;
    bad.tensors.erase(table.entries()[0].name);
    CHECK_THROWS_AS(checkpoint_from_tensors(bad, table, s), Error);
    Checkpoint misfit = trainer.checkpoint();
    misfit.parameters.pop_back();
    CHECK_THROWS_AS(trainer.restore(misfit), Error);
}

TEST_CASE("an epoch uses every sequence at most once, in a new order each time") {
    Settings s = small();
    s.data = DataSource::finite, s.sequences = 11, s.batch = 4;  // two batches an epoch, three sequences left over
    Trainer trainer(s);
    const std::size_t length = static_cast<std::size_t>(window(s) + s.length);
    std::set<std::vector<std::int32_t>> all;
    std::vector<std::vector<std::vector<std::int32_t>>> epochs;
    for (int step = 0; step < 40; ++step) {
        if (step % 2 == 0) epochs.emplace_back();
        const auto tokens = trainer.batch_tokens(0, 4);
        for (std::size_t i = 0; i < 4; ++i) {
            const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(i * length);
            epochs.back().emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length));
        }
        train(trainer, 1);
    }
    for (const auto& epoch : epochs) {
        CHECK(std::set(epoch.begin(), epoch.end()).size() == 8);
        all.insert(epoch.begin(), epoch.end());
    }
    CHECK(all.size() == 11);  // nothing is left out for good
    CHECK(epochs[0] != epochs[1]);

    s.batch = 100;
    CHECK(Trainer(s).settings().batch == 11);
    s.data = DataSource::online;
    CHECK(Trainer(s).settings().batch == 100);
}

TEST_CASE("online batches follow one another and are cut the same way for any shard") {
    const Settings s = small();
    Trainer trainer(s);
    const auto first = trainer.batch_tokens(0, s.batch);
    const auto part = trainer.batch_tokens(7, 5);
    const std::ptrdiff_t length = window(s) + s.length;
    CHECK(std::equal(part.begin(), part.end(), first.begin() + 7 * length));
    train(trainer, 1);
    CHECK(trainer.batch_tokens(0, s.batch) != first);
    CHECK(trainer.validation().size() == static_cast<std::size_t>(16 * length));
}

TEST_CASE("a tiny batch is learned by heart") {
    for (const Kernels kernels : {Kernels::reference, Kernels::fast}) {
        Settings s = small();
        s.vocabulary = 8, s.heads = 4, s.data = DataSource::finite, s.sequences = s.batch = 3, s.length = 4, s.weight_decay = 0;
        Trainer trainer(s, kernels);
        train(trainer, 300);
        const double loss = trainer.train_step(*trainer.model().workspace()).loss;
        REQUIRE(std::isfinite(loss));
        CHECK(loss < 0.02);  // 12 predictions, ln 8 = 2.1 at the start
    }
}

TEST_CASE("SGD with momentum lowers the loss") {
    Settings s = small();
    s.optimizer = OptimizerKind::sgd, s.learning_rate = 0.5, s.batch = 256;
    Trainer trainer(s);
    const auto workspace = trainer.model().workspace();
    const double first = trainer.train_step(*workspace).loss;
    double last = first;
    for (int i = 0; i < 100; ++i) last = trainer.train_step(*workspace).loss;
    REQUIRE(std::isfinite(last));
    CHECK(last < first - 0.1);
}

TEST_CASE("divergence puts back the state before the last update") {
    const Settings s = small();
    Trainer trainer(s);
    train(trainer, 3);
    const Checkpoint before = trainer.checkpoint();
    train(trainer, 1);
    Contribution bad{1, std::vector<float>(trainer.parameters().size(), 1.0f)};
    bad.gradient[5] = std::numeric_limits<float>::infinity();
    const StepResult result = trainer.apply(bad);
    CHECK(result.diverged);
    CHECK(result.step == 3);
    CHECK(trainer.diverged());
    CHECK(trainer.step() == 3);
    CHECK(parameters_of(trainer) == before.parameters);
    CHECK(trainer.checkpoint().first_moment == before.first_moment);
    CHECK(trainer.checkpoint().second_moment == before.second_moment);

    CHECK(result.failed_step == 5);

    bad.gradient[5] = 1;  // nothing moves until the run is restored
    const StepResult again = trainer.apply(bad);
    CHECK(again.diverged);
    CHECK(again.step == 3);
    CHECK(again.failed_step == 5);
    CHECK(parameters_of(trainer) == before.parameters);
    trainer.restore(before);
    CHECK_FALSE(trainer.diverged());
    const StepResult restored = trainer.apply(bad);
    CHECK_FALSE(restored.diverged);
    CHECK(restored.failed_step == 0);
    CHECK(trainer.step() == 4);

    Trainer fresh(s);
    const std::vector<float> start = parameters_of(fresh);
    bad.loss = std::numeric_limits<double>::quiet_NaN();
    CHECK(fresh.apply(bad).diverged);
    CHECK(fresh.step() == 0);
    CHECK(parameters_of(fresh) == start);
}

TEST_CASE("an absurd learning rate ends in a finite state") {
    Settings s = small();
    s.optimizer = OptimizerKind::sgd, s.learning_rate = 1000, s.weight_decay = 10, s.clip = 0;
    for (const Kernels kernels : {Kernels::reference, Kernels::fast}) {
        Trainer trainer(s, kernels);
        const auto workspace = trainer.model().workspace();
        for (int i = 0; i < 1000 && !trainer.diverged(); ++i) trainer.train_step(*workspace);
        CHECK(trainer.diverged());
        CHECK(trainer.step() > 0);
        for (const float p : trainer.parameters()) REQUIRE(std::isfinite(p));
    }
}

TEST_CASE("fixed batches that do not fit are refused") {
    const Settings s = small();
    const Trainer model(s);
    const std::vector<float> features(model.chain().features().begin(), model.chain().features().end()), parameters = parameters_of(model);
    const std::vector<std::int32_t> tokens = model.batch_tokens(0, 3);
    const Trainer fixed(s, features, parameters, tokens);
    CHECK(fixed.settings().batch == 3);
    CHECK(fixed.batch_tokens(0, 3) == tokens);
    std::vector<std::int32_t> ragged = tokens, strange = tokens;
    ragged.pop_back();
    strange[2] = s.vocabulary;
    CHECK_THROWS_AS(Trainer(s, features, parameters, ragged), Error);
    CHECK_THROWS_AS(Trainer(s, features, parameters, strange), Error);
    CHECK_THROWS_AS(Trainer(s, features, parameters, {}), Error);
    CHECK_THROWS_AS(Trainer(s, features, std::vector<float>(3), tokens), Error);
}
