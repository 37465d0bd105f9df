#include "experiment/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "experiment/axis.h"

namespace ladder {
namespace {

Axis make_axis(const SvgPlot& plot, bool x, bool logarithmic, double from, double to) {
    Axis axis{INFINITY, -INFINITY, logarithmic, static_cast<float>(from), static_cast<float>(to)};
    for (const SvgCurve& c : plot.curves)
        for (double v : x ? c.x : c.y)
            if (axis.places(v)) axis.low = std::min(axis.low, v), axis.high = std::max(axis.high, v);
    if (!(axis.low <= axis.high)) axis.low = logarithmic ? 1 : 0, axis.high = 1;
    if (!x && axis.low > 0 && axis.low < axis.high / 2) axis.low = 0;
    if (axis.high <= axis.low) axis.high = axis.low + (axis.low > 0 ? axis.low : 1);
    return axis;
}

}  // namespace

std::string svg_number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", x);
    return text;
}

std::string svg_pixels(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", x);
    return text;
}

std::string escape_markup(const std::string& text) {
    std::string out;
    for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
    return out;
}

std::string format_svg(const SvgPlot& plot, int width, int height) {
    const double left = 58, right = width - 12, top = 26, legend = 16.0 * std::ceil(static_cast<double>(plot.curves.size()) / 4), bottom = height - 40 - legend;
    const Axis x = make_axis(plot, true, plot.logarithmic_x, left, right), y = make_axis(plot, false, false, bottom, top);
    std::string s = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " + std::to_string(height) + "\" width=\"" + std::to_string(width) +
                    "\" font-family=\"sans-serif\" font-size=\"11\" fill=\"currentColor\" role=\"img\" aria-label=\"" + escape_markup(plot.title) + "\">\n";
    const auto text = [&](double at_x, double at_y, const char* anchor, const std::string& words, const char* more = "") {
        s += "<text x=\"" + svg_pixels(at_x) + "\" y=\"" + svg_pixels(at_y) + "\" text-anchor=\"" + anchor + "\"" + more + ">" + escape_markup(words) + "</text>\n";
    };
    const auto line = [&](double x1, double y1, double x2, double y2, const char* opacity) {
        s += "<line x1=\"" + svg_pixels(x1) + "\" y1=\"" + svg_pixels(y1) + "\" x2=\"" + svg_pixels(x2) + "\" y2=\"" + svg_pixels(y2) + "\" stroke=\"currentColor\" stroke-opacity=\"" + opacity + "\"/>\n";
    };
    text(left, 15, "start", plot.title, " font-weight=\"bold\"");
    for (double t : nice_ticks(y.low, y.high, 5, false)) {
        line(left, y.pixel(t), right, y.pixel(t), "0.12");
        text(left - 6, y.pixel(t) + 4, "end", svg_number(t));
    }
    for (double t : nice_ticks(x.low, x.high, 5, x.logarithmic)) {
        line(x.pixel(t), bottom, x.pixel(t), bottom + 4, "0.6");
        text(x.pixel(t), bottom + 16, "middle", svg_number(t));
    }
    line(left, bottom, right, bottom, "0.6");
    text((left + right) / 2, bottom + 30, "middle", plot.x_title);
    text(0, 0, "middle", plot.y_title, (" transform=\"translate(13 " + svg_pixels((top + bottom) / 2) + ") rotate(-90)\"").c_str());

    for (std::size_t c = 0; c < plot.curves.size(); ++c) {
        const SvgCurve& curve = plot.curves[c];
        std::string points;
        for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
            if (!x.places(curve.x[i]) || !y.places(curve.y[i])) continue;
            if (curve.points) s += "<circle cx=\"" + svg_pixels(x.pixel(curve.x[i])) + "\" cy=\"" + svg_pixels(y.pixel(curve.y[i])) + "\" r=\"3\" fill=\"" + curve.colour + "\"/>\n";
            else points += svg_pixels(x.pixel(curve.x[i])) + "," + svg_pixels(y.pixel(curve.y[i])) + " ";
        }
        if (!points.empty()) s += "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + curve.colour + "\" stroke-width=\"" + (curve.faint ? "0.8" : "1.6") + "\"/>\n";
        const std::size_t column = c % 4, row = c / 4;
        const double at_x = left + (right - left) / 4 * static_cast<double>(column), at_y = bottom + 44 + 16 * static_cast<double>(row);
        s += "<rect x=\"" + svg_pixels(at_x) + "\" y=\"" + svg_pixels(at_y - 6) + "\" width=\"12\" height=\"3\" fill=\"" + curve.colour + "\"/>\n";
        text(at_x + 16, at_y, "start", curve.name);
    }
    return s + "</svg>\n";
}

}  // namespace ladder
