// Times one training step and its phases with the settings' defaults (the paper's size), the machine's peak in
// the same run, and how the step grows with batch and sequence length. Figures are medians, with the least
// beside them, because a shared machine can only make them larger. What is left out: browsers and other
// libraries, which scripts/bench-peers compares.
#include "apps/cli/bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "base/files.h"
#include "experiment/svg.h"
#include "kernels/aligned_buffer.h"
#include "kernels/dense.h"
#include "kernels/minimal_kernel.h"
#include "ladder/evaluation.h"
#include "model/minimal.h"
#include "model/minimal_fast.h"
#include "run/thread_pool.h"
#include "run/training_loop.h"
#include "task/sampler.h"
#include "train/optimizer.h"
#include "train/trainer.h"

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

struct BenchOptions {
    std::vector<int> batches{3000, 512, 64};
    std::vector<int> workers;  // empty: 1 and all cores
    double seconds = 1.0;      // for each figure
    bool full = false;         // the full transformer instead of the minimal model
    bool scaling = false;
    std::string svg;           // file for a plot of it; empty: none
    bool json = false;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Timing {
    double median = 0, least = 0;  // seconds
};

// Calls work for about `seconds`, at least five times, after a call that is not counted.
template <class F>
Timing time_it(double seconds, F&& work) {
    work();
    std::vector<double> times;
    const double end = now() + seconds;
    while (times.size() < 5 || (now() < end && times.size() < 10000)) {
        const double start = now();
        work();
        times.push_back(now() - start);
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.front()};
}

Json to_json(const Timing& t) { return {{"median_seconds", t.median}, {"least_seconds", t.least}}; }

struct Peak {
    double multiply_adds = 0, look_ups = 0, scatter_adds = 0;  // a second
};

Peak measure_peak(double seconds) {
    const Probes& probes = minimal_kernels().probes;
    constexpr std::int64_t count = 1 << 22;
    constexpr int rows = 75 * 75, places = 4096;  // the paper's score table
    AlignedBuffer table(std::size_t{rows} * 4);
    std::vector<std::int32_t> place(places);
    RandomSequence random(1, Stream::display);
    for (auto& p : place) p = static_cast<std::int32_t>(random.below(rows));
    volatile float sink = 0;
    const auto rate = [&](auto&& work) { return static_cast<double>(count) / time_it(seconds, work).least; };
    return {rate([&] { sink = probes.multiply_adds(count); }), rate([&] { sink = probes.look_ups(count, table.data(), place.data(), places); }),
            rate([&] { probes.scatter_adds(count, table.data(), place.data(), places); })};
}

// The full transformer as the paper's figures 2 and 3 have it.
Settings full_settings() {
    Settings s;
    s.model = ModelKind::full;
    s.spans = {4, 4, 4};
    s.learning_rate = 0.003;
    return s;
}

// Products of the full model's sizes, one core: activations (rows, 255) with a (255, 255) weight matrix, plain and
// transposed, and the weight's gradient.
Json measure_dense(double seconds, double peak) {
    constexpr int rows = 1024, width = 255;
    const auto numbers = [](std::size_t count) {
        AlignedBuffer x(count);
        RandomSequence random(1, Stream::display);
        for (std::size_t i = 0; i < count; ++i) x.data()[i] = random.uniform() - 0.5f;
        return x;
    };
    const AlignedBuffer in = numbers(rows * width), other = numbers(rows * width), weight = numbers(width * width);
    AlignedBuffer out(rows * width), scratch(dense_scratch_size(width));
    const MatrixView rows_of_in{in.data(), width, 1}, rows_of_other{other.data(), width, 1};
    const std::pair<const char*, DenseProduct> products[] = {
        {"input x weight transposed", {rows, width, width, rows_of_in, {weight.data(), 1, width}, out.data(), width, false}},
        {"gradient x weight", {rows, width, width, rows_of_in, {weight.data(), width, 1}, out.data(), width, false}},
        {"gradient transposed x input", {width, width, rows, {in.data(), 1, width}, rows_of_other, out.data(), width, false}}};
    Json j = Json::array();
    for (const auto& entry : products) {
        const DenseProduct& product = entry.second;
        const Timing t = time_it(seconds, [&] { dense_kernels().multiply(product, scratch.data()); });
        const double rate = static_cast<double>(product.rows) * product.columns * product.depth / t.median;
        j.push_back({{"product", entry.first}, {"gflops", 2e-9 * rate}, {"share_of_peak", rate / peak}});
    }
    return j;
}

// Multiply-adds of a step of the full transformer in its matrix products, three times those of the forward pass; in the
// last block only the predicting rows are computed.
double full_multiply_adds(const Settings& s) {
    const double T = input_length(s), L = s.length, D = s.hidden, M = s.mlp;
    double forward = L * D * s.vocabulary;
    for (int b = 0; b < s.blocks; ++b) {
        const double rows = b + 1 == s.blocks ? L : T;
        forward += 2 * rows * D * D + 2 * T * D * D + 2 * rows * T * D + 2 * rows * D * M;
    }
    return 3 * forward * s.batch;
}

// Multiply-adds of one step that no implementation of the collapsed model can save: for every pair of a
// predicting row and a key it sees, d for each head in each of three products.
double needed_multiply_adds(const Settings& s) {
    if (s.model == ModelKind::full) return full_multiply_adds(s);
    double pairs = 0;
    for (int row = window(s) - 1; row < input_length(s); ++row) pairs += row + 1;
    return 3.0 * pairs * s.heads * s.vocabulary * s.batch;
}

Json measure_step(Settings s, int workers, double seconds, double peak) {
    s.workers = workers;
    TrainingLoop loop(s);
    const Timing t = time_it(seconds, [&] { loop.advance(); });
    Json j = {{"batch", s.batch}, {"workers", loop.workers()}};
    j.update(to_json(t));
    const double rate = needed_multiply_adds(s) / t.median;
    j["sequences_per_second"] = s.batch / t.median;
    j["gflops"] = 2e-9 * rate;
    j["share_of_peak"] = rate / (peak * loop.workers());
    return j;
}

// The parts of a step of one worker, and an evaluation, each by itself.
Json measure_phases(const Settings& s, double seconds) {
    const Trainer trainer(s);
    const Model& model = trainer.model();
    const auto workspace = model.workspace();
    const Sampler sampler(trainer.chain(), s.length, s.seed);
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(s.batch) * static_cast<std::size_t>(sampler.sequence_length()));
    std::vector<float> gradient(model.table().size()), updated(gradient.size());
    const TokenBatch batch{tokens, s.batch, sampler.sequence_length()};
    const Evaluator evaluator(trainer.chain(), s, trainer.validation());
    Optimizer optimizer(s, gradient.size());
    const auto own = make_model(s);

