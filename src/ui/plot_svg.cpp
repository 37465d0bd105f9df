// Written as text: a file that any browser, slide or editor opens. Curves are not thinned, they are data.
#include "ui/plot_svg.h"

#include <algorithm>
#include <cmath>

#include "experiment/svg.h"

namespace ladder {
namespace {

// Whole pixels that a character takes at most in the mean, of the title and of small text: there is no font to ask.
constexpr double title_character = 6.8, small_character = 5.6;

const char* dashes(Stroke stroke) {
    switch (stroke) {
        case Stroke::dashed: return " stroke-dasharray=\"4 3\"";
        case Stroke::dotted: return " stroke-dasharray=\"1.8 2.7\"";
        case Stroke::solid: break;
    }
    return "";
}

void draw_curve(std::string& s, SvgPicture& picture, const Plot& plot, const Curve& c, const Axis& x, const Axis& y) {
    const std::vector<double>& steps = c.steps.empty() ? plot.steps : c.steps;
    std::string points;
    const auto flush = [&] {
        if (!points.empty()) s += "<polyline points=\"" + points + "\" fill=\"none\"" + svg_paint("stroke", c.colour) + " stroke-width=\"" + svg_number(static_cast<double>(c.width)) + "\"" + dashes(c.stroke) + "/>\n";
        points.clear();
    };
    for (std::size_t i = 0; i < std::min(steps.size(), c.y.size()); ++i) {
        if (!x.places(steps[i]) || !y.places(static_cast<double>(c.y[i]))) {
            if (!c.joined) flush();
            continue;
        }
        const double across = static_cast<double>(x.pixel(steps[i])), up = static_cast<double>(y.pixel(static_cast<double>(c.y[i])));
        // Before the axis begins, as on a logarithmic one, or beyond its end, as of a longer run.
        if (across < static_cast<double>(x.from) - 0.5 || across > static_cast<double>(x.to) + 0.5) {
            flush();
            continue;
        }
        if (c.points) picture.circle(across, up, static_cast<double>(c.width), c.colour, c.rings);
        else points += svg_pixels(across) + "," + svg_pixels(up) + " ";
    }
    flush();
}

// The curves that a legend names.
std::vector<std::size_t> named(const TitledPlot& titled) {
    std::vector<std::size_t> list;
    for (std::size_t c = 0; c < titled.plot.curves.size(); ++c)
        if (!titled.plot.curves[c].hidden && !titled.plot.curves[c].name.empty()) list.push_back(c);
    return list;
}

constexpr int legend_row = 17;

// How many entries stand side by side: as many as their names leave room for.
int legend_columns(const TitledPlot& titled, const std::vector<std::size_t>& entries, double width) {
    std::size_t longest = 1;
    for (std::size_t c : entries) longest = std::max(longest, titled.plot.curves[c].name.size() + (titled.plot.curves[c].steps.empty() ? 0 : 16));
    return std::clamp(static_cast<int>(width / (30 + small_character * static_cast<double>(longest))), 1, 6);
}

double legend_height(const TitledPlot& titled, double width) {
    const auto entries = named(titled);
    const int columns = legend_columns(titled, entries, width);
    return titled.legend ? legend_row * std::ceil(static_cast<double>(entries.size()) / columns) : 0;
}

void draw_legend(const Theme& t, SvgPicture& picture, const TitledPlot& titled, double left, double width, double top) {
    const auto entries = named(titled);
    const int columns = legend_columns(titled, entries, width);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Curve& c = titled.plot.curves[entries[i]];
        const int column = static_cast<int>(i) % columns, row = static_cast<int>(i) / columns;
        const double x = left + width / columns * column, y = top + legend_row * row;
        if (c.points) picture.circle(x + 8, y, static_cast<double>(c.width), c.colour, c.rings);
        else picture.line(x, y, x + 16, y, c.colour, (std::string(" stroke-width=\"2.5\"") + dashes(c.stroke)).c_str());
        picture.text(x + 21, y + 4, "start", t.text, c.name + (c.steps.empty() || c.points ? "" : ", " + titled.plot.other_run));
    }
}

}  // namespace

