// Settings as a JSON object, keyed by the names of the settings table.
#include <nlohmann/json.hpp>

#include "base/json_nesting.h"
#include "base/settings.h"

namespace ladder {

std::string settings_to_json(const Settings& s, const Settings* base) {
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const SettingInfo& info : settings_table()) {
        const SettingValue value = info.get(s);
        if (base && value == info.get(*base)) continue;
        auto& place = out[std::string(info.name)];
        std::visit([&](const auto& v) { place = v; }, value);
        if (info.kind == SettingKind::integer_list)
            for (auto& element : place) element = static_cast<int>(element.get<double>());
    }
    return out.dump(2);
}

std::vector<SettingProblem> settings_from_json(Settings& into, std::string_view text) {
    std::vector<SettingProblem> problems;
    if (nested_deeper_than(8, text)) return {{"", "The settings are nested too deeply to be settings.", "None were taken.", "Settings are one flat JSON object."}};
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) return {{"", "The settings are not a JSON object.", "None were taken.", "Write them as {\"heads\": 3, \"seed\": 7}."}};
    for (const auto& [name, value] : object.items()) {
        std::string plain;
        if (value.is_string()) plain = value.get<std::string>();
        else if (value.is_array())
            for (const auto& element : value) plain += (plain.empty() ? "" : " ") + (element.is_number() ? element.dump() : std::string("?"));
        else plain = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        if (auto problem = set_from_text(into, name, plain)) problems.push_back(std::move(*problem));
    }
    return problems;
}

}  // namespace ladder
