// Weights are drawn in 64 steps: all cells of one colour become one path, in units of cells.
#include "ui/map_svg.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "experiment/svg.h"
#include "ui/plot.h"

namespace ladder {
namespace {

constexpr double scale_steps = 63, character_width = 5.6;

ImU32 colour_of(const Theme& t, int head) { return t.head[static_cast<std::size_t>(head % 8)]; }

// As the shader mixes: each head pulls the ground towards its colour in proportion to its weight.
ImU32 mixture(const Theme& t, ImU32 ground, std::span<const int> heads, std::span<const double> weights) {
    ImU32 out = IM_COL32_A_MASK;
    for (unsigned shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT}) {
        const auto part = [shift](ImU32 c) { return static_cast<double>(c >> shift & 255u); };
        double sum = part(ground);
        for (std::size_t i = 0; i < heads.size(); ++i) sum += std::round(std::clamp(weights[i], 0.0, 1.0) * scale_steps) / scale_steps * (part(colour_of(t, heads[i])) - part(ground));
        out |= static_cast<ImU32>(std::lround(std::clamp(sum, 0.0, 255.0))) << shift;
    }
    return out;
}

struct Frame {
    double x, y, width, height;
};

void draw_cells(const Theme& t, std::string& s, const Frame& f, const MapPicture& p, std::span<const int> heads) {
    const Maps& m = p.maps;
    std::map<ImU32, std::string> paths;
    std::vector<double> weights(heads.size());
    const auto colour = [&](int row, int column) {
        for (std::size_t i = 0; i < heads.size(); ++i) {
            const double weight = static_cast<double>(m.at(heads[i], row, column));
            weights[i] = std::isfinite(weight) ? std::abs(weight) / static_cast<double>(m.top) : 0;
        }
        return mixture(t, p.ground, heads, weights);
    };
    for (int row = 0; row < m.rows; ++row)
        for (int column = 0; column < m.columns;) {
            const ImU32 here = colour(row, column);
            int end = column + 1;
            while (end < m.columns && colour(row, end) == here) ++end;
            const std::string length = std::to_string(end - column);
            if (here != (p.ground | IM_COL32_A_MASK)) paths[here] += "M" + std::to_string(column) + " " + std::to_string(row) + "h" + length + "v1h-" + length + "z";
            column = end;
        }
    s += "<g transform=\"translate(" + svg_pixels(f.x) + " " + svg_pixels(f.y) + ") scale(" + svg_number(f.width / m.columns) + " " + svg_number(f.height / m.rows) + ")\" shape-rendering=\"crispEdges\">\n";
    for (const auto& [ink, path] : paths) s += "<path" + svg_paint("fill", ink) + " d=\"" + path + "\"/>\n";
    s += "</g>\n";
}

// For each span the cells at its lags, as one staircase. only: -1 for all.
void draw_staircases(const Theme& t, const Chain& chain, std::string& s, const Frame& f, const Maps& m, int only) {
    const double cw = f.width / m.columns, ch = f.height / m.rows;
    for (std::size_t k = 0; k < chain.spans().size(); ++k) {
        const Span& span = chain.spans()[k];
        if (only >= 0 && static_cast<int>(k) != only) continue;
        std::string left, right;
        for (int row = 0; row < m.rows; ++row) {
            const int query = m.first_query + row;
            const double a = f.x + cw * (query + 1 - span.oldest_lag), b = f.x + cw * (query + 2 - span.nearest_lag), y = f.y + ch * row;
            left += (row ? " L" : "M") + svg_pixels(a) + " " + svg_pixels(y) + " L" + svg_pixels(a) + " " + svg_pixels(y + ch);
            right = " L" + svg_pixels(b) + " " + svg_pixels(y + ch) + " L" + svg_pixels(b) + " " + svg_pixels(y) + right;
        }
        s += "<path d=\"" + left + right + " Z\" fill=\"none\"" + svg_paint("stroke", t.text) + " stroke-opacity=\"0.45\" stroke-width=\"0.8\" stroke-linejoin=\"round\"/>\n";
    }
}

void draw_one(const Theme& t, const Chain& chain, std::string& s, const Frame& f, const MapPicture& p, std::span<const int> heads, int span) {
    SvgPicture(s).rectangle(f.x, f.y, f.width, f.height, p.ground);
    draw_cells(t, s, f, p, heads);
    draw_staircases(t, chain, s, f, p.maps, span);
    s += "<rect x=\"" + svg_pixels(f.x) + "\" y=\"" + svg_pixels(f.y) + "\" width=\"" + svg_pixels(f.width) + "\" height=\"" + svg_pixels(f.height) + "\" fill=\"none\"" + svg_paint("stroke", t.faint) + " stroke-width=\"0.8\"/>\n";
}

void draw_axes(const Theme& t, SvgPicture& picture, const Frame& f, const Maps& m) {
    for (double tick : nice_ticks(0, m.columns - 1, 6, false)) {
        if (tick != std::round(tick) || tick > m.columns - 1) continue;
        const double x = f.x + f.width / m.columns * (tick + 0.5);
        picture.line(x, f.y + f.height, x, f.y + f.height + 4, t.faint);
        picture.text(x, f.y + f.height + 15, "middle", t.muted, svg_number(tick));
    }
    for (double tick : nice_ticks(m.first_query, m.first_query + m.rows - 1, 6, false)) {
        const double row = tick - m.first_query;
        if (tick != std::round(tick) || row < 0 || row > m.rows - 1) continue;
        const double y = f.y + f.height / m.rows * (row + 0.5);
        picture.line(f.x - 4, y, f.x, y, t.faint);
        picture.text(f.x - 7, y + 4, "end", t.muted, svg_number(tick));
    }
    picture.text(f.x + f.width / 2, f.y + f.height + 30, "middle", t.muted, "key position (read from)");
    picture.text(0, 0, "middle", t.muted, "query position (predicts next)", " transform=\"translate(" + svg_pixels(f.x - 32) + " " + svg_pixels(f.y + f.height / 2) + ") rotate(-90)\"");
}

// From no weight to the end of the scale, where all heads look.
void draw_scale(const Theme& t, SvgPicture& picture, double x, double y, double end, const MapPicture& p, std::span<const int> heads) {
    constexpr int parts = 24;
    constexpr double part = 5;
    for (int i = 0; i < parts; ++i) {
        const std::vector<double> weights(heads.size(), (i + 0.5) / parts);
        picture.rectangle(x + part * i, y, part + 0.3, 8, mixture(t, p.ground, heads, weights));
    }
    picture.text(x, y + 21, "start", t.muted, "0");
    picture.text(x + part * parts, y + 21, "end", t.muted, svg_number(static_cast<double>(p.maps.top)));
    const std::string words = "attention weight; dark where all heads look";
    const bool fits = x + part * parts + 10 + character_width * static_cast<double>(words.size()) < end;
    picture.text(x + part * parts + 10, y + 8, "start", t.muted, heads.size() < 2 || !fits ? "attention weight" : words);
}

}  // namespace

