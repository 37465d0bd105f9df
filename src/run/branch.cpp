// The list of what may change is short and by name: a setting that is added starts a new run until it is put here.
#include "run/branch.h"

#include <algorithm>
#include <array>

namespace ladder {
namespace {

constexpr std::array<std::string_view, 14> changeable{"data", "sequences", "batch", "validation", "dropout", "learning-rate", "schedule", "patience", "reduction", "weight-decay", "momentum", "clip", "steps", "evaluate-every"};

template <class F>
void each_difference(const Settings& before, const Settings& after, F&& f) {
    for (const SettingInfo& info : settings_table())
        if (!info.viewer && info.get(before) != info.get(after)) f(info);
}

// A text is the task itself, in the chain's place: from one kind of data to the other nothing goes on.
bool changes_task(const SettingInfo& info, const Settings& before, const Settings& after) {
    return info.name == "data" && (before.data == DataSource::text || after.data == DataSource::text);
}

}  // namespace

bool can_branch(std::string_view setting) {
    const SettingInfo* info = find_setting(setting);
    return info && (info->viewer || std::find(changeable.begin(), changeable.end(), setting) != changeable.end());
}

std::string branch_problem(const Settings& before, const Settings& after) {
    std::string names;
    each_difference(before, after, [&](const SettingInfo& info) {
        if (!can_branch(info.name) || changes_task(info, before, after)) names += (names.empty() ? "" : ", ") + std::string(info.label);
    });
    if (names.empty()) return "";
    return "A branch goes on with the same chain and the same model, so these settings must stay: " + names + ". Apply them as a new run instead.";
}

std::string branch_difference(const Settings& before, const Settings& after) {
    std::string text;
    each_difference(before, after, [&](const SettingInfo& info) {
        std::string label(info.label);
        label[0] = static_cast<char>(label[0] >= 'A' && label[0] <= 'Z' ? label[0] - 'A' + 'a' : label[0]);
        text += (text.empty() ? "" : ", ") + label + " " + format_setting(info, before) + " \u2192 " + format_setting(info, after);
    });
    return text;
}

std::vector<Parting> partings_at(std::vector<Parting> partings, std::int64_t step) {
    for (Parting& parting : partings) parting.step = std::min(parting.step, step);
    return partings;
}

std::string branched_sentence(const std::vector<Parting>& partings) {
    if (partings.empty()) return "";
    std::string text = "This run is a branch; a link or a command makes the run that has these settings from the beginning.";
    for (const Parting& parting : partings) text += " It parted at step " + std::to_string(parting.step) + ": " + parting.difference + ".";
    return text;
}

std::shared_ptr<const RunCheckpoint> branch_checkpoint(std::shared_ptr<const RunCheckpoint> from, const Settings& before, const Settings& after) {
    if (before.schedule == after.schedule && before.patience == after.patience) return from;
    auto changed = std::make_shared<RunCheckpoint>(*from);
    changed->state.schedule = {};
    return changed;
}

}  // namespace ladder
