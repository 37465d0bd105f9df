// Drawing of plots. Curves are thinned to the pixels there are: per column the first, lowest, highest and
// last value, so that a hundred thousand points cost what a thousand do and no spike is lost.
#include "ui/plot.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"

namespace ladder {
namespace {

// Dashes along a polyline, continued over its corners. A line that goes up and down more than it goes on has them along its way
// onwards instead: as dense as they would lie along all of it they were no dashes to see, and each costs its vertices.
void draw_dashes(ImDrawList* list, const std::vector<ImVec2>& points, ImU32 colour, float width, float period, float dash) {
    float length = 0, across = points.back().x - points.front().x;
    const auto distance = [&](std::size_t i) { return std::hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y); };
    for (std::size_t i = 1; i < points.size(); ++i) length += distance(i);
    const float stretch = std::max(1.0f, length / (4 * (across + period)));
    period *= stretch, dash *= stretch;
    float along = 0;  // since the last dash began
    std::vector<ImVec2> piece{points.front()};
    const auto flush = [&] {
        if (piece.size() > 1) list->AddPolyline(piece.data(), static_cast<int>(piece.size()), colour, 0, width);
        piece.clear();
    };
    for (std::size_t i = 1; i < points.size(); ++i) {
        const ImVec2 a = points[i - 1], b = points[i];
        const float whole = distance(i);
        float at = 0;
        while (along + whole - at >= (along < dash ? dash : period)) {
            const bool drawn = along < dash;
            at += (drawn ? dash : period) - along;
            const float part = whole > 0 ? std::min(at / whole, 1.0f) : 1;
            piece.emplace_back(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part);
            if (drawn) flush();
            along = drawn ? dash : 0;
        }
        along += whole - at;
        if (along < dash) piece.push_back(b);
    }
    flush();
}

void draw_curve(ImDrawList* list, const Theme& t, const Plot& plot, const Curve& curve, const PlotResult& r) {
    if (curve.points) {
        const std::vector<double>& at = curve.steps.empty() ? plot.steps : curve.steps;
        for (std::size_t i = 0; i < std::min(at.size(), curve.y.size()); ++i) {
            if (!r.y.places(curve.y[i]) || !r.x.places(at[i])) continue;
            const ImVec2 centre{r.x.pixel(at[i]), r.y.pixel(curve.y[i])};
            if (centre.x < r.area.min.x - t.px(curve.width) || centre.x > r.area.max.x + t.px(curve.width)) continue;
            if (curve.rings) list->AddCircle(centre, t.px(curve.width), curve.colour, 20, t.px(1.5f));
            else list->AddCircleFilled(centre, t.px(curve.width), curve.colour, 20);
        }
        return;
    }
    std::vector<ImVec2> points;
    // From a point outside the area to where the line to its neighbour enters it.
    const auto cut = [](ImVec2 outside, ImVec2 inside, float edge) { return ImVec2{edge, inside.y + (outside.y - inside.y) * (edge - inside.x) / (outside.x - inside.x)}; };
    const auto flush = [&] {
        if (points.size() > 1 && points.front().x < r.area.min.x) points.front() = cut(points.front(), points[1], r.area.min.x);
        if (points.size() > 1 && points.back().x > r.area.max.x) points.back() = cut(points.back(), points[points.size() - 2], r.area.max.x);
        if (points.size() == 1) list->AddCircleFilled(points.front(), t.px(curve.width), curve.colour);
        if (points.size() > 1 && curve.stroke == Stroke::solid) list->AddPolyline(points.data(), static_cast<int>(points.size()), curve.colour, 0, t.px(curve.width));
        if (points.size() > 1 && curve.stroke != Stroke::solid) draw_dashes(list, points, curve.colour, t.px(curve.width), t.px(period_of(curve.stroke)), t.px(dash_of(curve.stroke)));
        points.clear();
    };
    const std::vector<double>& steps = curve.steps.empty() ? plot.steps : curve.steps;
    const std::size_t n = std::min(steps.size(), curve.y.size());
    for (std::size_t i = 0; i < n;) {
        if (!r.y.places(curve.y[i]) || !r.x.places(steps[i])) {
            if (!curve.joined) flush();
            ++i;
            continue;
        }
        const ImVec2 first{r.x.pixel(steps[i]), r.y.pixel(curve.y[i])};
        // Of what lies before the axis begins the last point is kept, of what lies beyond its end the first.
        if (first.x < r.area.min.x) {
            points.assign(1, first);
            ++i;
            continue;
        }
        if (first.x > r.area.max.x) {
            points.push_back(first);
            break;
        }
        const float column = std::floor(first.x);
        std::size_t j = i, low = i, high = i;
        while (j < n && r.y.places(curve.y[j]) && std::floor(r.x.pixel(steps[j])) == column) {
            if (curve.y[j] < curve.y[low]) low = j;
            if (curve.y[j] > curve.y[high]) high = j;
            ++j;
        }
        std::size_t keep[4] = {i, std::min(low, high), std::max(low, high), j - 1};
        for (std::size_t k = 0; k < 4; ++k)
            if (k == 0 || keep[k] != keep[k - 1]) points.emplace_back(r.x.pixel(steps[keep[k]]), r.y.pixel(curve.y[keep[k]]));
        i = j;
    }
    flush();
}

void draw_plot_bands(ImDrawList* list, const Theme& t, const Plot& plot, const PlotResult& r) {
    list->PushClipRect(r.area.min, r.area.max, true);
    for (const Band& band : plot.bands) {
        const float a = r.x.places(band.from) ? r.x.pixel(band.from) : r.area.min.x, b = r.x.places(band.to) ? r.x.pixel(band.to) : r.area.min.x;
        if (b <= a) continue;
        list->AddRectFilled({a, r.area.min.y}, {b, r.area.max.y}, band.colour);
        const std::string& name = b - a > text_width(t.small, band.name) + t.px(8) ? band.name : band.brief;
        if (!name.empty() && b - a > text_width(t.small, name) + t.px(4)) draw_text_centred(list, t.small, {(a + b) / 2, r.area.min.y + t.px(4)}, band.ink, name);
    }
    list->PopClipRect();
}

void draw_y_ticks(ImDrawList* list, const Theme& t, const Plot& plot, const PlotResult& r, const Ticks& ticks) {
    for (std::size_t i = 0; i < ticks.values.size(); ++i) {
        const double tick = ticks.values[i];
        const float y = std::floor(r.y.pixel(tick)) + 0.5f;
        if (plot.whole_y && tick != std::floor(tick)) continue;
        if (y < r.area.min.y || y > r.area.max.y + 1) continue;
        list->AddLine({r.area.min.x, y}, {r.area.max.x, y}, with_alpha(t.faint, 0.28f), 1);
        draw_text_right(list, t.small, {r.area.min.x - t.px(6), y - t.small->FontSize / 2}, t.muted, ticks.labels[i]);
    }
}

// With the axis' name at its end; a tick that would run into it goes without its number.
void draw_x_axis(ImDrawList* list, const Theme& t, const Plot& plot, const PlotResult& r) {
    const float name_width = plot.x_title.empty() ? 0 : text_width(t.small, plot.x_title) + t.px(8);
    if (name_width > 0) draw_text_right(list, t.small, {r.area.max.x, r.area.max.y + t.px(5)}, t.muted, plot.x_title);
    const Ticks ticks = ticks_of(r.x, std::clamp(static_cast<int>(r.area.width() / t.px(80)), 2, 10));
    for (std::size_t i = 0; i < ticks.values.size(); ++i) {
        const float x = std::floor(r.x.pixel(ticks.values[i])) + 0.5f;
        list->AddLine({x, r.area.max.y}, {x, r.area.max.y + t.px(3)}, t.faint, 1);
        const std::string& label = ticks.labels[i];
        const float half = text_width(t.small, label) / 2;
        if (x + half <= r.area.max.x - name_width) draw_text_centred(list, t.small, {std::max(x, r.area.min.x + half), r.area.max.y + t.px(5)}, t.muted, label);
    }
    list->AddLine({r.area.min.x, r.area.max.y + 0.5f}, {r.area.max.x, r.area.max.y + 0.5f}, t.faint, 1);
}

struct MarkerName {
    ImVec2 at;
    ImU32 colour;
    std::string text;
};

// The markers' lines. Returns their names, which stand over the curves: on as many lines of text as keep them apart; what finds no place
// on the third has its line alone.
std::vector<MarkerName> draw_markers(ImDrawList* list, const Theme& t, const Plot& plot, const PlotResult& r) {
    const float small = t.small->FontSize;
    const int rows = std::clamp(static_cast<int>(r.area.height() / (3 * small)), 1, 3);
    NameRows top_names(rows), bottom_names(rows);
    std::vector<MarkerName> names;
    for (const Marker& marker : plot.markers) {
        if (!r.x.places(marker.step)) continue;
        const float x = std::floor(r.x.pixel(marker.step)) + 0.5f;
        if (x < r.area.min.x - 1 || x > r.area.max.x + 1) continue;
        const int dashes = static_cast<int>(std::ceil(r.area.height() / t.px(6)));
        for (int i = 0; i < dashes; ++i) {
            const float y = r.area.min.y + t.px(6) * static_cast<float>(i);
            list->AddLine({x, y}, {x, std::min(y + t.px(3), r.area.max.y)}, marker.colour, std::max(1.0f, t.px(1)));
        }
        const float after = r.area.max.x - x - t.px(8), before = x - r.area.min.x - t.px(8);
        const bool left = text_width(t.small, marker.name) > after && before > after;
        const std::string name = fitted(t.small, marker.name, left ? before : after);
        const float width = text_width(t.small, name), from = left ? x - t.px(4) - width : x + t.px(4);
        const int row = (marker.at_top ? top_names : bottom_names).place(from, from + width + t.px(6));
        if (row < 0) continue;
        const float down = static_cast<float>(row) * (small + t.px(1));
        names.push_back({{from, marker.at_top ? r.area.min.y + t.px(2) + down : r.area.max.y - small - t.px(3) - down}, marker.colour, name});
    }
    return names;
}

// With a ground of its own.
void draw_name(ImDrawList* list, const Theme& t, const MarkerName& name) {
    list->AddRectFilled({name.at.x - t.px(2), name.at.y}, {name.at.x + text_width(t.small, name.text) + t.px(2), name.at.y + t.small->FontSize}, with_alpha(t.card, 0.8f), t.px(2));
    draw_text(list, t.small, name.at, name.colour, name.text);
}

// Index of the step that is nearest to the pointer; there are some.
std::size_t pointed_step(const Plot& plot, const Axis& x) {
    const double step = x.value(ImGui::GetIO().MousePos.x);
    const auto after = std::lower_bound(plot.steps.begin(), plot.steps.end(), step);
    std::size_t at = static_cast<std::size_t>(std::min<std::ptrdiff_t>(after - plot.steps.begin(), static_cast<std::ptrdiff_t>(plot.steps.size()) - 1));
    if (at > 0 && step - plot.steps[at - 1] < plot.steps[at] - step) --at;
    return at;
}

// A line at a step, a disc on each curve, and what they say.
void draw_pointed(ImDrawList* list, const Theme& t, const Plot& plot, const PlotResult& r, std::size_t at) {
    const float x = std::floor(r.x.pixel(plot.steps[at])) + 0.5f;
    list->AddLine({x, r.area.min.y}, {x, r.area.max.y}, with_alpha(t.text, 0.35f), 1);
    std::string body;
    for (const Curve& curve : plot.curves) {
        if (curve.hidden || at >= curve.y.size() || !curve.steps.empty()) continue;
        const float v = curve.y[at];
        body += (body.empty() ? "" : "\n") + curve.name + "  " + number(v, plot.decimals);
        if (plot.logarithmic_y && std::isfinite(v) && v <= 0) body += " (has no place on a logarithmic axis)";
        if (r.y.places(v) && r.y.pixel(v) <= r.area.max.y + 1) list->AddCircleFilled({x, r.y.pixel(v)}, t.px(2.6f), curve.colour);
    }
    if (at < plot.notes.size()) show_note(t, plot.notes[at].title, plot.notes[at].body);
    else show_note(t, plot.x_title + " " + (plot.whole_steps ? number(plot.steps[at], 0) : compact(plot.steps[at])), body);
}

}  // namespace

