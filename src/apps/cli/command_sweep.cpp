// `ladder sweep` and `ladder merge`. A sweep's folder holds sweep.json (a mark for every run of the whole sweep), runs/ (one file a run,
// named by its mark: whatever grid it belongs to, it is made once) and results.csv; shards of one sweep on several machines differ only
// in which runs their folders hold, so that merging is copying.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "apps/cli/experiments.h"
#include "apps/cli/interruption.h"
#include "apps/cli/nearest_name.h"
#include "apps/cli/option_checks.h"
#include "apps/cli/run_folder.h"
#include "apps/cli/settings_options.h"
#include "base/error.h"
#include "base/files.h"
#include "base/shown_text.h"

namespace ladder::cli {
namespace {

struct SweepOptions {
    GivenSettings settings;
    std::vector<std::string> vary;
    std::string seeds = "1..5", out, shard;
    int threads = 0, together = 256;
    std::string device = "cpu";
    bool json = false;
};

struct MergeOptions {
    std::vector<std::string> folders;
    std::string out;
    bool json = false;
};

// "importance=1.3,1.5"; lists have their values apart by semicolons: "spans=2 2 2;4 4 4".
SweepAxis parse_axis(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) throw Error("--vary " + text + " names no values.", "Write it as in --vary importance=1.3,1.5.");
    const std::string name = text.substr(0, equals);
    if (!find_setting(name)) {
        std::vector<std::string> names;
        for (const SettingInfo& info : settings_table()) names.emplace_back(info.name);
        throw Error("There is no setting called \"" + shown_text(name) + "\"." + did_you_mean(name, names), "`ladder settings` lists them.");
    }
    return {name, parse_values(text.substr(equals + 1))};
}

// What would change nothing: rows that are equal for that look like results.
void refuse_without_effect(const SweepOptions& o, const std::vector<SweepAxis>& axes, const std::vector<SweepJob>& jobs) {
    for (const auto& [name, text] : o.settings.values) {
        if (name == "seed") throw Error("--seed " + shown_text(text) + " would change nothing: the seeds of a sweep are given with --seeds.", "Give --seeds " + shown_text(text) + ".");
        if (name == "workers") throw Error("--threads would change nothing: each run of a sweep is made by one thread.", "Give the number of runs at once with --parallel.");
    }
    std::vector<Settings> runs;
    runs.reserve(jobs.size());
    for (const SweepJob& job : jobs) runs.push_back(job.settings);
    for (const SweepAxis& axis : axes)
        if (const SettingInfo& info = *find_setting(axis.setting); !has_effect(info, runs))
            throw Error("--vary " + axis.setting + " would give the same run again and again: the setting matters only with " + std::string(info.only_when) + ".", "Leave it out, or give settings with which it matters.");
    tell_without_effect(o.settings, runs);
}

// Every n-th job from the i-th on (1 <= i <= n): neighbours, which take about as long, go to different machines.
std::vector<SweepJob> shard_of(const std::vector<SweepJob>& jobs, const std::string& text) {
    if (text.empty()) return jobs;
    unsigned i = 0, n = 0;
    const char *begin = text.data(), *end = begin + text.size();
    const auto part = std::from_chars(begin, end, i);
    const bool divided = part.ec == std::errc() && part.ptr != end && *part.ptr == '/';
    const auto whole = divided ? std::from_chars(part.ptr + 1, end, n) : part;
    if (!divided || whole.ec != std::errc() || whole.ptr != end || i < 1 || i > n || n > 100000) throw Error("--shard " + text + " cannot be used.", "Write it as in --shard 2/8: the second of eight parts.");
    std::vector<SweepJob> mine;
    for (std::size_t j = i - 1; j < jobs.size(); j += n) mine.push_back(jobs[j]);
    return mine;
}

// Id and mark of every run of a sweep, in its order.
using Plan = std::vector<std::pair<std::string, std::string>>;

void write_plan(const std::string& folder, const Plan& plan) { write_file(folder + "/sweep.json", nlohmann::json{{"runs", plan}}.dump()); }

Plan read_plan(const std::string& folder) {
    const std::string path = folder + "/sweep.json";
    if (!std::filesystem::exists(path))
        throw Error("The folder " + folder + " has no sweep.json, so it cannot be told which sweep its runs belong to.", "Give the command of its `ladder sweep` once more: it writes the file, and makes no run again.");
    const auto bytes = read_file(path);
    const auto json = nlohmann::json::parse(reinterpret_cast<const char*>(bytes.data()), reinterpret_cast<const char*>(bytes.data()) + bytes.size(), nullptr, false);
    try {
        return json.at("runs").get<Plan>();
    } catch (const nlohmann::json::exception&) {
        throw Error(path + " is damaged.", "Remove it, and give the command of its `ladder sweep` once more.");
    }
}

// How many whole or damaged runs the folder holds besides those of the plan.
std::size_t runs_of_others(const std::string& folder, const Plan& plan) {
    std::set<std::string> mine;
    for (const auto& [id, mark] : plan) mine.insert(mark);
    std::size_t others = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) others += entry.path().extension() == ".json" && !mine.contains(entry.path().stem().string());
    return others;
}

