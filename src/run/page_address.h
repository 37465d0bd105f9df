// The page's address as the state of a run: preset, theme, and any setting by its name. What is unknown or
// bad is told in a sentence and left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"

namespace ladder {

struct PageAddress {
    std::string preset = "default";
    Settings settings;                  // the preset's, with what the address sets over it
    int theme = 0;                      // 0: follow the system, 1: light, 2: dark
    std::string workspace = "run";      // "run" or "paper"
    std::string figure;                 // with "paper": the figure to run, empty: none
    std::vector<std::string> problems;  // sentences
};

// The shortest query that reads back to this preset and these settings: "?preset=figure-6&seed=3". What belongs to the
// viewer (speed, workers) is left out; what equals the preset too.
std::string write_address(const std::string& preset, const Settings&);
// The same as options of the command line: "--preset figure-6 --seed 3".
std::string write_options(const std::string& preset, const Settings&);

// query: "?preset=default&seed=3", with or without the question mark, percent-encoded.
PageAddress read_address(std::string_view query);

}  // namespace ladder
