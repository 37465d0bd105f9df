// Parameters in the order of the address, except that the preset comes first: the others are set over it.
#include "run/page_address.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/shown_text.h"
#include "base/error.h"
#include "run/presets.h"
#include "theory/flow_options.h"

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

// An origin as browsers tell it: scheme, host and port, nothing behind. Applications that show pages have schemes of their own.
bool is_origin(std::string_view text) {
    if (text == "*" || text == "null") return true;
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos || end == 0 || text.front() < 'a' || text.front() > 'z') return false;
    const std::string_view scheme = text.substr(0, end), host = text.substr(end + 3);
    const auto only = [](std::string_view part, std::string_view others) { return std::all_of(part.begin(), part.end(), [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos; }); };
    return only(scheme, "+.-") && !host.empty() && host.size() <= 260 && only(host, ".-_:[]");
}

bool is_language(std::string_view text) {
    return !text.empty() && text.size() <= 35 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string_view::npos;
}

std::optional<bool> read_switch(std::string_view text) {
    if (text == "true" || text == "1" || text.empty()) return true;
    if (text == "false" || text == "0") return false;
    return std::nullopt;
}

void add_origins(PageAddress& address, std::string_view list) {
    while (!list.empty()) {
        const std::string_view origin = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), origin.size() + 1));
        if (is_origin(origin)) address.allowed_origins.emplace_back(origin);
        else address.problems.push_back("The address allows commands from " + in_quotes(origin) + ", which is no origin; one looks like https://course.example.org, in small letters and without a path. Nobody was allowed by it.");
    }
}

// The parameters that say how a page is shown rather than what is run; false: not one of them.
bool read_presentation(PageAddress& address, const std::string& name, const std::string& value) {
    Presentation& p = address.presentation;
    if (name == "embed" || name == "autoplay") {
        const auto on = read_switch(value);
        if (!on) address.problems.push_back("The address gives " + name + " the value " + in_quotes(value) + "; it can be true or false, and was ignored.");
        else (name == "embed" ? p.embedded : p.autoplay) = *on;
    } else if (name == "panels") {
        choose_panels(p, value, address.problems);
    } else if (name == "hide") {
        return true;  // after the panels were chosen
    } else if (name == "locale") {
        if (is_language(value)) p.locale = value;
        else address.problems.push_back("The address asks for the language " + in_quotes(value) + ", which is no language tag like de or pt-BR; the reader's own is used.");
    } else if (name == "step") {
        std::int64_t step = -1;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), step);
        if (error == std::errc() && end == value.data() + value.size() && step >= 0 && step <= 1'000'000'000) p.step = step;
        else address.problems.push_back("The address asks for step " + in_quotes(value) + "; it must be a whole number that is not negative. The newest step is shown.");
    } else if (name == "text-size") {
        int size = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
        if (error == std::errc() && end == value.data() + value.size() && size >= smallest_text_size && size <= largest_text_size) p.text_size = size;
        else address.problems.push_back("The address asks for text of size " + in_quotes(value) + "; it must be a whole number from " + std::to_string(smallest_text_size) + " to " + std::to_string(largest_text_size) + ", in per cent. The usual size is used.");
    } else if (name == "version") {
        if (value != std::to_string(address_version))
            address.problems.push_back("The address was written for version " + in_quotes(value) + " of its parameters; this page knows version " + std::to_string(address_version) + ". What it does not know was ignored.");
    } else if (name == "allowed-origin") {
        add_origins(address, value);
    } else {
        return false;
    }
    return true;
}

// A setting of the differential equations; view: whether they stand beside the run.
void read_theory(PageAddress& address, const std::string& name, const std::string& value) {
    address.workspace = "theory";
    if (name == "view" && (value == "run" || value == "equations")) {
        address.beside_run = value == "run";
        return;
    }
    FlowSettings next = address.theory;
    if (const auto problem = set_option(next, name, value)) address.problems.push_back(problem->message());
    address.theory = std::move(next);
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
            address.problems.push_back("The address names a preset " + in_quotes(value) + ", which does not exist; the default one is shown.");
        }
    }
    if (const Preset* preset = find_preset(address.preset)) address.settings = preset->settings;
    for (const auto& [name, value] : parameters) {
        if (name == "preset") continue;
        if (name == "theme") {
            if (value == "light") address.theme = 1;
            else if (value == "dark") address.theme = 2;
            else if (value != "system") address.problems.push_back("The address asks for the theme " + in_quotes(value) + "; it can be light, dark or system. It follows the system.");
        } else if (name == "workspace") {
            if (value == "run" || value == "lessons" || value == "paper" || value == "theory") address.workspace = value;
            else address.problems.push_back("The address asks for the workspace " + in_quotes(value) + "; it can be run, lessons, paper or theory. The run is shown.");
        } else if (name == "figure") {
            address.workspace = "paper";
            address.figure = value.substr(0, 40);
        } else if (name.starts_with("flow-")) {
            read_theory(address, name.substr(5), value);
        } else if (read_presentation(address, name, value)) {
            continue;
        } else if (name == "stopAt") {
            if (auto problem = set_from_text(address.settings, "steps", value)) address.problems.push_back(problem->message());
        } else if (name == "lesson") {
            address.lesson = value.substr(0, 200);
        } else if (find_setting(name)) {
            if (auto problem = set_from_text(address.settings, name, value)) address.problems.push_back(problem->message());
        } else {
            address.problems.push_back("The address has a parameter " + in_quotes(name) + " that is not known; it was ignored.");
        }
    }
    for (const auto& [name, value] : parameters)
        if (name == "hide") hide_parts(address.presentation, value, address.problems);
    try {
        check(address.theory);
    } catch (const Error& e) {
        address.problems.push_back(std::string(e.what()) + " The equations are shown with the settings of figure 10.");
        address.theory = {};
    }
    for (const SettingProblem& problem : reconcile(address.settings)) address.problems.push_back(problem.message());
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
        if (!info.viewer && info.get(settings) != info.get(base)) list.emplace_back(info.name, format_setting(info, settings));
    return list;
}

}  // namespace

bool fits_address(std::string_view text) { return text.size() <= 3000; }
bool names_outside_lesson(std::string_view name) { return name.find_first_of("./") != std::string_view::npos; }

std::string write_address(const std::string& preset, const Settings& settings) {
    std::string query;
    const auto add = [&](const std::string& name, const std::string& value) { query += (query.empty() ? "?" : "&") + encode(name) + "=" + encode(value); };
    if (preset != "default") add("preset", preset);
    for (const auto& [name, value] : differences(preset, settings))
        if (name != "text" || fits_address(value)) add(name, value);
    return query;
}

std::string write_theory(const FlowSettings& settings, bool beside_run) {
    std::string query = "workspace=theory";
    if (beside_run) query += "&flow-view=run";
    const FlowSettings base;
    for (const FlowOption& o : flow_options())
        if (!o.derived && format_option(o, settings) != format_option(o, base)) query += "&flow-" + std::string(o.name) + "=" + encode(format_option(o, settings));
    return query;
}

std::string write_options(const std::string& preset, const Settings& settings) {
    std::string options = "--preset " + preset;
    for (const auto& [name, value] : differences(preset, settings)) options += name == "text" ? " --text-file text.txt" : " --" + name + (value.empty() ? " ''" : " " + value);
    return options;
}

}  // namespace ladder
