// The page's address as the state of a run: preset, theme, any setting by its name, and what a host page asks of the
// look. What is unknown or bad is told in a sentence and left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"
#include "run/presentation.h"
#include "theory/flow.h"

namespace ladder {

// Of the parameters and their meaning; an address may say which one it was written for.
inline constexpr int address_version = 1;

struct PageAddress {
    std::string preset = "default";
    Settings settings;                  // the preset's, with what the address sets over it
    int theme = 0;                      // 0: follow the system, 1: light, 2: dark
    std::string workspace = "run";      // "run", "lessons", "paper" or "theory"
    std::string figure;                 // with "paper": the figure to run, empty: none
    FlowSettings theory;                // of the differential equations: parameters flow-NAME
    bool beside_run = false;            // with "theory": drawn over the run
    Presentation presentation;
    std::vector<std::string> allowed_origins;  // whose pages may command this one: "https://host[:port]", "null" or "*"
    std::string lesson;                 // name of a lesson to open, empty: none
    std::vector<std::string> problems;  // sentences
};

// Whether a text is short enough to stand in an address that every browser takes.
bool fits_address(std::string_view text);

// The shortest query that reads back to this preset and these settings: "?preset=figure-6&seed=3". What belongs to the
// viewer is left out; what equals the preset too, and a text that does not fit.
std::string write_address(const std::string& preset, const Settings&);
// Its further parameters for the workspace of the differential equations: "workspace=theory&flow-heads=2".
std::string write_theory(const FlowSettings&, bool beside_run);
// The same as options of the command line: "--preset figure-6 --seed 3". A text is named as the file text.txt.
std::string write_options(const std::string& preset, const Settings&);

// Whether a lesson named in an address is a file of its own ("lessons/mine.md", "https://..") and none of those built in.
bool names_outside_lesson(std::string_view name);

// query: "?preset=default&seed=3", with or without the question mark, percent-encoded.
PageAddress read_address(std::string_view query);

}  // namespace ladder
