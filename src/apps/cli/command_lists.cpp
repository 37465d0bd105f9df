// `ladder presets` and `ladder settings`: the tables that are built in, as text or JSON.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "base/settings.h"
#include "run/presets.h"

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

const char* kind_name(SettingKind kind) {
    switch (kind) {
        case SettingKind::boolean: return "boolean";
        case SettingKind::integer: return "integer";
        case SettingKind::number: return "number";
        case SettingKind::choice: return "choice";
        case SettingKind::integer_list: return "integer list";
        case SettingKind::number_list: return "number list";
        case SettingKind::text: return "text";
    }
    return "";
}

void print(const Json& json) { std::printf("%s\n", json.dump(2).c_str()); }

}  // namespace

int list_presets(bool json) {
    const Settings defaults;
    if (!json) {
        for (const Preset& p : presets()) std::printf("%-24s %s\n%-24s %s\n", p.name.c_str(), p.title.c_str(), "", p.summary.c_str());
        return done;
    }
    Json list = Json::array();
    for (const Preset& p : presets())
        list.push_back({{"name", p.name}, {"title", p.title}, {"summary", p.summary}, {"figure", p.figure}, {"claim", p.claim}, {"settings", Json::parse(settings_to_json(p.settings, &defaults))}});
    print(list);
    return done;
}

int list_settings(bool json) {
    const Settings defaults;
    if (!json) {
        std::string_view group;
        for (const SettingInfo& s : settings_table()) {
            if (s.group != group) std::printf("%s%.*s\n", group.empty() ? "" : "\n", static_cast<int>(s.group.size()), s.group.data());
            group = s.group;
            std::string facts = range_text(s) + "; default " + format_setting(s, defaults);
            if (!s.unit.empty()) facts += "; unit: " + std::string(s.unit);
            if (!s.only_when.empty()) facts += "; only with " + std::string(s.only_when);
            std::printf("  --%-22.*s %s\n    %.*s\n", static_cast<int>(s.name.size()), s.name.data(), facts.c_str(), static_cast<int>(s.help.size()), s.help.data());
        }
        return done;
    }
    Json list = Json::array();
    const Json values = Json::parse(settings_to_json(defaults));
    for (const SettingInfo& s : settings_table()) {
        Json entry = {{"name", s.name}, {"label", s.label}, {"group", s.group}, {"kind", kind_name(s.kind)}, {"default", values.value(std::string(s.name), Json())},
                      {"range", range_text(s)}, {"unit", s.unit}, {"help", s.help}, {"restart", s.restart}, {"only_when", s.only_when}};
        if (s.kind == SettingKind::choice) entry["choices"] = std::vector<std::string>(s.choices.begin(), s.choices.end());
        else if (s.kind != SettingKind::boolean) {
            entry["min"] = s.min;
            entry["max"] = s.max;
        }
        list.push_back(std::move(entry));
    }
    print(list);
    return done;
}

}  // namespace ladder::cli
