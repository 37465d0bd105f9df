// The paper's figures as experiments: what is run, what the paper says must be seen, and by which rule that is judged.
// Read from assets/figures.json, whose runs are presets of assets/presets (the page's scale) with, where the page is
// too slow for the paper's own scale, the settings that differ there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/settings.h"

namespace ladder {

enum class Scale { page, paper };

// What a figure draws of each of its runs.
enum class FigurePlot { excess, ladder, best_excess, flow };

struct FigureCase {
    std::string preset;
    std::string label;  // may name settings in braces, "{sequences} sequences"
};

struct Figure {
    std::string id;       // "4-left": of files and of `ladder reproduce`
    std::string number;   // "4, left"
    std::string title;    // "Smaller initial queries, later stages"
    std::string claim;    // the paper's, in one sentence
    std::string change;   // what the page's scale changed; empty: nothing
    std::string rule;     // see verdict.h; empty for the differential equations, which no run belongs to
    FigurePlot plot = FigurePlot::excess;
    std::vector<FigureCase> runs;
    double seconds = 0;   // for all its runs at the page's scale: processor time of the WebAssembly as measured, shared by two cores
    bool learned = false; // `ladder reproduce` trains the learned members of the classes too, as the paper does
    std::string paper_settings;  // JSON object, laid over every run's preset at the paper's scale

    // Settings and label of run i; the label says the settings' own values.
    Settings settings(std::size_t i, Scale) const;
    std::string label(std::size_t i, Scale) const;
};

// All of them, in the paper's order. Errors name the entry that is wrong.
const std::vector<Figure>& figures();
const Figure* find_figure(std::string_view id);

}  // namespace ladder
