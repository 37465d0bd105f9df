// Times one training step and its phases with the settings' defaults (the paper's size), the machine's peak in
// the same run, and how the step grows with batch and sequence length (run/benchmark.h says how). What is left out:
// browsers, which have the bench page, and other libraries, which scripts/bench-peers compares.
#include "apps/cli/bench.h"

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "apps/cli/option_checks.h"
#include "base/files.h"
#include "experiment/svg.h"
#include "kernels/minimal_kernel.h"
#include "model/minimal.h"
#include "model/minimal_fast.h"
#include "run/benchmark.h"
#include "run/thread_pool.h"
#include "run/training_loop.h"
#include "train/trainer.h"

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

struct BenchOptions {
    std::vector<int> batches{3000, 512, 64};
    std::vector<int> workers;  // empty: 1 and all cores
    double seconds = 1.0;      // for each figure
    bool full = false;         // the full transformer instead of the minimal model
    bool steps_only = false;   // no phases, products and instruction sets
    bool scaling = false;
    std::string svg;           // file for a plot of it; empty: none
    std::string device = "cpu";
    int runs = 1;              // on a device, beside each other
    bool json = false;
};

Json measure_step(Settings s, int workers, double seconds, double peak) {
    s.workers = workers;
    TrainingLoop loop(s);
    return describe_step(s, loop.workers(), time_calls(seconds, [&] { loop.advance(); }), peak);
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
        j.update(to_json(time_calls(seconds, [&] { model->gradient(batch, {}, 1.0f, gradient, *workspace); })));
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
        j["batch"].back().update(to_json(time_calls(seconds, [&] { loop.advance(); })));
    }
    for (int length = 10; length <= 160; length *= 2) {
        Settings s;
        s.length = length;
        s.batch = 64;
        s.workers = 1;
        TrainingLoop loop(s);
        j["length"].push_back({{"length", length}});
        j["length"].back().update(to_json(time_calls(seconds, [&] { loop.advance(); })));
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
            c.y.push_back(std::log2(j["least_seconds"].get<double>() / first["least_seconds"].get<double>()));  // what else ran does not grow
        }
        return c;
    };
    SvgCurve linear{"linear", "#888888", {0, 4}, {0, 4}}, quadratic{"quadratic", "#888888", {0, 4}, {0, 8}};
    linear.faint = quadratic.faint = true;
    return format_svg({"How a training step grows", "doublings of batch (from 64) or length (from 10)", "doublings of the time",
                       {linear, quadratic, curve("batch", "batch", "#0072b2"), curve("length", "length", "#d55e00")}});
}

double milliseconds(const Json& j) { return 1e3 * j["median_seconds"].get<double>(); }

void print_parts(const Json& report) {
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
}

void print_report(const Json& report) {
    const Json& peak = report["peak"];
    const double multiply_adds = peak["multiply_adds"], wide_multiply_adds = peak["wide_multiply_adds"];
    std::printf("Instruction set %s. One core at most: %.1f G multiply-adds, %.2f G look-ups, %.2f G scatter-adds a second.\n", report["instruction_set"].get<std::string>().c_str(), multiply_adds * 1e-9,
                peak["look_ups"].get<double>() * 1e-9, peak["scatter_adds"].get<double>() * 1e-9);
    if (wide_multiply_adds != multiply_adds) std::printf("In the widest vectors, which the full model uses: %.1f G multiply-adds; its shares are of these.\n", wide_multiply_adds * 1e-9);
    std::printf("\n");
    std::printf("%6s %8s %12s %12s %14s %10s %14s\n", "batch", "workers", "ms a step", "least ms", "sequences/s", "GFLOP/s", "share of peak");
    for (const Json& j : report["steps"])
        std::printf("%6d %8d %12.3f %12.3f %14.0f %10.1f %13.0f%%\n", j["batch"].get<int>(), j["workers"].get<int>(), milliseconds(j), 1e3 * j["least_seconds"].get<double>(),
                    j["sequences_per_second"].get<double>(), j["gflops"].get<double>(), 100 * j["share_of_peak"].get<double>());
    if (report.contains("phases")) print_parts(report);
    if (!report.contains("scaling")) return;
    for (const char* of : {"batch", "length"}) {
        std::printf("\n%8s %12s\n", of, "ms a step");
        for (const Json& j : report["scaling"][of]) std::printf("%8d %12.3f\n", j[of].get<int>(), milliseconds(j));
    }
}

int bench(const BenchOptions& options) {
    if (options.device != "cpu") return bench_device({options.device, options.batches, options.runs, options.seconds, options.full, options.json});
    std::vector<int> workers = options.workers;
    if (workers.empty()) {
        workers = {1};
        if (available_cores() > 1) workers.push_back(available_cores());
    }
    Json report = measure_peak(options.seconds / 4);
    // The full model's products are made in the widest vectors, which on AVX-512 are twice those of the minimal model.
    const double wide_peak = report["peak"]["wide_multiply_adds"], peak = options.full ? wide_peak : report["peak"]["multiply_adds"].get<double>();
    for (const int batch : options.batches) {
        const Settings s = benchmark_settings(options.full ? ModelKind::full : ModelKind::minimal, batch);
        for (const int n : workers) report["steps"].push_back(measure_step(s, n, options.seconds, peak));
        if (options.steps_only) continue;
        report["phases"].push_back(measure_phases(s, options.seconds / 4));
        if (!options.full)
            for (const Json& j : measure_instruction_sets(s, options.seconds / 2)) report["gradient"].push_back(j);
    }
    if (!options.steps_only) report["dense"] = measure_dense(options.seconds / 4, wide_peak);
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
    command->add_option("--batch", options->batches, "Batch sizes")->check(between(1, 100000))->delimiter(',')->capture_default_str();
    command->add_option("--workers", options->workers, "Numbers of threads. Default: 1 and all cores")->check(between(1, 64))->delimiter(',');
    command->add_option("--seconds", options->seconds, "Time for each figure")->check(between(0.01, 60.0))->capture_default_str();
    command->add_flag("--scaling", options->scaling, "Also how a step grows with batch and sequence length, over 16-fold ranges");
    command->add_option("--svg", options->svg, "Write a plot of that to this file");
    command->add_flag("--steps-only", options->steps_only, "Only whole steps and the peak, none of their parts");
    add_device(*command, options->device);
    command->add_option("--runs", options->runs, "On a device: runs made at once")->check(between(1, 4096))->capture_default_str();
    command->add_flag("--full", options->full, "The full transformer of figures 2 and 3 instead of the minimal model");
    command->add_flag("--json", options->json, "Print one JSON object");
    command->callback([options, &chosen] { chosen = [options] { return bench(*options); }; });
}

}  // namespace ladder::cli