Drawing map_drawing(const Theme& t, const Chain& chain, const MapPicture& p, int width) {
    Drawing out{p.title, width, 0, ""};
    SvgPicture picture(out.marks);
    const Maps& m = p.maps;
    std::vector<int> heads(static_cast<std::size_t>(m.heads));
    std::iota(heads.begin(), heads.end(), 0);
    const double shape = static_cast<double>(m.rows) / m.columns;

    picture.text(14, 20, "start", t.text, p.title, " font-weight=\"600\" font-size=\"13\"");
    double y = 36;
    for (const std::string& words : svg_lines(p.note, static_cast<std::size_t>((width - 28) / character_width), 3)) picture.text(14, y, "start", t.muted, words), y += 14;
    y += 12;
    // All heads left, each head right.
    const bool each = !p.heads.empty();
    const Frame whole{58, y, each ? 0.42 * width : width - 58 - 20.0, (each ? 0.42 * width : width - 58 - 20.0) * shape};
    draw_one(t, chain, out.marks, whole, p, heads, -1);
    draw_axes(t, picture, whole, m);
    double below = whole.y + whole.height + 44;
    draw_scale(t, picture, whole.x, below, width, p, heads);
    below += 40;
    for (const std::string& fact : p.facts)
        for (const std::string& words : svg_lines(fact, static_cast<std::size_t>((width - whole.x - 14) / character_width), 3)) picture.text(whole.x, below, "start", t.text, words), below += 15;

    const int n = static_cast<int>(p.heads.size()), columns = n < 2 ? 1 : n < 5 ? 2 : 3;
    const double left = whole.x + whole.width + 34, cell = (width - 14 - left) / columns, side = std::min(cell - 16, 0.42 * width), name_height = 30, cell_height = side * shape + name_height + 8;
    double end = below;
    for (int i = 0; i < n; ++i) {
        const MapHead& head = p.heads[static_cast<std::size_t>(i)];
        const int column = i % columns, row = i / columns;
        const double x = left + cell * column, top = whole.y + cell_height * row - 10;
        picture.circle(x + 5, top + 5, 4.5, colour_of(t, i), false);
        double line = top + 9;
        for (const std::string& words : svg_lines(head.name, static_cast<std::size_t>((side - 16) / character_width), 2)) picture.text(x + 15, line, "start", t.text, words), line += 13;
        const int one[] = {i};
        const Frame small{x, top + name_height - 3, side, side * shape};
        draw_one(t, chain, out.marks, small, p, one, head.span);
        end = std::max(end, small.y + small.height + 14);
    }
    out.height = static_cast<int>(std::ceil(end)) + 6;
    return out;
}

}  // namespace ladder