int report(const std::vector<RunRecord>& runs, const std::string& out, bool json) {
    const std::string table = out + "/results.csv";
    write_file(table, sweep_table(runs));
    std::vector<std::string> failures;
    for (const RunRecord& r : runs)
        if (!r.failure.empty()) failures.push_back(r.label + ": " + r.failure);
    if (json) {
        std::printf("%s\n", nlohmann::ordered_json{{"runs", runs.size()}, {"failures", failures}, {"table", table}}.dump().c_str());
    } else {
        std::printf("%zu runs, %zu of them failed. The table is %s.\n", runs.size(), failures.size(), table.c_str());
        for (const std::string& failure : failures) std::printf("  %s\n", failure.c_str());
    }
    return some_to_make_again(runs) || !failures.empty() ? incomplete : done;
}

int sweep(const SweepOptions& o) {
    const MakeStepDevice make_device = step_device(o.device);
    std::vector<SweepAxis> axes;
    for (const std::string& text : o.vary) axes.push_back(parse_axis(text));
    const auto all = plan_sweep(base_settings(o.settings), axes, parse_seeds(o.seeds));
    refuse_without_effect(o, axes, all);
    auto jobs = shard_of(all, o.shard);
    const Claim alone = make_own_folder(o.out);
    const RunStore store(o.out + "/runs");
    Plan plan;
    for (const SweepJob& job : all) plan.emplace_back(job.id, run_mark(job.settings));
    write_plan(o.out, plan);
    std::filesystem::remove(o.out + "/results.csv");  // of fewer runs, or of other ones
    if (const std::size_t others = runs_of_others(o.out + "/runs", plan); others > 0)
        std::fprintf(stderr, "ladder: %s/runs holds %zu other run%s besides. They stay there and are not in the table.\n", o.out.c_str(), others, others == 1 ? "" : "s");
    for (SweepJob& job : jobs) job.id = run_mark(job.settings);
    try {
        return report(run_jobs(jobs, store, o.threads, o.json, make_device, o.together), o.out, o.json);
    } catch (const Interrupted& e) {
        std::vector<RunRecord> made;
        for (const SweepJob& job : jobs)
            if (auto record = store.find(job.id, job.settings)) made.push_back(std::move(*record));
        if (made.empty()) throw;
        write_file(o.out + "/results.csv", sweep_table(made));
        throw Interrupted(e.signal, e.what() + std::string(" Until then ") + o.out + "/results.csv has these alone.");
    }
}

int merge(const MergeOptions& o) {
    const Claim alone = make_own_folder(o.out);
    std::vector<std::string> folders = o.folders;
    if (std::filesystem::exists(o.out + "/sweep.json")) folders.push_back(o.out);
    Plan plan;
    for (const std::string& folder : folders) {
        if (!std::filesystem::is_directory(folder + "/runs")) throw Error("The folder " + folder + " holds no runs.", "Name folders that `ladder sweep --out` has written.");
        Plan theirs = read_plan(folder);
        if (!plan.empty() && theirs != plan) throw Error("The folders " + folders.front() + " and " + folder + " hold runs of different sweeps.", "Join those that were made with the same settings, --vary and --seeds; only --shard is another.");
        plan = std::move(theirs);
    }
    write_plan(o.out, plan);
    // What a folder keeps besides, of another sweep, is left where it is.
    const RunStore target(o.out + "/runs");
    std::map<std::string, RunRecord> found;
    for (const std::string& folder : folders)
        for (auto& [name, record] : RunStore(folder + "/runs").all()) found[run_mark(record.settings)] = std::move(record);
    std::vector<RunRecord> runs;
    std::string missing;
    for (const auto& [id, mark] : plan) {
        if (const auto record = found.find(mark); record != found.end()) {
            target.keep(mark, record->second);
            runs.push_back(std::move(record->second));
        } else {
            missing += (missing.empty() ? "" : ", ") + id;
        }
    }
    const int code = report(runs, o.out, o.json);
    if (missing.empty()) return code;
    std::fprintf(stderr, "ladder: Of the %zu runs of this sweep %zu are in none of these folders: %s. The table is without them; the sweeps that were to make them can be given again.\n", plan.size(), plan.size() - runs.size(),
                 missing.size() > 200 ? (missing.substr(0, missing.rfind(',', 200)) + " ..").c_str() : missing.c_str());
    return incomplete;
}

}  // namespace

