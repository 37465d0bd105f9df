#include "experiment/run_store.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"

namespace ladder {
namespace {

std::optional<RunRecord> read_record(const std::string& path) {
    try {
        const auto bytes = read_file(path);
        return parse_record(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    } catch (const Error&) {
        return std::nullopt;  // missing or damaged: the run is made again
    }
}

}  // namespace

bool same_experiment(const Settings& a, const Settings& b) {
    return at_pace_of(b, a) == b;
}

RunStore::RunStore(std::string folder) : folder_(std::move(folder)) { make_folder(folder_); }

std::optional<RunRecord> RunStore::find(const std::string& id, const Settings& settings) const {
    auto record = read_record(path(id));
    if (record && !same_experiment(record->settings, settings)) record.reset();
    return record;
}

void RunStore::keep(const std::string& id, const RunRecord& record) const {
    if (record.machine_failed) return;
    write_file(path(id), format_record(record));
}

std::vector<std::pair<std::string, RunRecord>> RunStore::all() const {
    std::vector<std::string> ids;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
        if (entry.path().extension() == ".json") ids.push_back(entry.path().stem().string());
    std::sort(ids.begin(), ids.end());
    std::vector<std::pair<std::string, RunRecord>> records;
    for (const std::string& id : ids)
        if (auto record = read_record(path(id))) records.emplace_back(id, std::move(*record));
    return records;
}

}  // namespace ladder
