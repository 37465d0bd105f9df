// `ladder bench --device`: seconds of a training step on a device, its phases' rate against what the same device reaches with
// nothing to wait for, and how much many runs gain from being made at once.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/cli/bench.h"
#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "cuda/gpu.h"
#include "cuda/host_machine.h"
#include "run/benchmark.h"

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

double device_clock() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Median of the seconds that work() takes, after one call that is not counted; at least three calls.
template <class F>
double median_seconds(double seconds, F&& work) {
    work();
    std::vector<double> times;
    const double end = device_clock() + seconds;
    while (times.size() < 3 || (device_clock() < end && times.size() < 1000)) {
        const double start = device_clock();
        work();
        times.push_back(device_clock() - start);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

struct DevicePeak {
    std::string name;
    double multiply_adds = 0, bytes = 0;  // a second; bytes read and written by a copy
};

// emulated: a size that a processor gets through.
DevicePeak measure_device_peak(bool emulated, double seconds) {
    const auto machine = emulated ? cuda::make_host_machine() : cuda::open_gpu();
    const int blocks = emulated ? 4 : 4096, threads = 256, rounds = emulated ? 64 : 4096;
    const std::size_t bytes = emulated ? std::size_t{1} << 22 : std::size_t{1} << 28;
    const cuda::DeviceArray<float> out(*machine, static_cast<std::size_t>(blocks * threads));
    const cuda::DeviceArray<std::byte> from(*machine, bytes), to(*machine, bytes);
    const double arithmetic = median_seconds(seconds, [&] {
        machine->run(cuda::MultiplyAdds{out.data(), rounds}, {blocks, 1, threads, 0});
        machine->wait();
    });
    const double copy = median_seconds(seconds, [&] {
        machine->copy(to.data(), from.data(), bytes);
        machine->wait();
    });
    return {machine->name(), static_cast<double>(blocks) * threads * rounds * cuda::MultiplyAdds::sums / arithmetic, 2 * static_cast<double>(bytes) / copy};
}

Json measure(const DeviceBench& options, int batch, int runs, const DevicePeak& peak) {
    std::vector<std::unique_ptr<Trainer>> trainers;
    std::vector<const Trainer*> all;
    for (int i = 0; i < runs; ++i) {
        Settings s = benchmark_settings(options.full ? ModelKind::full : ModelKind::minimal, batch);
        s.validation = 1;
        s.seed += static_cast<std::uint64_t>(i);
        all.push_back(trainers.emplace_back(std::make_unique<Trainer>(s)).get());
    }
    const int steps = options.device == "emulated" ? 1 : 64;  // so many at a time that the host's word between them is no matter
    const auto device = step_device(options.device)(all);
    const double seconds = median_seconds(options.seconds, [&] { device->advance(steps); }) / steps;
    const double rate = needed_multiply_adds(all.front()->settings()) * runs / seconds;
    return {{"batch", batch}, {"runs", runs}, {"seconds_per_step", seconds}, {"seconds_per_step_of_a_run", seconds / runs}, {"sequences_per_second", static_cast<double>(batch) * runs / seconds}, {"gflops", 2e-9 * rate},
            {"share_of_peak", rate / peak.multiply_adds}};
}

}  // namespace

int bench_device(const DeviceBench& options) {
    const DevicePeak peak = measure_device_peak(options.device == "emulated", options.seconds / 4);
    Json report = {{"device", peak.name}, {"model", options.full ? "full" : "minimal"}, {"peak", {{"multiply_adds", peak.multiply_adds}, {"copied_bytes", peak.bytes}}}, {"arithmetic", "float"}};
    for (const int batch : options.batches) {
        report["steps"].push_back(measure(options, batch, 1, peak));
        if (options.runs > 1) report["steps"].push_back(measure(options, batch, options.runs, peak));
    }
    if (options.json) {
        std::printf("%s\n", report.dump(2).c_str());
        return done;
    }
    std::printf("%s: at most %.2f T multiply-adds and %.0f GB copied a second. %s model, float.\n\n", peak.name.c_str(), 1e-12 * peak.multiply_adds, 1e-9 * peak.bytes, options.full ? "Full" : "Minimal");
    std::printf("%6s %6s %12s %16s %14s %10s %14s\n", "batch", "runs", "ms a step", "ms a run's step", "sequences/s", "GFLOP/s", "share of peak");
    for (const Json& j : report["steps"])
        std::printf("%6d %6d %12.4f %16.4f %14.0f %10.1f %13.1f%%\n", j["batch"].get<int>(), j["runs"].get<int>(), 1e3 * j["seconds_per_step"].get<double>(), 1e3 * j["seconds_per_step_of_a_run"].get<double>(),
                    j["sequences_per_second"].get<double>(), j["gflops"].get<double>(), 100 * j["share_of_peak"].get<double>());
    return done;
}

}  // namespace ladder::cli
