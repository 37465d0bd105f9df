#include "experiment/flow_figure.h"

#include <algorithm>
#include <cstdio>

namespace ladder {

FlowFigure solve_flow_figure(std::uint64_t seed) {
    FlowSettings s;  // the defaults are the figure's: d = 50, T = 40, h = 3, m = 1.7, V(0) = 0
    s.seed = seed;
    return {s, solve_flow(s, logarithmic_times(0.01, 1e5, 300))};
}

double attention(const FlowFigure& f, const FlowMoment& m, int head, int pattern) { return pattern_mass(f.settings, m, head, pattern); }

Verdict judge_flow(const FlowFigure& f) {
    const auto stages = f.solution.stages;
    const std::size_t patterns = f.settings.strengths.size();
    Verdict v{f.solution.report.finished && stages.size() == patterns, {}};
    std::string order;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        v.holds = v.holds && stages[i].pattern == static_cast<int>(i);
        char text[64];
        std::snprintf(text, sizeof text, "%spattern %d at time %.3g", i ? ", " : "", stages[i].pattern + 1, stages[i].time);
        order += text;
    }
    bool competed = !stages.empty();
    if (competed) {
        const auto at = std::find_if(f.solution.moments.begin(), f.solution.moments.end(), [&](const FlowMoment& m) { return m.time >= stages.front().time; });
        for (int head = 0; head < f.settings.heads; ++head) competed = competed && at != f.solution.moments.end() && favourite_pattern(f.settings, *at, head) == 0;
    }
    const int servers = serving_heads(f.settings, f.solution);
    v.holds = v.holds && competed && servers == static_cast<int>(patterns);
    v.sentence = "Acquired: " + (order.empty() ? std::string("none") : order) + ". " + (competed ? "All heads attended most to the strongest pattern then" : "The heads did not all attend to the strongest pattern then") +
                 "; at the end " + std::to_string(servers) + (servers == 1 ? " head attends" : " different heads attend") + " most to the acquired patterns.";
    return v;
}

}  // namespace ladder