    Json j = {{"batch", s.batch}};
    j["sampling"] = to_json(time_it(seconds, [&] { sampler.sample(Stream::train_data, 0, s.batch, tokens); }));
    j["tables"] = to_json(time_it(seconds, [&] { own->prepare(trainer.parameters()); }));
    j["gradient"] = to_json(time_it(seconds, [&] { model.gradient(batch, {}, 1.0f, gradient, *workspace); }));
    j["optimizer"] = to_json(time_it(seconds, [&] { optimizer.apply(trainer.parameters(), gradient, 1.0f, s.learning_rate, updated); }));
    j["evaluation"] = to_json(time_it(seconds, [&] {
        EvaluationSums sums = evaluator.evaluate(model, 0, *workspace);
        for (int shard = 1; shard < evaluator.shards(); ++shard) sums.add(evaluator.evaluate(model, shard, *workspace));
        static_cast<void>(evaluator.finish(sums));
    }));
    const double step = j["sampling"]["median_seconds"].get<double>() + j["tables"]["median_seconds"].get<double>() + j["gradient"]["median_seconds"].get<double>() +
                        j["optimizer"]["median_seconds"].get<double>();
    j["sampling_share_of_training"] = j["sampling"]["median_seconds"].get<double>() / (step - j["sampling"]["median_seconds"].get<double>());
    j["evaluation_share_of_training"] = j["evaluation"]["median_seconds"].get<double>() / (s.evaluate_every * step);
    return j;
}