void add_experiment_commands(CLI::App& app, std::function<int()>& chosen) {
    const auto sweep_options = std::make_shared<SweepOptions>();
    CLI::App* sweep_command = app.add_subcommand("sweep", "Run a grid of settings and seeds; what is finished is kept when it is stopped");
    sweep_command->add_option("--vary", sweep_options->vary, "A setting and its values, as in importance=1.3,1.5; may be given several times. Values that are lists stand apart by semicolons")->type_name("SETTING=VALUES");
    sweep_command->add_option("--seeds", sweep_options->seeds, "Seeds, as in 1..5 or 1,2,9")->capture_default_str()->type_name("SEEDS");
    sweep_command->add_option("--out", sweep_options->out, "Folder for runs/ and results.csv; a run that it holds, of whatever sweep, is not made again")->required()->type_name("DIR")->check(some_name());
    sweep_command->add_option("--shard", sweep_options->shard, "Only the i-th of n parts, for several machines; join them with `ladder merge`")->type_name("I/N");
    sweep_command->add_option("--parallel", sweep_options->threads, "Runs at once; 0: one for each core")->check(between(0, 1024))->capture_default_str();
    add_device(*sweep_command, sweep_options->device);
    sweep_command->add_option("--together", sweep_options->together, "Runs of one shape that a device makes at once")->check(between(1, 4096))->capture_default_str();
    sweep_command->add_flag("--json", sweep_options->json, "Print one JSON object");
    add_settings(*sweep_command, sweep_options->settings);
    sweep_command->callback([&chosen, sweep_options] { chosen = [sweep_options] { return sweep(*sweep_options); }; });

    const auto merge_options = std::make_shared<MergeOptions>();
    CLI::App* merge_command = app.add_subcommand("merge", "Join the folders of a sweep's shards into one");
    merge_command->add_option("folders", merge_options->folders, "Folders that `ladder sweep` has written")->required()->type_name("DIR ..");
    merge_command->add_option("--out", merge_options->out, "Folder for all of it")->required()->type_name("DIR")->check(some_name());
    merge_command->add_flag("--json", merge_options->json, "Print one JSON object");
    merge_command->callback([&chosen, merge_options] { chosen = [merge_options] { return merge(*merge_options); }; });

    const auto reproduce_options = std::make_shared<ReproduceOptions>();
    CLI::App* reproduce_command = app.add_subcommand("reproduce", "Run the paper's figures and write one page: plots, verdicts, settings, seeds");
    reproduce_command->add_option("figures", reproduce_options->figures, "Figures, as in 1 4-left 10; none: all")->type_name("FIGURE ..");
    reproduce_command->add_option("--out", reproduce_options->out, "Folder for index.html, results.csv, plots and runs/; runs that it holds are not made again")->capture_default_str()->type_name("DIR")->check(some_name());
    reproduce_command->add_option("--scale", reproduce_options->scale, "The page's scale, or the paper's own")->check(one_of({"page", "paper"}))->capture_default_str();
    reproduce_command->add_option("--seeds", reproduce_options->seeds, "Seeds, as in 1..5 or 1,2,9")->capture_default_str()->type_name("SEEDS");
    reproduce_command->add_option("--parallel", reproduce_options->threads, "Runs at once; 0: one for each core")->check(between(0, 1024))->capture_default_str();
    reproduce_command->add_flag("--json", reproduce_options->json, "Print one JSON object");
    reproduce_command->footer([] { return "The figures are " + figure_names() + "; a number alone, as 4 or 7, is every figure that it is part of."; });
    reproduce_command->callback([&chosen, reproduce_options] { chosen = [reproduce_options] { return reproduce(*reproduce_options); }; });
}

}  // namespace ladder::cli
