// Reads the presets that are built in from assets/presets.
#include "run/presets.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "generated/assets.h"

namespace ladder {
namespace {

constexpr std::string_view folder = "presets/", ending = ".json";

Preset read_preset(const Asset& asset) {
    const std::string file = "assets/" + std::string(asset.name);
    const nlohmann::json object = nlohmann::json::parse(asset.text, nullptr, false);
    if (!object.is_object()) throw Error("The preset " + file + " is not a JSON object.", "Mend the file; assets/presets/default.json shows the form.");
    Preset preset;
    preset.name = asset.name.substr(folder.size(), asset.name.size() - folder.size() - ending.size());
    const auto text = [&](const char* key) {
        const auto at = object.find(key);
        if (at == object.end() || !at->is_string()) throw Error("The preset " + file + " has no text \"" + key + "\".", "Add it.");
        return at->get<std::string>();
    };
    preset.title = text("title");
    preset.summary = text("summary");
    preset.figure = text("figure");
    preset.claim = text("claim");
    const auto settings = object.find("settings");
    if (settings == object.end()) throw Error("The preset " + file + " has no \"settings\".", "Add them; {} takes the defaults.");
    auto problems = settings_from_json(preset.settings, settings->dump());
    for (SettingProblem& problem : reconcile(preset.settings)) problems.push_back(std::move(problem));
    if (!problems.empty()) throw Error("The preset " + file + " cannot be used. " + problems.front().message, "Mend the file.");
    return preset;
}

}  // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> all = [] {
        std::vector<Preset> list;
        for (const Asset& asset : assets())
            if (asset.name.starts_with(folder) && asset.name.ends_with(ending)) list.push_back(read_preset(asset));
        std::stable_sort(list.begin(), list.end(), [](const Preset& a, const Preset& b) { return (a.name == "default") > (b.name == "default"); });
        return list;
    }();
    return all;
}

const Preset* find_preset(std::string_view name) {
    for (const Preset& preset : presets())
        if (preset.name == name) return &preset;
    return nullptr;
}

}  // namespace ladder
