#include "apps/cli/settings_options.h"

#include <CLI/CLI.hpp>

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
            std::string(info.help) + (standard.empty() ? "" : " Default: " + standard + "."));
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

Settings base_settings(const GivenSettings& given) {
    Settings settings;
    if (!given.preset.empty()) {
        const Preset* preset = find_preset(given.preset);
        if (preset == nullptr) {
            std::string names;
            for (const Preset& p : presets()) names += (names.empty() ? "" : ", ") + p.name;
            throw Error("There is no preset named \"" + given.preset + "\".", "The presets are " + names + ".");
        }
        settings = preset->settings;
    }
    for (const auto& [name, text] : given.values) {
        const SettingInfo* info = find_setting(name);
        const auto problem = set_from_text(settings, name, text);
        if (problem && info->kind == SettingKind::text) throw Error(problem->message);
        if (problem)
            throw Error("--" + name + " " + shown_text(text) + " cannot be used.", "It takes " + range_text(*info) + (info->unit.empty() ? "" : " (" + std::string(info->unit) + ")") + ".");
    }
    return settings;
}

Settings chosen_settings(const GivenSettings& given) {
    Settings settings = base_settings(given);
    Settings fitting = settings;
    if (const auto problems = reconcile(fitting); !problems.empty())
        throw Error("The settings contradict each other, so nothing was run. The nearest run that is possible: " + problems.front().message, "Give values that agree.");
    return settings;
}

}  // namespace ladder::cli
