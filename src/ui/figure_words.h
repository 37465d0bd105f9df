// What a figure of the paper will run, draw and ask for, in words: from its entry and its presets alone, before any run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/figures.h"

namespace ladder {

// "minimal model, 3 heads, 50 symbols, ..": what all runs share first, then for each run its label and what sets it apart.
std::vector<std::string> run_sentences(const Figure&, int seeds);
// What is drawn of them, with its unit.
std::string drawn_sentence(const Figure&);
// "The paper's claim counts as shown when ..".
std::string rule_words(const Figure&);
// "About 20 seconds on two free cores."
std::string duration_words(const Figure&, int seeds);
// "Figure 4, left" or "Figures 6, 7".
std::string figure_heading(const Figure&);

}  // namespace ladder
