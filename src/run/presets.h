// Named experiments: text files in assets/presets, each a title, a sentence, the paper's figure and the
// settings that differ from the defaults.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"

namespace ladder {

struct Preset {
    std::string name;      // file name without .json; the value of --preset and of the URL's preset=
    std::string title;     // "Figure 6: online data, minimal model"
    std::string summary;   // one or two sentences for a student
    std::string figure;    // "6, 7" or empty
    std::string claim;     // the paper's claim, one sentence
    Settings settings;
};

// From the text of its file. Error: it is no preset, or a setting in it is wrong.
Preset read_preset(std::string_view name, std::string_view text);
// All presets that are built in, "default" first. Errors name the file that is wrong.
const std::vector<Preset>& presets();
const Preset* find_preset(std::string_view name);

}  // namespace ladder
