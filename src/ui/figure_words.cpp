#include "ui/figure_words.h"

#include <algorithm>
#include <cmath>

#include "experiment/verdict.h"
#include "theory/flow.h"
#include "ui/theory_words.h"

namespace ladder {
namespace {

std::string text_of(const Settings& s, const char* name) { return format_setting(*find_setting(name), s); }

std::string counted(int n, const char* thing) { return std::to_string(n) + " " + thing + (n == 1 ? "" : "s"); }

// One entry for each part, in the same places for every run, so that what runs share is found part by part.
std::vector<std::string> parts(const Settings& s) {
    return {s.model == ModelKind::full ? "full transformer of width " + std::to_string(s.hidden) : "minimal model",
            s.blocks > 1 ? counted(s.blocks, "block") : "",
            counted(s.heads, "head"),
            std::to_string(s.vocabulary) + " symbols",
            "spans " + text_of(s, "spans") + (s.stride > 0 ? ", " + std::to_string(s.stride) + " apart" : ""),
            s.weights.empty() ? "" : "weights " + text_of(s, "weights"),
            "importance ratio " + text_of(s, "importance") + (s.reversed ? ", the farthest span first" : ""),
            s.query_init == InitKind::uniform ? "initial queries within " + text_of(s, "query-scale") : "",
            s.data == DataSource::finite ? std::to_string(s.sequences) + " sequences" : "fresh data at every step",
            "batch " + std::to_string(s.batch),
            (s.optimizer == OptimizerKind::sgd ? "SGD" : "AdamW") + std::string(", learning rate ") + text_of(s, "learning-rate"),
            counted(s.steps, "step")};
}

std::string with_commas(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& part : list)
        if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
    return text;
}

}  // namespace

std::vector<std::string> run_sentences(const Figure& f, int seeds) {
    if (f.plot == FigurePlot::flow) {
        const FlowSettings s;
        std::string strengths;
        for (double m : s.strengths) strengths += (strengths.empty() ? "" : ", ") + three_digits(m);
        return {"The equations of the Theory workspace are solved: " + counted(s.heads, "head") + ", patterns of strengths " + strengths + ", " + std::to_string(s.positions) + " positions, from V(0) = 0 to time 100000."};
    }
    std::vector<std::vector<std::string>> runs;
    for (std::size_t i = 0; i < f.runs.size(); ++i) runs.push_back(parts(f.settings(i, Scale::page)));
    std::vector<std::string> shared = runs.front();
    for (std::size_t p = 0; p < shared.size(); ++p) {
        if (std::any_of(runs.begin(), runs.end(), [&](const auto& run) { return run[p] != shared[p]; })) shared[p].clear();
        else for (auto& run : runs) run[p].clear();
    }
    if (runs.size() == 1) return {"One model is trained: " + with_commas(shared) + "."};
    const std::string many = seeds > 1 ? ", each with " + std::to_string(seeds) + " seeds" : "";
    std::vector<std::string> lines{std::to_string(runs.size()) + " models are trained one after the other" + many + ": " + with_commas(shared) + "."};
    for (std::size_t i = 0; i < runs.size(); ++i) lines.push_back(f.label(i, Scale::page) + ": " + with_commas(runs[i]) + ".");
    return lines;
}

std::string drawn_sentence(const Figure& f) {
    switch (f.plot) {
        case FigurePlot::excess: return "The excess loss over the Bayes loss of each run, in nats, against the training step.";
        case FigurePlot::ladder: return "Excess loss and KL divergence from each class, in nats, against the training step; the attention of each head on each span.";
        case FigurePlot::best_excess: return "Excess loss, in nats, and class reached at the best checkpoint, against the number N of training sequences: a point for each seed and their mean.";
        case FigurePlot::flow: return "Attention, values and each pattern\u2019s part of the loss, against logarithmic time in the equations\u2019 own unit.";
    }
    return {};
}

std::string rule_words(const Figure& f) {
    const std::string asks = f.plot == FigurePlot::flow ? "the patterns are acquired in the order of their strengths, all heads first attend to the strongest, and at the end each pattern is attended to most by a head of its own" : rule_sentence(f.rule);
    return "The claim counts as shown when " + asks + ".";
}

std::string duration_words(const Figure& f, int seeds) {
    const double seconds = f.seconds * seeds;
    if (seconds < 1) return "Less than a second.";
    if (seconds < 90) return "About " + three_digits(seconds < 10 ? std::round(seconds) : 5 * std::round(seconds / 5)) + " seconds on two free cores.";
    return "About " + three_digits(std::round(2 * seconds / 60) / 2) + " minutes on two free cores.";
}

std::string figure_heading(const Figure& f) {
    const bool several = f.number.find("to") != std::string::npos || f.number.find_first_of("0123456789", f.number.find(',')) != std::string::npos;
    return (several && f.number.find_first_of(",t") != std::string::npos ? "Figures " : "Figure ") + f.number;
}

}  // namespace ladder