Drawing plot_drawing(const Theme& t, const TitledPlot& titled, int width, int height) {
    Drawing out{titled.title, width, height, ""};
    SvgPicture picture(out.marks);
    const Plot& plot = titled.plot;
    const double right = width - 14;
    const auto note = svg_lines(titled.note, static_cast<std::size_t>((right - 14) / small_character), 2);
    Axis x, y;
    set_ranges(plot, x, y);
    const double top = 34 + 14 * static_cast<double>(note.size());
    const auto height_over = [&](double from) { return height - 44 - legend_height(titled, right - from); };
    const std::vector<double> y_ticks = nice_ticks(y.low, y.high, height_over(58) - top < 140 ? 3 : 5, y.logarithmic);
    const std::vector<std::string> y_labels = tick_labels(y_ticks);
    double left = 58;
    for (const std::string& label : y_labels) left = std::max(left, 30 + small_character * static_cast<double>(label.size()));
    const double room = right - left, bottom = height_over(left);
    x.from = static_cast<float>(left), x.to = static_cast<float>(right), y.from = static_cast<float>(bottom), y.to = static_cast<float>(top);
    if (std::any_of(plot.bands.begin(), plot.bands.end(), [](const Band& band) { return !band.name.empty(); })) y.to += 18;
    // A note begins where there is most room, and the title above it.
    const double said = note.empty() ? left : 14;
    for (const std::string& words : svg_lines(titled.title, static_cast<std::size_t>((right - said) / title_character), 1)) picture.text(said, 20, "start", t.text, words, " font-weight=\"600\" font-size=\"13\"");
    for (std::size_t i = 0; i < note.size(); ++i) picture.text(said, 34 + 14 * static_cast<double>(i), "start", t.muted, note[i]);
    for (const Band& band : plot.bands) {
        const double a = std::clamp<double>(x.places(band.from) ? static_cast<double>(x.pixel(band.from)) : left, left, right), b = std::clamp<double>(x.places(band.to) ? static_cast<double>(x.pixel(band.to)) : left, left, right);
        if (b <= a) continue;
        picture.rectangle(a, top, b - a, bottom - top, band.colour);
        if (b - a > 6.5 * static_cast<double>(band.name.size())) picture.text((a + b) / 2, top + 14, "middle", band.ink, band.name);
    }
    for (std::size_t i = 0; i < y_ticks.size(); ++i) {
        if (plot.whole_y && y_ticks[i] != std::round(y_ticks[i])) continue;
        const double at = static_cast<double>(y.pixel(y_ticks[i]));
        picture.line(left, at, right, at, t.grid);
        picture.text(left - 6, at + 4, "end", t.muted, y_labels[i]);
    }
    const std::vector<double> x_ticks = nice_ticks(x.low, x.high, room < 300 ? 4 : 7, x.logarithmic);
    const std::vector<std::string> x_labels = tick_labels(x_ticks);
    for (std::size_t i = 0; i < x_ticks.size(); ++i) {
        const double at = static_cast<double>(x.pixel(x_ticks[i]));
        picture.line(at, bottom, at, bottom + 4, t.faint);
        const bool last = at + 3 * static_cast<double>(x_labels[i].size()) > width - 2;
        picture.text(last ? width - 2.0 : at, bottom + 17, last ? "end" : "middle", t.muted, x_labels[i]);
    }
    picture.line(left, bottom, right, bottom, t.faint);
    picture.text(right, bottom + 32, "end", t.muted, plot.x_title);
    picture.text(0, 0, "middle", t.muted, plot.y_title, " transform=\"translate(14 " + svg_pixels((top + bottom) / 2) + ") rotate(-90)\"");
    NameRows top_names(3), bottom_names(3);
    for (const Marker& marker : plot.markers) {
        if (!x.places(marker.step)) continue;
        const double at = static_cast<double>(x.pixel(marker.step));
        if (at < left - 1 || at > right + 1) continue;
        picture.line(at, top, at, bottom, marker.colour, " stroke-dasharray=\"3 3\"");
        const bool before = at > (left + right) / 2;
        const double wide = 8 + small_character * static_cast<double>(marker.name.size());
        const int row = room > 300 ? (marker.at_top ? top_names : bottom_names).place(static_cast<float>(before ? at - wide : at), static_cast<float>(before ? at : at + wide)) : -1;
        if (row >= 0) picture.text(before ? at - 4 : at + 4, marker.at_top ? top + 12 + 13 * row : bottom - 5 - 13 * row, before ? "end" : "start", marker.colour, marker.name);
    }
    for (const Curve& curve : plot.curves)
        if (!curve.hidden) draw_curve(out.marks, picture, plot, curve, x, y);
    if (titled.legend) draw_legend(t, picture, titled, left, room, bottom + 46);
    return out;
}

Drawing legend_drawing(const Theme& t, const Plot& plot, int width) {
    const TitledPlot titled{"", plot};
    Drawing out{"", width, static_cast<int>(legend_height(titled, width - 28)) + 14, ""};
    SvgPicture picture(out.marks);
    draw_legend(t, picture, titled, 14, width - 28, 10);
    return out;
}

std::string plots_svg(const Theme& t, const std::vector<TitledPlot>& plots, int width, int height) {
    std::vector<Drawing> drawings;
    drawings.reserve(plots.size());
    for (const TitledPlot& plot : plots) drawings.push_back(plot_drawing(t, plot, width, height));
    return drawings_svg(t.card, drawings);
}

}  // namespace ladder
