#include "apps/cli/run_folder.h"

#include <charconv>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "apps/cli/settings_options.h"
#include "base/error.h"
#include "base/files.h"
#include "base/safetensors.h"
#include "experiment/sweep.h"

namespace ladder::cli {
namespace {

std::string read_text(const std::string& path) {
    const auto bytes = read_file(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A kill between two files leaves rows that the checkpoint does not know; they will be computed again.
std::string rows_up_to(std::string_view csv, std::int64_t last, const std::string& path) {
    std::string kept;
    std::int64_t newest = -1;
    while (!csv.empty()) {
        const std::string_view line = csv.substr(0, csv.find('\n') == csv.npos ? csv.size() : csv.find('\n') + 1);
        csv.remove_prefix(line.size());
        std::int64_t step = -1;
        if (!kept.empty()) {  // the first line is the header
            std::from_chars(line.data(), line.data() + line.size(), step);
            if (step > last) break;
            newest = step;
        }
        kept += line;
    }
    if (newest != last) throw Error(path + " has no row for step " + std::to_string(last) + ", at which the checkpoint stands.", "Start the run again with --overwrite instead of --resume.");
    return kept;
}

bool is_model_of(const std::string& path, std::int64_t step) {
    try {
        return parse_safetensors(read_file(path), path).meta("step") == std::to_string(step);
    } catch (const Error&) {
        return false;  // missing or damaged: it is written again
    }
}

void remove_old(const std::string& path) {
    std::error_code failure;
    std::filesystem::remove(path, failure);
    if (failure) throw Error(path + " of an older run cannot be removed (" + failure.message() + ").", "Remove it, or choose another folder.");
}

// A checkpoint's file ends with what it was made with, so that nobody goes on with something else: a mark of the settings, the
// kernels and the device, then the number of these characters and "LRUN".
constexpr std::string_view made_with_ending = "LRUN";

// Where a run stops may change, but where its learning rate falls to 0 at that step.
std::string mark_of(Settings settings) {
    if (settings.schedule != ScheduleKind::cosine) settings.steps = 1;
    return run_mark(settings);
}

void add_made_with(std::vector<std::byte>& file, const Settings& settings, const Maker& maker) {
    std::string text = mark_of(settings) + " " + (maker.kernels == Kernels::fast ? "fast" : "reference") + " " + maker.device;
    text += static_cast<char>(text.size());
    text += made_with_ending;
    const auto bytes = std::as_bytes(std::span(text));
    file.insert(file.end(), bytes.begin(), bytes.end());
}

// Takes it off the file's end; empty where there is none.
std::string take_made_with(std::vector<std::byte>& file) {
    const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
    if (!all.ends_with(made_with_ending) || all.size() <= made_with_ending.size()) return {};
    const std::size_t end = all.size() - made_with_ending.size() - 1, size = static_cast<unsigned char>(all[end]);
    if (size > end) return {};
    std::string text(all.substr(end - size, size));
    file.resize(end - size);
    return text;
}

Claim claim_folder(const std::string& path) {
    Claim claim(path, Claim::Of::folder);
    if (claim.refused()) throw Error("Another ladder is writing in the folder " + path + ", and two would spoil each other's files.", "Wait until it has ended, or choose another folder.");
    return claim;
}

}  // namespace

Claim make_own_folder(const std::string& path) {
    make_folder(path);
    return claim_folder(path);
}

void RunFolder::open(bool overwrite) {
    claim_.emplace(make_own_folder(path_));
    for (const char* name : {"/checkpoint.run", "/model.safetensors", "/metrics.csv"})
        if (!overwrite && std::filesystem::exists(path_ + name))
            throw Error("The folder " + path_ + " holds a run already.", "Choose another folder, go on with that run with --resume, or put this one in its place with --overwrite.");
}

void RunFolder::begin(const Settings& settings) const {
    // The checkpoint first, the settings last: whatever is left when this is cut short, nobody goes on from one run's weights with
    // another's settings, and no model lies beside settings that are not its own.
    for (const char* name : {"/checkpoint.run", "/model.safetensors", "/metrics.csv"}) remove_old(path_ + name);
    note(settings);
}

void RunFolder::note(const Settings& settings) const { write_file(path_ + "/config.json", settings_to_json(settings)); }

void RunFolder::keep(const std::string& csv, const RunCheckpoint& checkpoint, const Settings& settings, const Maker& maker) const {
    write_file(path_ + "/metrics.csv", csv);
    std::vector<std::byte> file = encode(checkpoint);
    add_made_with(file, settings, maker);
    write_file(path_ + "/checkpoint.run", file);
}

void RunFolder::finish(const std::string& csv, const Trainer& trainer) const {
    write_file(path_ + "/metrics.csv", csv);
    write_file(path_ + "/model.safetensors", format_safetensors(trainer.to_tensors()));
}

KeptRun RunFolder::take_up() {
    const std::string config = path_ + "/config.json", checkpoint = path_ + "/checkpoint.run", again = "Start the run again with --overwrite instead of --resume.";
    if (!std::filesystem::exists(config)) throw Error("There is no run in the folder " + path_ + ": it has no config.json.", "Check the name of the folder, or start a run there without --resume.");
    claim_.emplace(claim_folder(path_));
    make_folder(path_);  // it is there, but does it take files?
    KeptRun run;
    if (const auto problems = settings_from_json(run.settings, read_text(config)); !problems.empty()) throw Error(config + ": " + problems.front().wrong, again);
    if (!std::filesystem::exists(checkpoint)) {
        if (!std::filesystem::exists(path_ + "/model.safetensors")) return run;
        throw Error("The run in " + path_ + " has no checkpoint.run to go on from.", again);
    }
    std::vector<std::byte> bytes = read_file(checkpoint);
    const std::string made_with = take_made_with(bytes);
    try {
        if (made_with.empty()) throw Error("It does not say what it was made with.");
        run.checkpoint = std::make_shared<const RunCheckpoint>(decode_checkpoint(bytes));
    } catch (const Error&) {
        throw Error(checkpoint + " is damaged or of another version, so the run cannot go on from it.", again);
    }
    const std::size_t first = made_with.find(' '), last = made_with.rfind(' ');
    if (made_with.substr(0, first) != mark_of(run.settings)) throw Error(config + " has other settings than the run that " + checkpoint + " is of.", "Put them back, or start a new run with --overwrite instead of --resume.");
    run.maker = {made_with.substr(first + 1, last - first - 1) == "fast" ? Kernels::fast : Kernels::reference, made_with.substr(last + 1)};
    run.model_written = is_model_of(path_ + "/model.safetensors", run.checkpoint->step());
    run.csv = rows_up_to(read_text(path_ + "/metrics.csv"), run.checkpoint->step(), path_ + "/metrics.csv");
    return run;
}

}  // namespace ladder::cli
