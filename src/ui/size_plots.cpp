#include "ui/size_plots.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {
namespace {

// Seeds stand side by side, so that equal classes do not hide one another.
double beside(double n, std::size_t seed, std::size_t seeds) { return n * std::pow(1.06, static_cast<double>(seed) - 0.5 * static_cast<double>(seeds - 1)); }

template <class T>
void add_curves(Plot& plot, const std::vector<SizePoint>& points, const char* name, ImU32 colour, bool end, std::vector<T> SizePoint::*values) {
    std::vector<float> means, singles;
    std::vector<double> at;
    for (const SizePoint& p : points) {
        const std::vector<T>& v = p.*values;
        means.push_back(static_cast<float>(mean(std::span<const T>(v))));
        for (std::size_t i = 0; i < v.size(); ++i) singles.push_back(static_cast<float>(v[i])), at.push_back(beside(mean(p.sequences), i, v.size()));
    }
    plot.curves.push_back({std::string(name) + ", mean", colour, end ? 1.2f : 1.8f, std::move(means), end ? Stroke::dashed : Stroke::solid});
    plot.curves.push_back({name, colour, end ? 3.2f : 3.6f, std::move(singles), Stroke::solid, std::move(at), true, end});
}

std::string listed(const std::vector<double>& values) {
    std::string text;
    for (double v : values) text += (text.empty() ? "" : ", ") + number(v, 3);
    return text;
}

std::string listed(const std::vector<int>& values) {
    std::string text;
    for (int k : values) text += (text.empty() ? "" : ", ") + rung_symbol(k);
    return text;
}

// Axis, marks and notes that both plots share.
Plot make_base(const Theme& t, const std::vector<SizePoint>& points) {
    Plot plot;
    plot.x_title = "training sequences N", plot.logarithmic_x = true;
    for (const SizePoint& p : points) {
        const double n = mean(p.sequences);
        plot.steps.push_back(n);
        plot.markers.push_back({n, t.muted, p.online ? "online" : number(n, 0)});
        std::string seeds;
        for (std::uint64_t seed : p.seeds) seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
        plot.notes.push_back({p.label, (p.online ? "Fresh sequences at every step: " + number(n, 0) + " were drawn until the best checkpoint.\n" : std::string()) + "Seeds " + seeds + "\nAt the best checkpoint: excess " +
                                           listed(p.best_excess) + " nats, mean " + number(mean(p.best_excess), 3) + "; class " + listed(p.best_class) + "\nAt the end: excess " + listed(p.last_excess) + " nats, mean " +
                                           number(mean(p.last_excess), 3) + "; class " + listed(p.last_class)});
    }
    if (!plot.steps.empty()) plot.x_start = 0.6 * plot.steps.front(), plot.x_end = 2 * plot.steps.back();
    return plot;
}

}  // namespace

SizePlots make_size_plots(const Theme& t, const std::vector<SizePoint>& all, int h) {
    std::vector<SizePoint> points;
    for (const SizePoint& p : all)
        if (!p.seeds.empty()) points.push_back(p);
    std::sort(points.begin(), points.end(), [](const SizePoint& a, const SizePoint& b) { return mean(a.sequences) < mean(b.sequences); });
    if (points.empty()) return {};
    Plot excess = make_base(t, points), classes = excess;
    excess.y_title = "excess loss, nats", excess.logarithmic_y = true;
    classes.y_title = "nearest class k", classes.whole_y = true;
    add_curves(excess, points, "at the end", t.muted, true, &SizePoint::last_excess);
    add_curves(excess, points, "at the best checkpoint", t.accent, false, &SizePoint::best_excess);
    add_curves(classes, points, "at the end", t.muted, true, &SizePoint::last_class);
    add_curves(classes, points, "at the best checkpoint", t.accent, false, &SizePoint::best_class);
    classes.y_reach = h;
    return {{"Excess loss against N", "Class reached against N"}, {std::move(excess), std::move(classes)}};
}

void draw_sizes(const Theme& t, Rect r, const std::vector<SizePoint>& all, int h) {
    const SizePlots sizes = make_size_plots(t, all, h);
    if (sizes.plots[0].steps.empty()) return;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool narrow = r.width() < t.px(520);
    const float legend = t.px(narrow ? 38 : 22), gap = t.px(16), title = t.px(20);
    const float width = narrow ? r.width() : (r.width() - gap) / 2, height = narrow ? (r.height() - legend) / 2 : r.height() - legend;
    for (int i = 0; i < 2; ++i) {
        const float x = r.min.x + (narrow ? 0 : static_cast<float>(i) * (width + gap)), y = r.min.y + (narrow ? static_cast<float>(i) * height : 0);
        draw_text(list, t.strong, {x, y}, t.text, sizes.titles[static_cast<std::size_t>(i)]);
        ImGui::PushID(i);
        draw_plot(t, {{x - t.px(4), y + title}, {x + width - t.px(6), y + height - t.px(4)}}, sizes.plots[static_cast<std::size_t>(i)]);
        ImGui::PopID();
    }
    float x = r.min.x, y = r.max.y - legend + t.px(11);
    list->AddCircleFilled({x + t.px(8), y}, t.px(3.6f), t.accent, 20);
    legend_entry(t, x, y, "best checkpoint (lowest validation loss)", t.accent);
    if (narrow) x = r.min.x, y += t.px(16);
    list->AddCircle({x + t.px(8), y}, t.px(3.2f), t.muted, 20, t.px(1.5f));
    legend_entry(t, x, y, "end of training", t.muted, Stroke::dashed);
    draw_text(list, t.small, {x, y - t.small->FontSize / 2}, t.muted, fitted(t.small, "a point for each seed; lines: means", r.max.x - x));
}

}  // namespace ladder
