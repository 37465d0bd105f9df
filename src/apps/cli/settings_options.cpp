#include "apps/cli/settings_options.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "apps/cli/nearest_name.h"
#include "base/error.h"
#include "base/files.h"
#include "base/shown_text.h"
#include "run/presets.h"

namespace ladder::cli {

void add_settings(CLI::App& command, GivenSettings& given) {
    command.add_option("--preset", given.preset, "Start from a named experiment (see `ladder presets`)")->type_name("NAME");
    for (const SettingInfo& info : settings_table()) {
        std::string names = "--" + std::string(info.name);
        if (info.name == "workers") names += ",--threads";
        const bool list = info.kind == SettingKind::integer_list || info.kind == SettingKind::number_list;
        const std::string standard = format_setting(info, Settings{});
        CLI::Option* option = command.add_option_function<std::vector<std::string>>(
            names,
            [&given, &info](const std::vector<std::string>& words) {
                std::string text;
                for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
                given.values.emplace_back(info.name, text.empty() && info.kind == SettingKind::boolean ? "true" : text);
            },
            std::string(info.help) + (info.only_when.empty() ? "" : " (Only with " + std::string(info.only_when) + ".)") + (standard.empty() ? "" : " Default: " + standard + "."));
        option->group(std::string(info.group))->type_name("(" + range_text(info) + ")");
        if (list) option->expected(1, info.max_count);  // --spans 2 2 2 or --spans 2,2,2
        else option->expected(info.kind == SettingKind::boolean ? 0 : 1, 1);
    }
    command
        .add_option_function<std::string>(
            "--text-file",
            [&given](const std::string& path) {
                const std::vector<std::byte> bytes = read_file(path);
                given.values.emplace_back("data", "text");
                given.values.emplace_back("text", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
            },
            "A file in UTF-8 whose text is learned from: --data text, with the file's content as --text.")
        ->group("Data")
        ->type_name("FILE");
}

void take_settings(Settings& into, const GivenSettings& given) {
    for (const auto& [name, text] : given.values) {
        const SettingInfo* info = find_setting(name);
        const auto problem = set_from_text(into, name, text);
        if (problem && info->kind == SettingKind::text) throw Error(problem->wrong, "Nothing was run: a text is plain UTF-8 of at most " + format_value(*info, static_cast<std::int64_t>(info->max)) + " characters.");
        if (problem)
            throw Error("--" + name + " " + shown_text(text) + " cannot be used.", "It takes " + range_text(*info) + (info->unit.empty() ? "" : " (" + std::string(info->unit) + ")") + ".");
    }
}

Settings base_settings(const GivenSettings& given) {
    Settings settings;
    if (!given.preset.empty()) {
        const Preset* preset = find_preset(given.preset);
        if (preset == nullptr) {
            std::vector<std::string> names;
            std::string list;
            for (const Preset& p : presets()) names.push_back(p.name), list += (list.empty() ? "" : ", ") + p.name;
            throw Error("There is no preset named \"" + shown_text(given.preset) + "\"." + did_you_mean(given.preset, names), "The presets are " + list + ".");
        }
        settings = preset->settings;
    }
    take_settings(settings, given);
    return settings;
}

Settings chosen_settings(const GivenSettings& given) {
    Settings settings = base_settings(given);
    Settings fitting = settings;
    const auto problems = reconcile(fitting);
    if (problems.empty()) return settings;
    const SettingInfo& info = *find_setting(problems.front().setting);
    const std::string name = "--" + std::string(info.name), value = format_setting(info, fitting);
    std::string mend = name + " " + value + " would do.";
    if (info.name == "text") mend = "Give a longer one with --text-file.";
    else if (info.name == "data") mend = "Leave out --stride, --weights, --strengths and --reversed.";
    else if (value.empty()) mend = "Leave " + name + " out, or give one that fits.";
    throw Error(problems.front().wrong, "So nothing was run. " + mend);
}

bool has_effect(const SettingInfo& info, const std::vector<Settings>& runs) {
    return std::any_of(runs.begin(), runs.end(), [&](const Settings& s) { return info.active(s); });
}

void tell_without_effect(const GivenSettings& given, const std::vector<Settings>& runs) {
    for (const auto& [name, text] : given.values)
        if (const SettingInfo& info = *find_setting(name); !has_effect(info, runs))
            std::fprintf(stderr, "ladder: --%s has no effect here: it matters only with %.*s.\n", name.c_str(), static_cast<int>(info.only_when.size()), info.only_when.data());
}

}  // namespace ladder::cli
