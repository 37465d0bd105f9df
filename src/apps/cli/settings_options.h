// The options that settings are given by, one for each row of the settings table, and what was given made into
// settings. What cannot be taken as given is refused: unlike the page, a script must not go on with something else.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/settings.h"

namespace CLI {
class App;
}

namespace ladder::cli {

struct GivenSettings {
    std::string preset;                                        // empty: the table's defaults
    std::vector<std::pair<std::string, std::string>> values;   // name and text, as given
};

void add_settings(CLI::App& command, GivenSettings&);

// Error: a value that a setting cannot take.
void take_settings(Settings& into, const GivenSettings&);
// Error: an unknown preset, a value that a setting cannot take.
Settings base_settings(const GivenSettings&);
// The same, and settings that contradict each other are an Error too.
Settings chosen_settings(const GivenSettings&);

// Says on standard error which of the given settings change nothing in any of these runs.
void tell_without_effect(const GivenSettings&, const std::vector<Settings>& runs);
// Whether a setting matters in one of them.
bool has_effect(const SettingInfo&, const std::vector<Settings>& runs);

}  // namespace ladder::cli
