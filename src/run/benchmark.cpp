// One core at a time, in the caller's thread.
#include "run/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "kernels/aligned_buffer.h"
#include "kernels/dense.h"
#include "kernels/minimal_kernel.h"
#include "ladder/evaluation.h"
#include "task/sampler.h"
#include "train/optimizer.h"
#include "train/trainer.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

constexpr double shortest_sample = 0.002;  // seconds: twenty ticks of the coarsest clock that a browser gives

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// In the last block only the predicting rows are computed; a step takes three times the products of the forward pass.
double full_multiply_adds(const Settings& s) {
    const double T = input_length(s), L = s.length, D = s.hidden, M = s.mlp;
    double forward = L * D * s.vocabulary;
    for (int b = 0; b < s.blocks; ++b) {
        const double rows = b + 1 == s.blocks ? L : T;
        forward += 2 * rows * D * D + 2 * T * D * D + 2 * rows * T * D + 2 * rows * D * M;
    }
    return 3 * forward * s.batch;
}

Json answer(const Json& request) {
    const std::string what = request.at("what");
    if (what == "peak") return measure_peak(request.at("seconds"));
    if (what == "dense") return measure_dense(request.at("seconds"), request.at("peak"));
    const Settings s = benchmark_settings(request.at("model") == "full" ? ModelKind::full : ModelKind::minimal, request.at("batch"));
    if (what == "phases") return measure_phases(s, request.at("seconds"));
    if (what == "plan") return {{"settings", Json::parse(settings_to_json(s))}, {"needed_multiply_adds", needed_multiply_adds(s)}, {"most_workers", shard_count(s.batch)}};
    throw Error("'" + what + "' is nothing that can be measured.");
}

}  // namespace

Timing time_calls(double seconds, const std::function<void()>& work) {
    work();
    std::vector<double> times;
    const double end = now() + seconds;
    for (int calls = 1; times.size() < 5 || (now() < end && times.size() < 10000);) {
        const double start = now();
        for (int i = 0; i < calls; ++i) work();
        const double spent = now() - start;
        if (spent < shortest_sample) {
            // Those before may have been long enough only because something else ran meanwhile.
            calls *= 2;
            times.clear();
        } else {
            times.push_back(spent / calls);
        }
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.front()};
}

Json to_json(const Timing& t) { return {{"median_seconds", t.median}, {"least_seconds", t.least}}; }

Settings benchmark_settings(ModelKind model, int batch) {
    Settings s;
    s.model = model;
    s.batch = batch;
    if (model == ModelKind::full) {
        s.spans = {4, 4, 4};
        s.learning_rate = 0.003;
    }
    return s;
}

double needed_multiply_adds(const Settings& s) {
    if (s.model == ModelKind::full) return full_multiply_adds(s);
    // For every pair of a predicting row and a key it sees, d for each head in each of three products.
    double pairs = 0;
    for (int row = window(s) - 1; row < input_length(s); ++row) pairs += row + 1;
    return 3.0 * pairs * s.heads * s.vocabulary * s.batch;
}

Json measure_peak(double seconds) {
    const Probes& probes = minimal_kernels().probes;
    constexpr std::int64_t count = 1 << 22;
    constexpr int rows = 75 * 75, places = 4096;  // the paper's score table
    AlignedBuffer table(std::size_t{rows} * 4);
    std::vector<std::int32_t> place(places);
    RandomSequence random(1, Stream::display);
    for (auto& p : place) p = static_cast<std::int32_t>(random.below(rows));
    volatile float sink = 0;
    const auto rate = [&](auto&& work) { return static_cast<double>(count) / time_calls(seconds, work).least; };
    const double multiply_adds = rate([&] { sink = probes.multiply_adds(count); });
    // Where the vectors are the same, so is the rate: a second measurement would only differ by chance.
    const double wide_multiply_adds = probes.wide_multiply_adds == probes.multiply_adds ? multiply_adds : rate([&] { sink = probes.wide_multiply_adds(count); });
    const double look_ups = rate([&] { sink = probes.look_ups(count, table.data(), place.data(), places); });
    const double scatter_adds = rate([&] { probes.scatter_adds(count, table.data(), place.data(), places); });
    return {{"instruction_set", minimal_kernels().name}, {"peak", {{"multiply_adds", multiply_adds}, {"wide_multiply_adds", wide_multiply_adds}, {"look_ups", look_ups}, {"scatter_adds", scatter_adds}}}};
}

// Activations (rows, 255) with a (255, 255) weight matrix, plain and transposed, and the weight's gradient.
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
        const Timing t = time_calls(seconds, [&] { dense_kernels().multiply(product, scratch.data()); });
        const double rate = static_cast<double>(product.rows) * product.columns * product.depth / t.median;
        j.push_back({{"product", entry.first}, {"gflops", 2e-9 * rate}, {"share_of_peak", rate / peak}});
    }
    return j;
}

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
    double step = 0;
    const auto part = [&](const char* name, const std::function<void()>& work) {
        const Timing t = time_calls(seconds, work);
        j[name] = to_json(t);
        step += t.median;
        return t.median;
    };
    const double sampling = part("sampling", [&] { sampler.sample(Stream::train_data, 0, s.batch, tokens); });
    part("tables", [&] { own->prepare(trainer.parameters()); });
    part("gradient", [&] { model.gradient(batch, {}, 1.0f, gradient, *workspace); });
    part("optimizer", [&] { optimizer.apply(trainer.parameters(), gradient, clip_scale(global_norm(gradient), s.clip), s.learning_rate, updated); });
    const Timing evaluation = time_calls(seconds, [&] {
        EvaluationSums sums = evaluator.evaluate(model, 0, *workspace);
        for (int shard = 1; shard < evaluator.shards(); ++shard) sums.add(evaluator.evaluate(model, shard, *workspace));
        static_cast<void>(evaluator.finish(sums));
    });
    j["evaluation"] = to_json(evaluation);
    j["sampling_share_of_training"] = sampling / (step - sampling);
    j["evaluation_share_of_training"] = evaluation.median / (s.evaluate_every * step);
    return j;
}

Json describe_step(const Settings& s, int workers, const Timing& t, double peak) {
    const double rate = needed_multiply_adds(s) / t.median;
    Json j = {{"batch", s.batch}, {"workers", workers}};
    j.update(to_json(t));
    j["sequences_per_second"] = s.batch / t.median;
    j["gflops"] = 2e-9 * rate;
    j["share_of_peak"] = rate / (peak * workers);
    return j;
}

std::string answer_benchmark(const std::string& request) {
    try {
        return answer(Json::parse(request)).dump();
    } catch (const std::exception& e) {
        return Json{{"error", e.what()}}.dump();
    }
}

}  // namespace ladder
