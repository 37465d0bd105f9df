#include "ui/run_plots.h"

#include <algorithm>

#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {

ImU32 class_colour(const Theme& t, int k) { return t.stage_line[static_cast<std::size_t>(std::clamp(k, 0, 8))]; }

Plot run_plot(const Theme& t, const RunRecord& run) {
    Plot plot;
    plot.x_title = "step", plot.y_title = "nats";
    for (const Moment& m : run.moments) plot.steps.push_back(static_cast<double>(m.step));
    const auto collect = [&](auto get) {
        std::vector<float> y;
        for (const Moment& m : run.moments) y.push_back(static_cast<float>(get(m)));
        return y;
    };
    plot.curves.push_back({"excess loss", t.text, 2.0f, collect([](const Moment& m) { return m.excess; })});
    for (int k = 1; k <= span_count(run.settings); ++k)
        plot.curves.push_back({"KL from " + rung_symbol(k), class_colour(t, k), 1.5f, collect([k](const Moment& m) { return m.kl[static_cast<std::size_t>(k)]; })});
    plot.x_end = run.settings.steps;
    // Stages: stretches on one rung.
    for (std::size_t i = 0; i < run.moments.size();) {
        std::size_t j = i;
        while (j < run.moments.size() && run.moments[j].rung == run.moments[i].rung) ++j;
        const auto tint = static_cast<std::size_t>(std::clamp(run.moments[i].rung, 0, 8));
        const std::int64_t end = j < run.moments.size() ? run.moments[j].step : run.moments[j - 1].step;
        plot.bands.push_back({static_cast<double>(run.moments[i].step), static_cast<double>(end), with_alpha(t.stage_tint[tint], t.dark ? 0.9f : 0.75f), rung_symbol(run.moments[i].rung), t.stage_line[tint]});
        i = j;
    }
    if (run.settings.data == DataSource::finite && !run.empty()) plot.markers.push_back({static_cast<double>(run.best().step), t.warning, "lowest validation loss"});
    return plot;
}

std::string run_summary(const RunRecord& run) {
    if (!run.failure.empty()) return run.failure;
    if (run.empty()) return "";
    const auto text = [](const Moment& m) { return rung_symbol(nearest_class(m)) + ", excess " + number(m.excess, 3); };
    if (run.settings.data == DataSource::finite) return "best at step " + std::to_string(run.best().step) + ": " + text(run.best()) + "; now: " + text(run.last());
    return "step " + std::to_string(run.last().step) + ": " + text(run.last());
}

std::vector<LegendEntry> run_legend(const Theme& t, int classes, const char* more) {
    std::vector<LegendEntry> list{{"excess loss", t.text}};
    for (int k = 1; k <= classes; ++k) list.push_back({"KL from " + rung_symbol(k), class_colour(t, k)});
    list.push_back({more});
    return list;
}

void draw_runs(const Theme& t, Rect r, const std::vector<RunRecord>& runs) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (runs.empty()) return;
    const std::vector<LegendEntry> names = run_legend(t, span_count(runs.front().settings), "over the training steps");
    const float legend = legend_height(t, r.width(), names);
    const std::size_t columns = runs.size() == 1 || r.width() < t.px(520) ? 1 : 2, rows = (runs.size() + columns - 1) / columns;
    const float width = r.width() / static_cast<float>(columns), height = (r.height() - legend) / static_cast<float>(rows);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::size_t column = i % columns, row = i / columns;
        const float x = r.min.x + width * static_cast<float>(column), y = r.min.y + height * static_cast<float>(row), right = x + width - t.px(14);
        draw_text(list, t.strong, {x, y}, t.text, fitted(t.strong, runs[i].label, width / 2));
        const float after = x + std::min(text_width(t.strong, runs[i].label), width / 2) + t.px(10);
        draw_text(list, t.small, {after, y + t.px(2)}, t.muted, fitted(t.small, run_summary(runs[i]), right - after));
        if (runs[i].empty()) continue;
        ImGui::PushID(static_cast<int>(i));
        draw_plot(t, {{x - t.px(4), y + t.px(18)}, {right, y + height - t.px(4)}}, run_plot(t, runs[i]));
        ImGui::PopID();
    }
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

}  // namespace ladder
