// Written as text: a file that any browser, slide or editor opens. Curves are not thinned, they are data.
#include "ui/plot_svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "experiment/svg.h"

namespace ladder {
namespace {

// As the attribute `what` with its opacity.
std::string paint(const char* what, ImU32 colour) {
    char text[80];
    std::snprintf(text, sizeof text, " %s=\"#%02x%02x%02x\"", what, (colour >> IM_COL32_R_SHIFT) & 255u, (colour >> IM_COL32_G_SHIFT) & 255u, (colour >> IM_COL32_B_SHIFT) & 255u);
    std::string out = text;
    if (const unsigned alpha = (colour >> IM_COL32_A_SHIFT) & 255u; alpha < 255) out += std::string(" ") + what + "-opacity=\"" + svg_number(alpha / 255.0) + "\"";
    return out;
}

class Picture {
public:
    Picture(const Theme& t, std::string& out) : t_(t), s_(out) {}

    void text(double x, double y, const char* anchor, ImU32 colour, const std::string& words, const std::string& more = "") {
        s_ += "<text x=\"" + svg_pixels(x) + "\" y=\"" + svg_pixels(y) + "\" text-anchor=\"" + anchor + "\"" + paint("fill", colour) + more + ">" + escape_markup(words) + "</text>\n";
    }
    void line(double x1, double y1, double x2, double y2, ImU32 colour, const char* more = "") {
        s_ += "<line x1=\"" + svg_pixels(x1) + "\" y1=\"" + svg_pixels(y1) + "\" x2=\"" + svg_pixels(x2) + "\" y2=\"" + svg_pixels(y2) + "\"" + paint("stroke", colour) + more + "/>\n";
    }
    void rectangle(double x, double y, double width, double height, ImU32 colour) {
        s_ += "<rect x=\"" + svg_pixels(x) + "\" y=\"" + svg_pixels(y) + "\" width=\"" + svg_pixels(width) + "\" height=\"" + svg_pixels(height) + "\"" + paint("fill", colour) + "/>\n";
    }
    void draw(const TitledPlot&, double width, double height);

private:
    void curve(const Plot&, const Curve&, const Axis& x, const Axis& y);

    const Theme& t_;
    std::string& s_;
};

void Picture::curve(const Plot& plot, const Curve& c, const Axis& x, const Axis& y) {
    const std::vector<double>& steps = c.steps.empty() ? plot.steps : c.steps;
    std::string points;
    const auto flush = [&] {
        if (!points.empty()) s_ += "<polyline points=\"" + points + "\" fill=\"none\"" + paint("stroke", c.colour) + " stroke-width=\"" + svg_number(static_cast<double>(c.width)) + "\"" + (c.dashed ? " stroke-dasharray=\"4 3\"" : "") + "/>\n";
        points.clear();
    };
    for (std::size_t i = 0; i < std::min(steps.size(), c.y.size()); ++i) {
        if (!x.places(steps[i]) || !y.places(static_cast<double>(c.y[i]))) {
            flush();
            continue;
        }
        points += svg_pixels(static_cast<double>(x.pixel(steps[i]))) + "," + svg_pixels(static_cast<double>(y.pixel(static_cast<double>(c.y[i])))) + " ";
    }
    flush();
}

void Picture::draw(const TitledPlot& titled, double width, double height) {
    const Plot& plot = titled.plot;
    std::vector<std::size_t> shown;
    for (std::size_t c = 0; c < plot.curves.size(); ++c)
        if (!(titled.hidden & hidden_bit(plot, c))) shown.push_back(c);
    constexpr int columns = 4;
    const double legend = 17 * std::ceil(static_cast<double>(shown.size()) / columns), left = 58, right = width - 14, top = 34, bottom = height - 44 - legend;
    Axis x, y;
    set_ranges(plot, titled.hidden, x, y);
    x.from = static_cast<float>(left), x.to = static_cast<float>(right), y.from = static_cast<float>(bottom), y.to = static_cast<float>(top);
    text(left, 20, "start", t_.text, titled.title, " font-weight=\"600\" font-size=\"13\"");
    for (const Band& band : plot.bands) {
        const double a = std::clamp<double>(x.places(band.from) ? static_cast<double>(x.pixel(band.from)) : left, left, right), b = std::clamp<double>(x.places(band.to) ? static_cast<double>(x.pixel(band.to)) : left, left, right);
        if (b <= a) continue;
        rectangle(a, top, b - a, bottom - top, band.colour);
        if (b - a > 6.5 * static_cast<double>(band.name.size())) text((a + b) / 2, top + 14, "middle", band.ink, band.name);
    }
    for (double tick : nice_ticks(y.low, y.high, 5, y.logarithmic)) {
        const double at = static_cast<double>(y.pixel(tick));
        line(left, at, right, at, t_.grid);
        text(left - 6, at + 4, "end", t_.muted, svg_number(tick));
    }
    for (double tick : nice_ticks(x.low, x.high, 7, x.logarithmic)) {
        const double at = static_cast<double>(x.pixel(tick));
        line(at, bottom, at, bottom + 4, t_.faint);
        text(at, bottom + 17, "middle", t_.muted, svg_number(tick));
    }
    line(left, bottom, right, bottom, t_.faint);
    text(right, bottom + 32, "end", t_.muted, plot.x_title);
    text(0, 0, "middle", t_.muted, plot.y_title, " transform=\"translate(14 " + svg_pixels((top + bottom) / 2) + ") rotate(-90)\"");
    for (const Marker& marker : plot.markers) {
        if (!x.places(marker.step)) continue;
        const double at = static_cast<double>(x.pixel(marker.step));
        line(at, top, at, bottom, marker.colour, " stroke-dasharray=\"3 3\"");
        const bool before = at > (left + right) / 2;
        text(before ? at - 4 : at + 4, bottom - 5, before ? "end" : "start", marker.colour, marker.name);
    }
    for (std::size_t c : shown) curve(plot, plot.curves[c], x, y);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const Curve& c = plot.curves[shown[i]];
        const double at_x = left + (right - left) / columns * static_cast<double>(i % columns), at_y = bottom + 46 + 17 * static_cast<double>(i / columns);
        line(at_x, at_y, at_x + 16, at_y, c.colour, c.dashed ? " stroke-width=\"2.5\" stroke-dasharray=\"4 3\"" : " stroke-width=\"2.5\"");
        text(at_x + 21, at_y + 4, "start", t_.text, c.name + (c.steps.empty() ? "" : ", the run before"));
    }
}

}  // namespace

std::string plots_svg(const Theme& t, const std::vector<TitledPlot>& plots, int width, int height) {
    const std::string w = std::to_string(width), h = std::to_string(height * static_cast<int>(plots.size()));
    std::string s = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + w + " " + h + "\" width=\"" + w + "\" height=\"" + h +
                    "\" font-family=\"Inter, system-ui, sans-serif\" font-size=\"11\" role=\"img\" aria-label=\"" + escape_markup(plots.empty() ? "" : plots.front().title) + "\">\n";
    Picture picture(t, s);
    picture.rectangle(0, 0, width, height * static_cast<double>(plots.size()), t.card);
    for (std::size_t i = 0; i < plots.size(); ++i) {
        s += "<g transform=\"translate(0 " + std::to_string(height * static_cast<int>(i)) + ")\">\n";
        picture.draw(plots[i], width, height);
        s += "</g>\n";
    }
    return s + "</svg>\n";
}

}  // namespace ladder
