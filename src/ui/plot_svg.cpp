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

// Where the curves have their room, and what lies where in it.
struct Field {
    double left, right, top, bottom;
    Axis x, y;
    double across(double step) const { return static_cast<double>(x.pixel(step)); }
    double up(double value) const { return static_cast<double>(y.pixel(value)); }
};

void write_bands(SvgPicture& picture, const Plot& plot, const Field& f) {
    for (const Band& band : plot.bands) {
        const double a = std::clamp(f.x.places(band.from) ? f.across(band.from) : f.left, f.left, f.right), b = std::clamp(f.x.places(band.to) ? f.across(band.to) : f.left, f.left, f.right);
        if (b <= a) continue;
        picture.rectangle(a, f.top, b - a, f.bottom - f.top, band.colour);
        if (b - a > 6.5 * static_cast<double>(band.name.size())) picture.text((a + b) / 2, f.top + 14, "middle", band.ink, band.name);
    }
}

// width: of the picture, which numbers must not leave.
void write_axes(const Theme& t, SvgPicture& picture, const Plot& plot, const Field& f, const Ticks& y_ticks, double width) {
    for (std::size_t i = 0; i < y_ticks.values.size(); ++i) {
        if (plot.whole_y && y_ticks.values[i] != std::round(y_ticks.values[i])) continue;
        const double at = f.up(y_ticks.values[i]);
        picture.line(f.left, at, f.right, at, t.grid);
        picture.text(f.left - 6, at + 4, "end", t.muted, y_ticks.labels[i]);
    }
    const Ticks x_ticks = ticks_of(f.x, f.right - f.left < 300 ? 4 : 7);
    for (std::size_t i = 0; i < x_ticks.values.size(); ++i) {
        const double at = f.across(x_ticks.values[i]);
        picture.line(at, f.bottom, at, f.bottom + 4, t.faint);
        const bool last = at + 3 * static_cast<double>(x_ticks.labels[i].size()) > width - 2;
        picture.text(last ? width - 2 : at, f.bottom + 17, last ? "end" : "middle", t.muted, x_ticks.labels[i]);
    }
    picture.line(f.left, f.bottom, f.right, f.bottom, t.faint);
    picture.text(f.right, f.bottom + 32, "end", t.muted, plot.x_title);
    picture.text(0, 0, "middle", t.muted, plot.y_title, " transform=\"translate(14 " + svg_pixels((f.top + f.bottom) / 2) + ") rotate(-90)\"");
}

void write_markers(SvgPicture& picture, const Plot& plot, const Field& f) {
    NameRows top_names(3), bottom_names(3);
    for (const Marker& marker : plot.markers) {
        if (!f.x.places(marker.step)) continue;
        const double at = f.across(marker.step);
        if (at < f.left - 1 || at > f.right + 1) continue;
        picture.line(at, f.top, at, f.bottom, marker.colour, " stroke-dasharray=\"3 3\"");
        const bool before = at > (f.left + f.right) / 2;
        const double wide = 8 + small_character * static_cast<double>(marker.name.size());
        const int row = f.right - f.left > 300 ? (marker.at_top ? top_names : bottom_names).place(static_cast<float>(before ? at - wide : at), static_cast<float>(before ? at : at + wide)) : -1;
        if (row >= 0) picture.text(before ? at - 4 : at + 4, marker.at_top ? f.top + 12 + 13 * row : f.bottom - 5 - 13 * row, before ? "end" : "start", marker.colour, marker.name);
    }
}

}  // namespace

Drawing plot_drawing(const Theme& t, const TitledPlot& titled, int width, int height) {
    Drawing out{titled.title, width, height, ""};
    SvgPicture picture(out.marks);
    const Plot& plot = titled.plot;
    Field f{58, width - 14.0, 34, 0, {}, {}};
    const auto note = svg_lines(titled.note, static_cast<std::size_t>((f.right - 14) / small_character), 2);
    f.top += 14 * static_cast<double>(note.size());
    set_ranges(plot, f.x, f.y);
    const auto height_over = [&](double from) { return height - 44 - legend_height(titled, f.right - from); };
    const Ticks y_ticks = ticks_of(f.y, height_over(f.left) - f.top < 140 ? 3 : 5);
    for (const std::string& label : y_ticks.labels) f.left = std::max(f.left, 30 + small_character * static_cast<double>(label.size()));
    f.bottom = height_over(f.left);
    f.x.from = static_cast<float>(f.left), f.x.to = static_cast<float>(f.right), f.y.from = static_cast<float>(f.bottom), f.y.to = static_cast<float>(f.top);
    if (std::any_of(plot.bands.begin(), plot.bands.end(), [](const Band& band) { return !band.name.empty(); })) f.y.to += 18;
    // A note begins where there is most room, and the title above it.
    const double said = note.empty() ? f.left : 14;
    for (const std::string& words : svg_lines(titled.title, static_cast<std::size_t>((f.right - said) / title_character), 1)) picture.text(said, 20, "start", t.text, words, " font-weight=\"600\" font-size=\"13\"");
    for (std::size_t i = 0; i < note.size(); ++i) picture.text(said, 34 + 14 * static_cast<double>(i), "start", t.muted, note[i]);
    write_bands(picture, plot, f);
    write_axes(t, picture, plot, f, y_ticks, width);
    write_markers(picture, plot, f);
    for (const Curve& curve : plot.curves)
        if (!curve.hidden) draw_curve(out.marks, picture, plot, curve, f.x, f.y);
    if (titled.legend) draw_legend(t, picture, titled, f.left, f.right - f.left, f.bottom + 46);
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
