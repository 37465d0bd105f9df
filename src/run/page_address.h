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

// query: "?preset=default&seed=3", with or without the question mark, percent-encoded.
PageAddress read_address(std::string_view query);

}  // namespace ladder