PlotResult draw_plot(const Theme& t, Rect rect, const Plot& plot) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    PlotResult r;
    const float small = t.small->FontSize;
    r.area = {{rect.min.x + t.px(44), rect.min.y + t.px(2)}, {rect.max.x - t.px(4), rect.max.y - small - t.px(7)}};
    set_ranges(plot, r.x, r.y);
    const Ticks y_ticks = ticks_of(r.y, std::clamp(static_cast<int>(r.area.height() / t.px(28)), 3, 6));
    // Plots one under another line up, so the margin is the same, unless the numbers would run over the axis' name.
    for (const std::string& label : y_ticks.labels) r.area.min.x = std::max(r.area.min.x, rect.min.x + (plot.y_title.empty() ? 0 : small + t.px(3)) + text_width(t.small, label) + t.px(6));
    // Where there is no room nothing is drawn, least of all upside down.
    r.area.max = {std::max(r.area.max.x, r.area.min.x + 1), std::max(r.area.max.y, r.area.min.y + 1)};
    r.x.from = r.area.min.x, r.x.to = r.area.max.x, r.y.from = r.area.max.y, r.y.to = r.area.min.y;
    if (r.area.width() < t.px(20) || r.area.height() < t.px(20)) return r;
    // The bands' names have a strip above the curves.
    const bool named = std::any_of(plot.bands.begin(), plot.bands.end(), [](const Band& band) { return !band.name.empty(); });
    if (named && r.area.height() > t.px(80)) r.y.to += small + t.px(5);

    draw_plot_bands(list, t, plot, r);
    draw_y_ticks(list, t, plot, r, y_ticks);
    draw_x_axis(list, t, plot, r);
    draw_text_upwards(list, t.small, {rect.min.x + small / 2 - t.px(1), (r.area.min.y + r.area.max.y) / 2}, t.muted, plot.y_title);

    list->PushClipRect(r.area.min, {r.area.max.x, r.area.max.y + 1}, true);
    const std::vector<MarkerName> names = draw_markers(list, t, plot, r);
    for (const Curve& curve : plot.curves)
        if (!curve.hidden) draw_curve(list, t, plot, curve, r);
    for (const MarkerName& name : names) draw_name(list, t, name);
    list->PopClipRect();

    if (plot.shown_step >= 0 && (r.x.places(plot.shown_step) || plot.shown_step == 0)) {
        const float x = r.x.places(plot.shown_step) ? std::clamp(r.x.pixel(plot.shown_step), r.area.min.x, r.area.max.x) : r.area.min.x;
        list->AddLine({x, r.area.min.y}, {x, r.area.max.y}, t.accent, std::max(1.0f, t.px(1.2f)));
    }
    if (!hovered(r.area) || plot.steps.empty()) return r;
    const std::size_t at = pointed_step(plot, r.x);
    r.hovered = static_cast<int>(at);
    if (r.x.places(plot.steps[at])) draw_pointed(list, t, plot, r, at);
    return r;
}

}  // namespace ladder