// The gradient on one core by every instruction set that this machine has: natively also 128 bits, which is what a
// browser can have.
Json measure_instruction_sets(const Settings& s, double seconds) {
    const Trainer trainer(s);
    const std::vector<std::int32_t> tokens = trainer.batch_tokens(0, s.batch);
    const TokenBatch batch{tokens, s.batch, static_cast<int>(tokens.size()) / s.batch};
    std::vector<float> gradient(trainer.model().table().size());
    const MinimalKernelList list = available_minimal_kernels();
    Json all = Json::array();
    for (int i = 0; i < list.count; ++i) {
        const auto model = make_fast_minimal(s, minimal_table(s), *list.items[i]);
        const auto workspace = model->workspace();
        model->prepare(trainer.parameters());
        Json j = {{"batch", s.batch}, {"instruction_set", list.items[i]->name}};
        j.update(to_json(time_it(seconds, [&] { model->gradient(batch, {}, 1.0f, gradient, *workspace); })));
        all.push_back(j);
    }
    return all;
}

Json measure_scaling(double seconds) {
    Json j;
    for (int batch = 64; batch <= 1024; batch *= 2) {
        Settings s;
        s.batch = batch;
        s.workers = 1;
        TrainingLoop loop(s);
        j["batch"].push_back({{"batch", batch}});
        j["batch"].back().update(to_json(time_it(seconds, [&] { loop.advance(); })));
    }
    for (int length = 10; length <= 160; length *= 2) {
        Settings s;
        s.length = length;
        s.batch = 64;
        s.workers = 1;
        TrainingLoop loop(s);
        j["length"].push_back({{"length", length}});
        j["length"].back().update(to_json(time_it(seconds, [&] { loop.advance(); })));
    }
    return j;
}

// Doublings of a step's time against doublings of batch and length: straight lines whose slopes are the powers.
std::string plot_scaling(const Json& scaling) {
    const auto curve = [&](const char* of, const char* name, const char* colour) {
        SvgCurve c{name, colour, {}, {}};
        const Json& first = scaling[of].front();
        for (const Json& j : scaling[of]) {
            c.x.push_back(std::log2(j[of].get<double>() / first[of].get<double>()));
            c.y.push_back(std::log2(j["median_seconds"].get<double>() / first["median_seconds"].get<double>()));
        }
        return c;
    };
    SvgCurve linear{"linear", "#888888", {0, 4}, {0, 4}}, quadratic{"quadratic", "#888888", {0, 4}, {0, 8}};
    linear.faint = quadratic.faint = true;
    return format_svg({"How a training step grows", "doublings of batch (from 64) or length (from 10)", "doublings of the time",
                       {linear, quadratic, curve("batch", "batch", "#0072b2"), curve("length", "length", "#d55e00")}});
}

double milliseconds(const Json& j) { return 1e3 * j["median_seconds"].get<double>(); }

