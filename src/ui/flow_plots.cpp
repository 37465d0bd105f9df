// Curves from a solution's moments, and the legend they share.
#include "ui/flow_plots.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {

ImU32 flow_colour(const Theme& t, int head, int pattern) { return mixed(t.head[static_cast<std::size_t>(head % 8)], t.card, 0.28f * static_cast<float>(std::min(pattern / 3, 2))); }
Stroke flow_stroke(int pattern) { return static_cast<Stroke>(pattern % 3); }

FlowPlots make_flow_plots(const Theme& t, const FlowSettings& s, const FlowSolution& solution) {
    const int patterns = static_cast<int>(s.strengths.size());
    Plot base;
    base.x_title = "time", base.logarithmic_x = true, base.whole_steps = false, base.x_end = s.end;
    for (const FlowMoment& m : solution.moments) base.steps.push_back(m.time);
    // Little happens before the values have grown: the axis begins at a fiftieth of the first stage.
    const double first = base.steps.size() > 1 ? base.steps[1] : 0.01;
    base.x_start = solution.stages.empty() ? first : std::max(first, std::pow(10.0, std::floor(std::log10(solution.stages.front().time / 10))));
    FlowPlots out{{base, base, base}, {"Attention s of each head on each pattern", "Value V of each head on each pattern", "What each pattern still adds to the loss"},
                  {"s: each head's attention, a distribution over the T positions. Drawn: its part on the positions of each pattern.", "V: each head's value vector. Drawn: its component on each pattern's feature; all others are 0.",
                   "The loss is \u00BD |G \u2212 P|\u00B2, half the squared distance of the prediction P from the target G, one row for each pattern. A pattern's stage comes when its row's part of the loss has halved."}};
    auto& [attention, value, loss] = out.plots;
    attention.y_title = "attention", value.y_title = "value", loss.y_title = "loss";
    const auto collect = [&](auto get) {
        std::vector<float> y;
        for (const FlowMoment& m : solution.moments) y.push_back(static_cast<float>(get(m)));
        return y;
    };
    for (int k = 0; k < s.heads; ++k)
        for (int j = 0; j < patterns; ++j) {
            const std::string name = "head " + std::to_string(k + 1) + ", pattern " + std::to_string(j + 1);
            attention.curves.push_back({name, flow_colour(t, k, j), 1.7f, collect([&](const FlowMoment& m) { return pattern_mass(s, m, k, j); }), flow_stroke(j)});
            value.curves.push_back({name, flow_colour(t, k, j), 1.7f, collect([&](const FlowMoment& m) { return m.value.begin()[k * patterns + j]; }), flow_stroke(j)});
        }
    for (int j = 0; j < patterns; ++j) {
        const ImU32 tint = t.stage_line[static_cast<std::size_t>(std::min(j + 1, 8))];
        loss.curves.push_back({"pattern " + std::to_string(j + 1), tint, 1.9f, collect([j](const FlowMoment& m) { return m.contribution[static_cast<std::size_t>(j)]; })});
        for (const FlowStage& stage : solution.stages)
            if (stage.pattern == j) loss.markers.push_back({stage.time, tint, "pattern " + std::to_string(j + 1), true});
    }
    return out;
}

std::vector<Plot> beside_run_plots(const RunView& view, const Theme& t, const TheoryPanelState& state) {
    std::vector<Plot> list;
    if (!is_compared(view, state) || state.steps.size() < 2) return list;
    const auto h = static_cast<std::size_t>(view.chain.span_count()), heads = static_cast<std::size_t>(state.run.settings.heads);
    for (std::size_t a = 0; a < heads; ++a) {
        Plot plot;
        plot.x_title = "step", plot.y_title = "attention", plot.logarithmic_x = true, plot.steps = state.steps;
        plot.x_end = state.steps.back();
        plot.shown_step = static_cast<double>(view.now().step);
        for (std::size_t k = h; k-- > 0;) {
            std::vector<float> measured, predicted;
            for (std::size_t i = 0; i < state.steps.size(); ++i) {
                const std::size_t at = (i * heads + a) * h + k;
                measured.push_back(state.measured[at]);
                predicted.push_back(state.predicted.empty() ? NAN : state.predicted[at]);
            }
            const ImU32 tint = t.stage_line[static_cast<std::size_t>(std::min(view.chain.spans()[k].rank, 8))];
            const std::string name = span_name(view.chain, static_cast<int>(k));
            plot.curves.push_back({name + ", measured", tint, 1.8f, std::move(measured)});
            if (!state.predicted.empty()) plot.curves.push_back({name + ", predicted", tint, 1.4f, std::move(predicted), Stroke::dashed});
        }
        list.push_back(std::move(plot));
    }
    return list;
}

}  // namespace ladder
