#include "ui/theory_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace ladder {
namespace {

std::string counted(std::size_t n, const char* thing) { return std::to_string(n) + " " + thing + (n == 1 ? "" : "s"); }

// By which a predicted time is off at most, of the whole steps that are shown beside it.
double shown_factor(const FlowComparison& c) {
    double worst = 1;
    for (const auto& stage : c.stages) {
        if (!(stage.predicted > 0) || stage.measured <= 0) continue;
        const double predicted = std::max(1.0, std::round(stage.predicted * c.steps_per_time)), measured = static_cast<double>(stage.measured);
        worst = std::max({worst, predicted / measured, measured / predicted});
    }
    return worst;
}

}  // namespace

std::string three_digits(double v) {
    if (!std::isfinite(v)) return "\u2013";
    char text[40];
    if (std::abs(v) >= 1000 && std::abs(v) < 1e6) std::snprintf(text, sizeof text, "%.0f", v);
    else std::snprintf(text, sizeof text, "%.3g", v);
    return text;
}

std::vector<std::string> stage_sentences(const FlowSettings& s, const FlowSolution& solution) {
    std::vector<std::string> lines;
    std::string missing;
    int missed = 0;
    for (std::size_t i = 0; i < solution.stages.size(); ++i) {
        const FlowStage& stage = solution.stages[i];
        lines.push_back(std::to_string(i + 1) + ". Pattern " + std::to_string(stage.pattern + 1) + ", strength " + three_digits(s.strengths[static_cast<std::size_t>(stage.pattern)]) + ", at time " + three_digits(stage.time));
    }
    for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j) {
        if (std::any_of(solution.stages.begin(), solution.stages.end(), [j](const FlowStage& stage) { return stage.pattern == j; })) continue;
        missing += (missed++ ? ", " : "") + std::to_string(j + 1);
    }
    if (missed) lines.push_back((missed == 1 ? "Pattern " : "Patterns ") + missing + (missed == 1 ? " is" : " are") + " not learned by time " + three_digits(solution.report.reached) + ".");
    return lines;
}

std::string flow_sentence(const FlowSettings& s, const FlowSolution& solution) {
    if (solution.moments.empty()) return "";
    if (!solution.report.finished) return "The solution ends at time " + three_digits(solution.report.reached) + ": from there on the equations are too stiff. Give the heads a larger asymmetry.";
    if (solution.stages.empty()) return "No pattern is learned.";
    if (s.heads == 1) return s.strengths.size() > 1 ? "One head cannot attend to " + counted(s.strengths.size(), "pattern") + " apart: it shares its attention among them, or leaves some out." : "One head learns the one pattern.";
    const auto at = std::lower_bound(solution.moments.begin(), solution.moments.end(), solution.stages.front().time, [](const FlowMoment& m, double t) { return m.time < t; });
    const FlowMoment& first = at == solution.moments.end() ? solution.moments.back() : *at;
    std::set<int> early;
    for (int k = 0; k < s.heads; ++k) early.insert(favourite_pattern(s, first, k));
    const bool all_chose = !early.contains(-1);
    early.erase(-1);
    std::string begin = early.empty()        ? "At the first stage no head has chosen a pattern yet."
                              : early.size() > 1   ? "At the first stage the heads already attend to " + counted(early.size(), "different pattern") + "."
                              : all_chose          ? "At the first stage all heads attend most to pattern " + std::to_string(*early.begin() + 1) + ": they compete."
                                                   : "At the first stage some heads attend most to pattern " + std::to_string(*early.begin() + 1) + ", the others to none yet.";
    const std::size_t patterns = s.strengths.size(), learned = solution.stages.size(), servers = static_cast<std::size_t>(serving_heads(s, solution));
    if (patterns == 1) return begin;
    if (learned == 1) return begin + " At the end only pattern " + std::to_string(solution.stages.front().pattern + 1) + " is learned.";
    if (servers == patterns) return begin + " At the end each pattern is attended to most by a head of its own: they cooperate.";
    return begin + " At the end " + counted(servers, servers == 1 ? "head" : "different head") + (servers == 1 ? " attends" : " attend") + " most to the " + std::to_string(learned) + " patterns that are learned.";
}

std::string head_at(const FlowSettings& s, const FlowMoment& m, int head) {
    const auto mass = [&](int j) {
        char text[16];
        std::snprintf(text, sizeof text, "%.2f", pattern_mass(s, m, head, j));
        return std::string(text);
    };
    int most = 0, second = -1;
    for (int j = 1; j < static_cast<int>(s.strengths.size()); ++j)
        if (pattern_mass(s, m, head, j) > pattern_mass(s, m, head, most)) most = j;
    for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j)
        if (j != most && pattern_mass(s, m, head, j) >= 0.1 && (second < 0 || pattern_mass(s, m, head, j) > pattern_mass(s, m, head, second))) second = j;
    if (second < 0) return "pattern " + std::to_string(most + 1) + ", " + mass(most);
    return "pattern " + std::to_string(most + 1) + ", " + mass(most) + "; " + std::to_string(second + 1) + ", " + mass(second);
}

std::string scale_sentence(const FlowComparison& c) {
    if (c.fitted == 0) return "No stage is known on both sides yet, so there is no time scale to fit.";
    return "One unit of the equations\u2019 time is " + three_digits(c.steps_per_time) + " steps: the one number that is fitted, by least squares of the logarithms of " + (c.fitted == 1 ? "one stage\u2019s time" : std::to_string(c.fitted) + " stages\u2019 times") + ".";
}

std::string comparison_sentence(const FlowComparison& c, bool adaptive) {
    if (c.fitted == 0) return "The run has not reached a stage that the equations predict.";
    if (c.fitted == 1) return "One stage sets the time scale; the next ones will show whether the equations predict this run.";
    const std::string factor = three_digits(std::round(100 * shown_factor(c)) / 100);
    // Within a factor of 1.5 of the measured step is called agreement: stages themselves lie a factor of 2 and more apart.
    if (!c.same_order) return "The run\u2019s stages come in another order than the equations predict.";
    if (c.worst_factor <= 1.5) return "The stages come in the predicted order, and at the predicted times within a factor of " + factor + ".";
    return "The stages come in the predicted order, but not at the predicted times: one is off by a factor of " + factor + ", whatever the time scale. " +
           (adaptive ? "The equations are plain gradient descent on a squared error; the run\u2019s AdamW, which gives weak gradients equal steps, is not." : "The equations leave out much of what is trained here.");
}

}  // namespace ladder
