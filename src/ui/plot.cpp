// Drawing of plots. Curves are thinned to the pixels there are: per column the first, lowest, highest and
// last value, so that a hundred thousand points cost what a thousand do and no spike is lost.
#include "ui/plot.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"

namespace ladder {
namespace {

// Points from one dash to the next, and of the dash itself.
float period_of(Stroke stroke) { return stroke == Stroke::dotted ? 4.5f : 7.0f; }
float dash_of(Stroke stroke) { return stroke == Stroke::dotted ? 1.8f : 4.0f; }

void draw_curve(ImDrawList* list, const Theme& t, const Plot& plot, const Curve& curve, const PlotResult& r) {
    if (curve.points) {
        const std::vector<double>& at = curve.steps.empty() ? plot.steps : curve.steps;
        for (std::size_t i = 0; i < std::min(at.size(), curve.y.size()); ++i) {
            if (!r.y.places(curve.y[i]) || !r.x.places(at[i])) continue;
            const ImVec2 centre{r.x.pixel(at[i]), r.y.pixel(curve.y[i])};
            if (curve.rings) list->AddCircle(centre, t.px(curve.width), curve.colour, 20, t.px(1.5f));
            else list->AddCircleFilled(centre, t.px(curve.width), curve.colour, 20);
        }
        return;
    }
    std::vector<ImVec2> points;
    const auto flush = [&] {
        if (points.size() == 1) list->AddCircleFilled(points.front(), t.px(curve.width), curve.colour);
        if (points.size() > 1 && curve.stroke == Stroke::solid) list->AddPolyline(points.data(), static_cast<int>(points.size()), curve.colour, 0, t.px(curve.width));
        if (curve.stroke != Stroke::solid) {
            // Dashes along the polyline, continued over its corners.
            float along = 0;
            const float period = t.px(period_of(curve.stroke)), dash = t.px(dash_of(curve.stroke));
            for (std::size_t i = 1; i < points.size(); ++i) {
                const ImVec2 a = points[i - 1], b = points[i];
                const float length = std::hypot(b.x - a.x, b.y - a.y);
                for (float at = 0; at < length;) {
                    const float phase = std::fmod(along + at, period), run = std::min(phase < dash ? dash - phase : period - phase, length - at);
                    if (phase < dash) list->AddLine({a.x + (b.x - a.x) * at / length, a.y + (b.y - a.y) * at / length}, {a.x + (b.x - a.x) * (at + run) / length, a.y + (b.y - a.y) * (at + run) / length}, curve.colour, t.px(curve.width));
                    at += std::max(run, 0.01f);
                }
                along += length;
            }
        }
        points.clear();
    };
    const std::vector<double>& steps = curve.steps.empty() ? plot.steps : curve.steps;
    const std::size_t n = std::min(steps.size(), curve.y.size());
    for (std::size_t i = 0; i < n;) {
        if (!r.y.places(curve.y[i]) || !r.x.places(steps[i])) {
            flush();
            ++i;
            continue;
        }
        const float column = std::floor(r.x.pixel(steps[i]));
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

}  // namespace

PlotResult draw_plot(const Theme& t, Rect rect, const Plot& plot, unsigned hidden) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    PlotResult r;
    const float small = t.small->FontSize;
    r.area = {{rect.min.x + t.px(44), rect.min.y + t.px(2)}, {rect.max.x - t.px(4), rect.max.y - small - t.px(7)}};
    set_ranges(plot, hidden, r.x, r.y);
    r.x.from = r.area.min.x, r.x.to = r.area.max.x, r.y.from = r.area.max.y, r.y.to = r.area.min.y;
    // The bands' names have a strip above the curves.
    const bool named = std::any_of(plot.bands.begin(), plot.bands.end(), [](const Band& band) { return !band.name.empty(); });
    if (named && r.area.height() > t.px(80)) r.y.to += small + t.px(5);

    list->PushClipRect(r.area.min, r.area.max, true);
    for (const Band& band : plot.bands) {
        const float a = r.x.places(band.from) ? r.x.pixel(band.from) : r.area.min.x, b = r.x.places(band.to) ? r.x.pixel(band.to) : r.area.min.x;
        if (b <= a) continue;
        list->AddRectFilled({a, r.area.min.y}, {b, r.area.max.y}, band.colour);
        if (const float width = b - a; width > text_width(t.small, band.name) + t.px(8)) draw_text_centred(list, t.small, {(a + b) / 2, r.area.min.y + t.px(4)}, band.ink, band.name);
    }
    list->PopClipRect();

    const int wanted = std::clamp(static_cast<int>(r.area.height() / t.px(28)), 3, 6);
    for (double tick : nice_ticks(r.y.low, r.y.high, wanted, plot.logarithmic_y)) {
        const float y = std::floor(r.y.pixel(tick)) + 0.5f;
        if (plot.whole_y && tick != std::floor(tick)) continue;
        if (y < r.area.min.y || y > r.area.max.y + 1) continue;
        list->AddLine({r.area.min.x, y}, {r.area.max.x, y}, with_alpha(t.faint, 0.28f), 1);
        draw_text_right(list, t.small, {r.area.min.x - t.px(6), y - small / 2}, t.muted, compact(tick));
    }
    // The axis' name at its end; a tick that would run into it goes without its number.
    const float name_width = plot.x_title.empty() ? 0 : text_width(t.small, plot.x_title) + t.px(8);
    if (name_width > 0) draw_text_right(list, t.small, {r.area.max.x, r.area.max.y + t.px(5)}, t.faint, plot.x_title);
    for (double tick : nice_ticks(r.x.low, r.x.high, std::clamp(static_cast<int>(r.area.width() / t.px(80)), 2, 10), plot.logarithmic_x)) {
        const float x = std::floor(r.x.pixel(tick)) + 0.5f;
        list->AddLine({x, r.area.max.y}, {x, r.area.max.y + t.px(3)}, t.faint, 1);
        const std::string label = compact(tick);
        const float half = text_width(t.small, label) / 2;
        if (x + half <= r.area.max.x - name_width) draw_text_centred(list, t.small, {std::max(x, r.area.min.x + half), r.area.max.y + t.px(5)}, t.muted, label);
    }
    list->AddLine({r.area.min.x, r.area.max.y + 0.5f}, {r.area.max.x, r.area.max.y + 0.5f}, t.faint, 1);
    draw_text_upwards(list, t.small, {rect.min.x + small / 2 - t.px(1), (r.area.min.y + r.area.max.y) / 2}, t.muted, plot.y_title);

    list->PushClipRect(r.area.min, {r.area.max.x, r.area.max.y + 1}, true);
    for (const Marker& marker : plot.markers) {
        if (!r.x.places(marker.step)) continue;
        const float x = std::floor(r.x.pixel(marker.step)) + 0.5f;
        const int dashes = static_cast<int>(std::ceil(r.area.height() / t.px(6)));
        for (int i = 0; i < dashes; ++i) {
            const float y = r.area.min.y + t.px(6) * static_cast<float>(i);
            list->AddLine({x, y}, {x, std::min(y + t.px(3), r.area.max.y)}, marker.colour, std::max(1.0f, t.px(1)));
        }
        const float width = text_width(t.small, marker.name) + t.px(8);
        const bool left = x + width > r.area.max.x;
        draw_text(list, t.small, {left ? x - width + t.px(4) : x + t.px(4), marker.at_top ? r.area.min.y + t.px(2) : r.area.max.y - small - t.px(3)}, marker.colour, marker.name);
    }
    for (std::size_t c = 0; c < plot.curves.size(); ++c)
        if (!(hidden & hidden_bit(plot, c))) draw_curve(list, t, plot, plot.curves[c], r);
    list->PopClipRect();

    if (plot.shown_step >= 0 && (r.x.places(plot.shown_step) || plot.shown_step == 0)) {
        const float x = r.x.places(plot.shown_step) ? std::clamp(r.x.pixel(plot.shown_step), r.area.min.x, r.area.max.x) : r.area.min.x;
        list->AddLine({x, r.area.min.y}, {x, r.area.max.y}, t.accent, std::max(1.0f, t.px(1.2f)));
    }

    if (hovered(r.area) && !plot.steps.empty()) {
        const double step = r.x.value(ImGui::GetIO().MousePos.x);
        const auto after = std::lower_bound(plot.steps.begin(), plot.steps.end(), step);
        std::size_t at = static_cast<std::size_t>(std::min<std::ptrdiff_t>(after - plot.steps.begin(), static_cast<std::ptrdiff_t>(plot.steps.size()) - 1));
        if (at > 0 && step - plot.steps[at - 1] < plot.steps[at] - step) --at;
        r.hovered = static_cast<int>(at);
        if (r.x.places(plot.steps[at])) {
            const float x = std::floor(r.x.pixel(plot.steps[at])) + 0.5f;
            list->AddLine({x, r.area.min.y}, {x, r.area.max.y}, with_alpha(t.text, 0.35f), 1);
            std::string body;
            for (std::size_t c = 0; c < plot.curves.size(); ++c) {
                if (hidden & hidden_bit(plot, c) || at >= plot.curves[c].y.size() || !plot.curves[c].steps.empty()) continue;
                const float v = plot.curves[c].y[at];
                body += (body.empty() ? "" : "\n") + plot.curves[c].name + "  " + number(v, plot.decimals);
                if (plot.logarithmic_y && std::isfinite(v) && v <= 0) body += " (has no place on a logarithmic axis)";
                if (r.y.places(v)) list->AddCircleFilled({x, r.y.pixel(v)}, t.px(2.6f), plot.curves[c].colour);
            }
            if (at < plot.notes.size()) show_note(t, plot.notes[at].title, plot.notes[at].body);
            else show_note(t, plot.x_title + " " + (plot.whole_steps ? number(plot.steps[at], 0) : compact(plot.steps[at])), body);
        }
    }
    return r;
}

void draw_stroke(const Theme& t, float x, float middle, ImU32 colour, Stroke stroke) {
    constexpr float length = 16;
    const float period = stroke == Stroke::solid ? length : period_of(stroke), dash = stroke == Stroke::solid ? length : dash_of(stroke);
    const int dashes = static_cast<int>((length + 1 - dash) / period) + 1;
    for (int i = 0; i < dashes; ++i) {
        const float from = period * static_cast<float>(i);
        ImGui::GetWindowDrawList()->AddRectFilled({x + t.px(from), middle - t.px(1.2f)}, {x + t.px(from + dash), middle + t.px(1.2f)}, colour);
    }
}

void legend_entry(const Theme& t, float& x, float middle, const std::string& name, ImU32 colour, Stroke stroke) {
    draw_stroke(t, x, middle, colour, stroke);
    draw_text(ImGui::GetWindowDrawList(), t.small, {x + t.px(22), middle - t.small->FontSize / 2}, t.muted, name);
    x += t.px(38) + text_width(t.small, name);
}

}  // namespace ladder
