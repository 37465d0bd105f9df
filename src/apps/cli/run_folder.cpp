#include "apps/cli/run_folder.h"

#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/safetensors.h"

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
    if (newest != last) throw Error(path + " has no row for step " + std::to_string(last) + ", at which the checkpoint stands.", "Start the run again without --resume.");
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

void RunFolder::open() { claim_.emplace(make_own_folder(path_)); }

void RunFolder::begin(const Settings& settings) const {
    // The checkpoint first: whatever is left when this is cut short, nobody goes on from one run's weights with another's settings.
    remove_old(path_ + "/checkpoint.run");
    write_file(path_ + "/config.json", settings_to_json(settings));
    for (const char* name : {"/metrics.csv", "/model.safetensors"}) remove_old(path_ + name);
}

void RunFolder::keep(const std::string& csv, const RunCheckpoint& checkpoint) const {
    write_file(path_ + "/metrics.csv", csv);
    write_file(path_ + "/checkpoint.run", encode(checkpoint));
}

void RunFolder::finish(const std::string& csv, const Trainer& trainer) const {
    write_file(path_ + "/metrics.csv", csv);
    write_file(path_ + "/model.safetensors", format_safetensors(trainer.to_tensors()));
}

KeptRun RunFolder::take_up() {
    claim_.emplace(claim_folder(path_));
    KeptRun run;
    const std::string config = path_ + "/config.json";
    if (const auto problems = settings_from_json(run.settings, read_text(config)); !problems.empty()) throw Error(config + ": " + problems.front().message, "Start the run again without --resume.");
    const auto bytes = read_file(path_ + "/checkpoint.run");
    run.checkpoint = std::make_shared<const RunCheckpoint>(decode_checkpoint(bytes));
    run.model_written = is_model_of(path_ + "/model.safetensors", run.checkpoint->step());
    run.csv = rows_up_to(read_text(path_ + "/metrics.csv"), run.checkpoint->step(), path_ + "/metrics.csv");
    make_folder(path_);  // it is there, but does it take files?
    return run;
}

}  // namespace ladder::cli
