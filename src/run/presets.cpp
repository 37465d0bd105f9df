// Reads the presets that are built in from assets/presets.
#include "run/presets.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_nesting.h"
#include "base/shown_text.h"
#include "generated/assets.h"

namespace ladder {
namespace {

constexpr std::string_view folder = "presets/", ending = ".json";

// Names in the order of the figures: runs of digits compare as numbers, so that figure-4 comes before figure-13.
bool figure_order(std::string_view a, std::string_view b) {
    const auto digits = [](std::string_view text, std::size_t at) { return std::min(text.find_first_not_of("0123456789", at), text.size()) - at; };
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        const std::size_t m = digits(a, i), n = digits(b, j);
        if (m && n) {
            if (m != n) return m < n;  // no leading zeros in names
            if (const int order = a.substr(i, m).compare(b.substr(j, n))) return order < 0;
            i += m, j += n;
        } else {
            if (a[i] != b[j]) return a[i] < b[j];
            ++i, ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

}  // namespace

Preset read_preset(std::string_view name, std::string_view text) {
    const std::string file = "assets/presets/" + shown_text(name) + ".json";
    const nlohmann::json object = nested_deeper_than(16, text) ? nlohmann::json() : nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) throw Error("The preset " + file + " is not a JSON object.", "Mend the file; assets/presets/default.json shows the form.");
    Preset preset;
    preset.name = name;
    const auto field = [&](const char* key) {
        const auto at = object.find(key);
        if (at == object.end() || !at->is_string()) throw Error("The preset " + file + " has no text \"" + key + "\".", "Add it.");
        return at->get<std::string>();
    };
    preset.title = field("title");
    preset.summary = field("summary");
    preset.figure = field("figure");
    preset.claim = field("claim");
    const auto settings = object.find("settings");
    if (settings == object.end()) throw Error("The preset " + file + " has no \"settings\".", "Add them; {} takes the defaults.");
    auto problems = settings_from_json(preset.settings, settings->dump());
    for (SettingProblem& problem : reconcile(preset.settings)) problems.push_back(std::move(problem));
    if (!problems.empty()) throw Error("The preset " + file + " cannot be used. " + problems.front().refusal(), "Mend the file.");
    return preset;
}

const std::vector<Preset>& presets() {
    static const std::vector<Preset> all = [] {
        std::vector<Preset> list;
        for (const Asset& asset : assets())
            if (asset.name.starts_with(folder) && asset.name.ends_with(ending)) list.push_back(read_preset(asset.name.substr(folder.size(), asset.name.size() - folder.size() - ending.size()), asset.text));
        std::sort(list.begin(), list.end(), [](const Preset& a, const Preset& b) {
            if ((a.name == "default") != (b.name == "default")) return a.name == "default";
            return figure_order(a.name, b.name);
        });
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
