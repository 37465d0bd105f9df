// Parameters in the order of the address, except that the preset comes first: the others are set over it.
#include "run/page_address.h"

#include <algorithm>
#include <utility>

#include "run/presets.h"

namespace ladder {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> split(std::string_view query) {
    if (!query.empty() && query.front() == '?') query.remove_prefix(1);
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        const std::string_view part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        if (part.empty()) continue;
        parameters.emplace_back(decode(part.substr(0, equals)), equals == std::string_view::npos ? "" : decode(part.substr(equals + 1)));
    }
    return parameters;
}

// For a sentence: what a stranger wrote, in a bearable length and without control characters.
std::string quoted(std::string text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (text.size() > 40) {
        text.resize(40);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) text.pop_back();
        text += "..";
    }
    return "'" + text + "'";
}

}  // namespace

PageAddress read_address(std::string_view query) {
    PageAddress address;
    const auto parameters = split(query);
    for (const auto& [name, value] : parameters) {
        if (name != "preset") continue;
        if (find_preset(value)) {
            address.preset = value;
        } else {
            address.problems.push_back("The address names a preset " + quoted(value) + ", which does not exist; the default one is shown. The menu at the top lists them all.");
        }
    }
    if (const Preset* preset = find_preset(address.preset)) address.settings = preset->settings;
    for (const auto& [name, value] : parameters) {
        if (name == "preset") continue;
        if (name == "theme") {
            if (value == "light") address.theme = 1;
            else if (value == "dark") address.theme = 2;
            else if (value != "system") address.problems.push_back("The address asks for the theme " + quoted(value) + "; it can be light, dark or system. It follows the system.");
        } else if (name == "workspace") {
            if (value == "run" || value == "paper") address.workspace = value;
            else address.problems.push_back("The address asks for the workspace " + quoted(value) + "; it can be run or paper. The run is shown.");
        } else if (name == "figure") {
            address.workspace = "paper";
            address.figure = value.substr(0, 40);
        } else if (find_setting(name)) {
            if (auto problem = set_from_text(address.settings, name, value)) address.problems.push_back(std::move(problem->message));
        } else {
            address.problems.push_back("The address has a parameter " + quoted(name) + " that is not known; it was ignored.");
        }
    }
    for (SettingProblem& problem : reconcile(address.settings)) address.problems.push_back(std::move(problem.message));
    return address;
}

namespace {

std::string encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) out += c;
        else if (c == ' ') out += '+';
        else out += std::string("%") + digits[static_cast<unsigned char>(c) >> 4] + digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

// Name and text of the settings in which a run differs from its preset.
std::vector<std::pair<std::string, std::string>> differences(const std::string& preset, const Settings& settings) {
    const Preset* from = find_preset(preset);
    const Settings base = from ? from->settings : Settings{};
    std::vector<std::pair<std::string, std::string>> list;
    for (const SettingInfo& info : settings_table())
        if (info.name != "speed" && info.name != "workers" && info.get(settings) != info.get(base)) list.emplace_back(info.name, format_setting(info, settings));
    return list;
}

}  // namespace

std::string write_address(const std::string& preset, const Settings& settings) {
    std::string query;
    const auto add = [&](const std::string& name, const std::string& value) { query += (query.empty() ? "?" : "&") + encode(name) + "=" + encode(value); };
    if (preset != "default") add("preset", preset);
    for (const auto& [name, value] : differences(preset, settings)) add(name, value);
    return query;
}

std::string write_options(const std::string& preset, const Settings& settings) {
    std::string options = "--preset " + preset;
    for (const auto& [name, value] : differences(preset, settings)) options += " --" + name + (value.empty() ? " ''" : " " + value);
    return options;
}

}  // namespace ladder
