// Parts of a training step timed on one core, set against what this machine can do at most, measured in the same run: what
// `ladder bench` and the bench page (web/bench.js) have in common. Whole steps are timed by those who run them. Figures are
// medians, with the least beside them, because a shared machine can only make them larger.
#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/settings.h"

namespace ladder {

struct Timing {
    double median = 0, least = 0;  // seconds
};

// Calls work for about `seconds`, after a call that is not counted. Several short calls make one sample, because
// a browser's clock is coarse.
Timing time_calls(double seconds, const std::function<void()>& work);
nlohmann::ordered_json to_json(const Timing&);

// The defaults, or the full transformer as the paper's figures 2 and 3 have it.
Settings benchmark_settings(ModelKind, int batch);
// Multiply-adds of one step that no implementation can save: of the collapsed minimal model, or of the full one's products.
double needed_multiply_adds(const Settings&);

// {instruction_set, peak: {multiply_adds, wide_multiply_adds, look_ups, scatter_adds}}, a second on one core.
nlohmann::ordered_json measure_peak(double seconds);
// [{product, gflops, share_of_peak}]: products of the full model's sizes. peak: multiply-adds a second.
nlohmann::ordered_json measure_dense(double seconds, double peak);
// {batch, sampling, tables, gradient, optimizer, evaluation, ..}: the parts of a step of one worker, and an evaluation, each by itself.
nlohmann::ordered_json measure_phases(const Settings&, double seconds);
// {batch, workers, median_seconds, least_seconds, sequences_per_second, gflops, share_of_peak}
nlohmann::ordered_json describe_step(const Settings&, int workers, const Timing&, double peak);

// One piece for the bench page, JSON for JSON. {what: 'peak', seconds}, {what: 'dense', seconds, peak} and {what: 'phases', model,
// batch, seconds} give what stands above; {what: 'plan', model, batch} gives {settings, needed_multiply_adds, most_workers}; what is
// wrong gives {error}.
std::string answer_benchmark(const std::string& request);

}  // namespace ladder
