#include "experiment/sweep.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/shown_text.h"
#include "base/trimmed.h"

namespace ladder {
namespace {

constexpr std::size_t most_jobs = 100000;

std::uint64_t parse_seed(const std::string& text) {
    if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
        throw Error("\"" + text + "\" is no seed.", "Give whole numbers, as in 1..5 or 1,2,9.");
    return std::stoull(text);
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string exact(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", x);
    return text;
}

// Runs that are the same look like results that agree.
void refuse_repeated(const SettingInfo& info, std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    const auto twice = std::adjacent_find(values.begin(), values.end());
    if (twice == values.end()) return;
    const bool list = info.kind == SettingKind::integer_list || info.kind == SettingKind::number_list;
    throw Error("\"" + *twice + "\" is given twice for \"" + std::string(info.name) + "\".", list ? "Lists stand apart by semicolons, as in spans=2 2 2;4 4 4." : "Give each value once.");
}

std::string moment_cells(const Moment& m) { return std::to_string(m.step) + "," + exact(m.validation_loss) + "," + exact(m.excess) + "," + std::to_string(nearest_class(m)) + "," + std::to_string(m.rung); }

}  // namespace

std::size_t count_sweep(const Settings& base, const std::vector<SweepAxis>& axes, const std::vector<std::uint64_t>& seeds) {
    if (seeds.empty()) throw Error("A sweep needs at least one seed.", "Give some, as in --seeds 1..5.");
    std::size_t jobs = seeds.size();
    Settings trial = base;
    for (std::size_t a = 0; a < axes.size(); ++a) {
        const SweepAxis& axis = axes[a];
        const SettingInfo* info = find_setting(axis.setting);
        if (!info || axis.setting == "seed" || info->viewer)
            throw Error("\"" + axis.setting + "\" is no setting that a sweep can vary.", "`ladder settings` lists them; seeds are given with --seeds.");
        if (std::any_of(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(a), [&](const SweepAxis& other) { return other.setting == axis.setting; }))
            throw Error("\"" + axis.setting + "\" is varied twice.", "Give all its values at once.");
        if (axis.values.empty()) throw Error("No value is given for \"" + axis.setting + "\".", "Give some, as in --vary importance=1.3,1.5.");
        jobs *= axis.values.size();
        if (jobs > most_jobs) throw Error("This sweep has more than 100000 runs.", "Vary fewer settings, or give fewer values or seeds.");
        std::vector<std::string> taken;
        for (const std::string& value : axis.values) {
            if (set_from_text(trial, axis.setting, value)) throw Error("\"" + shown_text(value) + "\" is no value for \"" + axis.setting + "\".", "It takes " + range_text(*info) + ".");
            taken.push_back(format_setting(*info, trial));
        }
        refuse_repeated(*info, std::move(taken));
    }
    return jobs;
}

std::vector<SweepJob> plan_sweep(const Settings& base, const std::vector<SweepAxis>& axes, const std::vector<std::uint64_t>& seeds) {
    std::vector<SweepJob> all;
    all.reserve(count_sweep(base, axes, seeds));
    std::vector<SweepJob> jobs{{"", "", base}};
    for (const SweepAxis& axis : axes) {
        std::vector<SweepJob> next;
        for (const SweepJob& job : jobs)
            for (const std::string& value : axis.values) {
                SweepJob made = job;
                set_from_text(made.settings, axis.setting, value);
                made.label += (made.label.empty() ? "" : ", ") + axis.setting + " " + value;
                next.push_back(std::move(made));
            }
        jobs = std::move(next);
    }
    for (const SweepJob& job : jobs)
        for (std::uint64_t seed : seeds) {
            SweepJob made = job;
            made.settings.seed = seed;
            made.label += (made.label.empty() ? "" : ", ") + std::string("seed ") + std::to_string(seed);
            char id[16];
            std::snprintf(id, sizeof id, "%04zu", all.size());
            made.id = id;
            all.push_back(std::move(made));
        }
    return all;
}

std::string run_mark(const Settings& settings) {
    // Not settings_to_json(): the marks of runs that are kept must stay what they are when that is written otherwise.
    nlohmann::json differing = nlohmann::json::object();  // by name: the table's order is of no account
    for (const SettingInfo& info : settings_table())
        if (!info.viewer && info.get(settings) != info.get(Settings{})) std::visit([&](const auto& v) { differing[std::string(info.name)] = v; }, info.get(settings));
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : differing.dump()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

std::vector<std::string> parse_values(const std::string& text) {
    std::vector<std::string> values;
    const char separator = text.find(';') != std::string::npos ? ';' : ',';
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, separator);) {
        if (const std::string_view value = trimmed(part); !value.empty()) values.emplace_back(value);
    }
    return values;
}

std::vector<std::uint64_t> parse_seeds(const std::string& text) {
    std::vector<std::uint64_t> seeds;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t dots = part.find("..");
        const std::uint64_t first = parse_seed(part.substr(0, dots)), last = dots == std::string::npos ? first : parse_seed(part.substr(dots + 2));
        if (last < first || last - first >= most_jobs) throw Error("\"" + part + "\" is no range of seeds.", "Give the smaller seed first, and at most 100000 seeds, as in 1..5.");
        if (last - first >= most_jobs - seeds.size()) throw Error("There are more than 100000 seeds.", "Give fewer.");
        for (std::uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
    }
    if (seeds.empty()) throw Error("No seed is given.", "Give some, as in 1..5 or 1,2,9.");
    std::vector<std::uint64_t> sorted = seeds;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) throw Error("The seed " + std::to_string(*twice) + " is given twice.", "Give each seed once.");
    return seeds;
}

std::string sweep_table(const std::vector<RunRecord>& runs) {
    std::vector<const SettingInfo*> varied;
    for (const SettingInfo& info : settings_table())
        if (std::any_of(runs.begin(), runs.end(), [&](const RunRecord& r) { return info.get(r.settings) != info.get(runs.front().settings); })) varied.push_back(&info);
    int rungs = 0;
    for (const RunRecord& r : runs) rungs = std::max(rungs, span_count(r.settings));

    std::string table = "run";
    for (const SettingInfo* info : varied) table += "," + std::string(info->name);
    for (const char* at : {"best", "last"})
        for (const char* what : {"step", "validation_loss", "excess_loss", "class", "rung"}) table += std::string(",") + at + "_" + what;
    for (int k = 1; k <= rungs; ++k) table += ",reached_" + std::to_string(k);
    table += ",failure\n";
    for (const RunRecord& r : runs) {
        table += quoted(r.label);
        for (const SettingInfo* info : varied) table += "," + quoted(format_setting(*info, r.settings));
        table += r.empty() ? ",,,,,,,,,," : "," + moment_cells(r.best()) + "," + moment_cells(r.last());
        for (int k = 1; k <= rungs; ++k) table += k <= span_count(r.settings) && r.reached(k) >= 0 ? "," + std::to_string(r.reached(k)) : ",";
        table += "," + quoted(r.failure) + "\n";
    }
    return table;
}

}  // namespace ladder
