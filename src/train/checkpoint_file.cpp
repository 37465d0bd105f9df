// Cuts the flat buffers into named tensors and puts them together again.
#include "train/checkpoint_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ladder {
namespace {

struct MomentNames {
    const char *first, *second;  // second: nullptr where there is none
};

MomentNames moment_names(OptimizerKind kind) {
    return kind == OptimizerKind::adamw ? MomentNames{"optimizer.exp_avg.", "optimizer.exp_avg_sq."} : MomentNames{"optimizer.momentum_buffer.", nullptr};
}

void add_tensors(TensorFile& file, const std::string& prefix, const ParameterTable& table, std::span<const float> flat) {
    for (const ParameterInfo& p : table.entries()) {
        const auto values = flat.subspan(p.offset, p.size());
        file.add(prefix + p.name, p.shape, std::vector<float>(values.begin(), values.end()));
    }
}

std::vector<float> read_tensors(const TensorFile& file, const std::string& prefix, const ParameterTable& table, bool required) {
    std::vector<float> flat(table.size());
    for (const ParameterInfo& p : table.entries()) {
        if (!required && !file.has(prefix + p.name)) continue;
        const std::vector<float>& values = file.f32(prefix + p.name, p.shape).f32;
        if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }))
            throw Error("The tensor " + prefix + p.name + " holds values that are not finite.", "Use a file that was saved before training diverged.");
        std::copy(values.begin(), values.end(), flat.begin() + static_cast<std::ptrdiff_t>(p.offset));
    }
    return flat;
}

// No run is longer, so no state comes from a later step.
std::int64_t most_steps() { return static_cast<std::int64_t>(find_setting("steps")->max); }

// Losses as JSON: numbers that read back to the same value, and null for the infinity before the first comparison.
std::string schedule_text(const Schedule::State& s) { return nlohmann::json{{"factor", s.factor}, {"least", s.least}, {"sum", s.sum}, {"count", s.count}}.dump(); }

Schedule::State read_schedule(const std::string& text) {
    Schedule::State s;
    try {
        const auto j = nlohmann::json::parse(text);
        s.factor = j.at("factor");
        if (!j.at("least").is_null()) s.least = j.at("least");
        s.sum = j.at("sum");
        s.count = j.at("count");
    } catch (const nlohmann::json::exception&) {
        throw Error("The checkpoint's state of the learning-rate schedule cannot be read.", "Use a file that was written by ladder train.");
    }
    return s;
}

}  // namespace

TensorFile checkpoint_to_tensors(const Checkpoint& checkpoint, const ParameterTable& table, const Settings& settings, const Chain& chain) {
    TensorFile file;
    file.metadata = {{"kind", "checkpoint"}, {"step", std::to_string(checkpoint.step)}, {"settings", settings_to_json(settings)}};
    if (settings.schedule == ScheduleKind::plateau) file.metadata["schedule"] = schedule_text(checkpoint.schedule);
    add_tensors(file, "", table, checkpoint.parameters);
    for (const ConstantTensor& c : table.constants()) file.add(c.name, c.shape, c.values);
    const MomentNames names = moment_names(settings.optimizer);
    add_tensors(file, names.first, table, checkpoint.first_moment);
    if (names.second) add_tensors(file, names.second, table, checkpoint.second_moment);
    const std::int64_t d = chain.vocabulary();
    if (!chain.ngrams()) file.add("feature_matrices", {chain.span_count(), d, d}, std::vector<float>(chain.features().begin(), chain.features().end()));
    return file;
}

Checkpoint checkpoint_from_tensors(const TensorFile& file, const ParameterTable& table, const Settings& settings) {
    Checkpoint checkpoint;
    const std::string& step = file.meta("step");
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), checkpoint.step);
    if (error != std::errc() || end != step.data() + step.size() || checkpoint.step < 0 || checkpoint.step > most_steps())
        throw Error("The checkpoint's step is no number of steps.", "The metadata's step must be a whole number from 0 to " + std::to_string(most_steps()) + ".");
    const MomentNames names = moment_names(settings.optimizer);
    checkpoint.parameters = read_tensors(file, "", table, true);
    checkpoint.first_moment = read_tensors(file, names.first, table, false);
    if (names.second) checkpoint.second_moment = read_tensors(file, names.second, table, false);
    if (std::any_of(checkpoint.second_moment.begin(), checkpoint.second_moment.end(), [](float x) { return x < 0; }))
        throw Error("The checkpoint's second moments hold negative values, but they are means of squares.", "Use a file that was written by ladder train.");
    if (file.metadata.contains("schedule")) checkpoint.schedule = read_schedule(file.meta("schedule"));
    return checkpoint;
}

}  // namespace ladder
