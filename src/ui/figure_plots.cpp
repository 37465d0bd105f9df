#include "ui/figure_plots.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/flow_plots.h"
#include "ui/run_plots.h"
#include "ui/size_plots.h"
#include "ui/words.h"

namespace ladder {
namespace {

// Runs in the order of what is varied: from pale to full.
ImU32 shade(const Theme& t, std::size_t i, std::size_t n) { return n < 2 ? t.accent : mixed(t.accent, t.card, 0.58f * (1 - static_cast<float>(i) / static_cast<float>(n - 1))); }

}  // namespace

Plot overlaid_plot(const Theme& t, const Figure& f, std::span<const RunRecord> runs) {
    Plot plot;
    plot.x_title = "step", plot.y_title = "excess loss, nats";
    std::vector<Curve> entered;  // the moments at which a rung is entered, over the curves
    for (std::size_t i = 0; i < runs.size(); ++i) {
        Curve curve{runs[i].label, shade(t, i, f.runs.size()), 2.0f, {}};
        const bool longest = runs[i].moments.size() > plot.steps.size();
        if (longest) plot.steps.clear();
        for (const Moment& m : runs[i].moments) {
            curve.y.push_back(static_cast<float>(m.excess));
            if (longest) plot.steps.push_back(static_cast<double>(m.step));
        }
        plot.x_end = std::max<double>(plot.x_end, runs[i].settings.steps);
        Curve marks{"", curve.colour, 4.0f, {}, Stroke::solid, {}, true};
        for (int k = 1; k <= span_count(runs[i].settings); ++k)
            for (const Moment& m : runs[i].moments)
                if (m.step == runs[i].reached(k)) marks.steps.push_back(static_cast<double>(m.step)), marks.y.push_back(static_cast<float>(m.excess));
        if (!marks.y.empty()) entered.push_back(std::move(marks));
        plot.curves.push_back(std::move(curve));
    }
    plot.curves.insert(plot.curves.end(), entered.begin(), entered.end());
    return plot;
}

namespace {

// All runs' excess loss in one plot.
void draw_overlaid(const Theme& t, Rect r, const Figure& f, std::span<const RunRecord> runs) {
    const Plot plot = overlaid_plot(t, f, runs);
    if (plot.steps.empty()) return;
    std::vector<LegendEntry> names;
    for (std::size_t i = 0; i < runs.size(); ++i) names.push_back({plot.curves[i].name, plot.curves[i].colour});
    names.push_back({"discs: a rung is entered"});
    const float legend = legend_height(t, r.width(), names);
    draw_plot(t, {{r.min.x - t.px(4), r.min.y}, {r.max.x, r.max.y - legend}}, plot);
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

// "tokens 1\u20132 back": the lags of span k, oldest first, from the settings alone.
std::string lags(const Settings& s, int k) {
    int start = 0;
    for (int i = 0; i < k; ++i) start += s.stride > 0 ? s.stride : s.spans[static_cast<std::size_t>(i)];
    const int oldest = window(s) - start, nearest = oldest - s.spans[static_cast<std::size_t>(k)] + 1;
    return oldest == nearest ? "token " + std::to_string(oldest) + " back" : "tokens " + std::to_string(nearest) + "\u2013" + std::to_string(oldest) + " back";
}

ImU32 span_colour(const Theme& t, const Settings& s, int k) { return class_colour(t, s.reversed ? k + 1 : span_count(s) - k); }

// Each head's attention on each span, a plot a head; of models with several blocks those of the last.
void draw_heads(const Theme& t, Rect r, const RunRecord& run) {
    if (run.empty()) return;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto h = static_cast<std::size_t>(span_count(run.settings)), heads = static_cast<std::size_t>(run.settings.heads), all = run.last().span_mass.size() / h;
    if (all < heads) return;
    const std::size_t columns = std::min<std::size_t>(heads, std::max<std::size_t>(1, static_cast<std::size_t>(r.width() / t.px(160)))), rows = (heads + columns - 1) / columns;
    std::vector<LegendEntry> names;
    for (std::size_t k = h; k-- > 0;) names.push_back({lags(run.settings, static_cast<int>(k)), span_colour(t, run.settings, static_cast<int>(k))});
    const float legend = legend_height(t, r.width(), names), width = r.width() / static_cast<float>(columns), height = (r.height() - legend) / static_cast<float>(rows);
    for (std::size_t a = 0; a < heads; ++a) {
        const ImVec2 at = grid_place(a, columns);
        const float x = r.min.x + width * at.x, y = r.min.y + height * at.y;
        list->AddRectFilled({x, y + t.px(3)}, {x + t.px(10), y + t.px(13)}, t.head[a % 8], t.px(3));
        draw_text(list, t.strong, {x + t.px(16), y}, t.text, "Head " + std::to_string(a + 1) + (run.settings.blocks > 1 ? ", last block" : ""));
        Plot plot;
        plot.x_title = "step", plot.y_title = "attention", plot.y_reach = 1, plot.x_end = run.settings.steps;
        for (const Moment& m : run.moments) plot.steps.push_back(static_cast<double>(m.step));
        for (std::size_t k = h; k-- > 0;) {
            Curve curve{lags(run.settings, static_cast<int>(k)), span_colour(t, run.settings, static_cast<int>(k)), 1.7f, {}};
            for (const Moment& m : run.moments) curve.y.push_back(m.span_mass[(all - heads + a) * h + k]);
            plot.curves.push_back(std::move(curve));
        }
        ImGui::PushID(static_cast<int>(a));
        draw_plot(t, {{x - t.px(4), y + t.px(18)}, {x + width - t.px(12), y + height - t.px(2)}}, plot);
        ImGui::PopID();
    }
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

}  // namespace

void draw_figure_runs(const Theme& t, Rect r, const Figure& f, std::span<const RunRecord> runs, bool each) {
    if (runs.empty() || r.height() < t.px(90)) return;
    // Side by side: the runs of the seed that is going on, or of the last one.
    const std::size_t cases = f.runs.size(), first = (runs.size() - 1) / cases * cases;
    const std::vector<RunRecord> seed(runs.begin() + static_cast<std::ptrdiff_t>(first), runs.end());
    if (f.plot == FigurePlot::best_excess && !each) return draw_sizes(t, r, size_points(runs, cases), span_count(runs.front().settings));
    if (f.plot == FigurePlot::excess && !each) return draw_overlaid(t, r, f, seed);
    if (f.plot != FigurePlot::ladder) return draw_runs(t, r, seed);
    if (r.height() < t.px(330) || r.width() < t.px(520)) {
        if (each) draw_heads(t, r, seed.front());
        else draw_runs(t, r, seed);
        return;
    }
    const float middle = r.min.y + 0.56f * r.height();
    draw_runs(t, {r.min, {r.max.x, middle - t.px(6)}}, seed);
    ImGui::PushID("heads");
    draw_heads(t, {{r.min.x, middle + t.px(6)}, r.max}, seed.front());
    ImGui::PopID();
}

void draw_flow_figure(const Theme& t, Rect r, const FlowFigure& f) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowPlots flow = make_flow_plots(t, f.settings, f.solution);
    std::vector<LegendEntry> names;
    names.reserve(static_cast<std::size_t>(f.settings.heads) + 1);
    for (int k = 0; k < f.settings.heads; ++k) names.push_back({"head " + std::to_string(k + 1), t.head[static_cast<std::size_t>(k % 8)]});
    names.push_back({"solid: pattern 1; dashed: 2; dotted: 3. Time is in the equations\u2019 own unit."});
    const float legend = legend_height(t, r.width(), names), height = (r.height() - legend) / 3;
    for (int i = 0; i < 3; ++i) {
        const float y = r.min.y + height * static_cast<float>(i);
        draw_text(list, t.strong, {r.min.x, y}, t.text, flow.titles[static_cast<std::size_t>(i)]);
        hover_note(t, {{r.min.x, y}, {r.max.x, y + t.px(17)}}, flow.titles[static_cast<std::size_t>(i)], flow.notes[static_cast<std::size_t>(i)]);
        ImGui::PushID(i);
        draw_plot(t, {{r.min.x - t.px(4), y + t.px(18)}, {r.max.x - t.px(14), y + height - t.px(4)}}, flow.plots[static_cast<std::size_t>(i)]);
        ImGui::PopID();
    }
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

}  // namespace ladder