void print_report(const Json& report) {
    const Json& peak = report["peak"];
    std::printf("Instruction set %s. One core at most: %.1f G multiply-adds, %.2f G look-ups, %.2f G scatter-adds a second.\n\n",
                report["instruction_set"].get<std::string>().c_str(), peak["multiply_adds"].get<double>() * 1e-9, peak["look_ups"].get<double>() * 1e-9,
                peak["scatter_adds"].get<double>() * 1e-9);
    std::printf("%6s %8s %12s %12s %14s %10s %14s\n", "batch", "workers", "ms a step", "least ms", "sequences/s", "GFLOP/s", "share of peak");
    for (const Json& j : report["steps"])
        std::printf("%6d %8d %12.3f %12.3f %14.0f %10.1f %13.0f%%\n", j["batch"].get<int>(), j["workers"].get<int>(), milliseconds(j), 1e3 * j["least_seconds"].get<double>(),
                    j["sequences_per_second"].get<double>(), j["gflops"].get<double>(), 100 * j["share_of_peak"].get<double>());
    std::printf("\nPhases on one worker, ms\n%6s %9s %9s %9s %9s %11s %10s %12s\n", "batch", "sampling", "tables", "gradient", "optimizer", "evaluation", "sampling", "evaluation");
    for (const Json& j : report["phases"])
        std::printf("%6d %9.3f %9.3f %9.3f %9.3f %11.3f %9.0f%% %11.0f%%\n", j["batch"].get<int>(), milliseconds(j["sampling"]), milliseconds(j["tables"]), milliseconds(j["gradient"]),
                    milliseconds(j["optimizer"]), milliseconds(j["evaluation"]), 100 * j["sampling_share_of_training"].get<double>(),
                    100 * j["evaluation_share_of_training"].get<double>());
    std::printf("The last two columns are shares of training: of one step, and of the steps between two evaluations.\n");
    if (report.contains("gradient")) {
        std::printf("\nGradient on one core by instruction set, ms\n");
        for (const Json& j : report["gradient"]) std::printf("%6d %9s %9.3f\n", j["batch"].get<int>(), j["instruction_set"].get<std::string>().c_str(), milliseconds(j));
    }
    std::printf("\nDense products of the full model, one core\n");
    for (const Json& j : report["dense"]) std::printf("%-28s %8.1f GFLOP/s %8.0f%% of the peak\n", j["product"].get<std::string>().c_str(), j["gflops"].get<double>(), 100 * j["share_of_peak"].get<double>());
    if (!report.contains("scaling")) return;
    for (const char* of : {"batch", "length"}) {
        std::printf("\n%8s %12s\n", of, "ms a step");
        for (const Json& j : report["scaling"][of]) std::printf("%8d %12.3f\n", j[of].get<int>(), milliseconds(j));
    }
}

int bench(const BenchOptions& options) {
    std::vector<int> workers = options.workers;
    if (workers.empty()) {
        workers = {1};
        if (available_cores() > 1) workers.push_back(available_cores());
    }
    const Peak peak = measure_peak(options.seconds / 4);
    Json report = {{"instruction_set", minimal_kernels().name},
                   {"peak", {{"multiply_adds", peak.multiply_adds}, {"look_ups", peak.look_ups}, {"scatter_adds", peak.scatter_adds}}}};
    for (const int batch : options.batches) {
        Settings s = options.full ? full_settings() : Settings{};
        s.batch = batch;
        for (const int n : workers) report["steps"].push_back(measure_step(s, n, options.seconds, peak.multiply_adds));
        report["phases"].push_back(measure_phases(s, options.seconds / 4));
        if (!options.full)
            for (const Json& j : measure_instruction_sets(s, options.seconds / 2)) report["gradient"].push_back(j);
    }
    report["dense"] = measure_dense(options.seconds / 4, peak.multiply_adds);
    if ((options.scaling || !options.svg.empty()) && !options.full) report["scaling"] = measure_scaling(options.seconds / 2);
    if (report.contains("scaling") && !options.svg.empty()) write_file(options.svg, plot_scaling(report["scaling"]));
    if (options.json) std::printf("%s\n", report.dump(2).c_str());
    else print_report(report);
    return done;
}

}  // namespace

void add_bench_command(CLI::App& app, std::function<int()>& chosen) {
    const auto options = std::make_shared<BenchOptions>();
    CLI::App* command = app.add_subcommand("bench", "Time a training step and its phases against this machine's measured peak");
    command->add_option("--batch", options->batches, "Batch sizes")->check(CLI::Range(1, 100000))->delimiter(',')->capture_default_str();
    command->add_option("--workers", options->workers, "Numbers of threads. Default: 1 and all cores")->check(CLI::Range(1, 64))->delimiter(',');
    command->add_option("--seconds", options->seconds, "Time for each figure")->check(CLI::Range(0.01, 60.0))->capture_default_str();
    command->add_flag("--scaling", options->scaling, "Also how a step grows with batch and sequence length, over 16-fold ranges");
    command->add_option("--svg", options->svg, "Write a plot of that to this file");
    command->add_flag("--full", options->full, "The full transformer of figures 2 and 3 instead of the minimal model");
    command->add_flag("--json", options->json, "Print one JSON object");
    command->callback([options, &chosen] { chosen = [options] { return bench(*options); }; });
}

}  // namespace ladder::cli
