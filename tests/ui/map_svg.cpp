// Attention maps as a file: every cell in its colour and place, the ideal lags outlined, and no number that is none.
#include "ui/map_svg.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace ladder;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

Chain two_spans() {
    Settings s;
    s.vocabulary = 5, s.spans = {1, 1};
    return Chain(s);
}

// Two heads, two queries, four keys.
struct Weights {
    std::vector<float> values{0, 1, 1, 0, 0, 0, 0, 0.5f, 0, 0, 0, 0, 0, 0, 0, 1};
    Maps maps() const { return {2, 2, 4, 1, values, values, 1.0f}; }
};

}  // namespace

TEST_CASE("a map is written with all heads in one, each by itself, and the ideal lags") {
    const Theme t = make_theme(false, 1);
    const Chain chain = two_spans();
    const Weights weights;
    const ImU32 ground = IM_COL32(250, 250, 250, 255);
    const Drawing drawing = map_drawing(t, chain, {"Maps & more", "Step 3.", weights.maps(), ground, {{"Head 1", 1}, {"Head 2"}}}, 760);
    CHECK(drawing.width == 760);
    CHECK(drawing.height > 200);
    const std::string& s = drawing.marks;
    CHECK(s.find("Maps &amp; more") != std::string::npos);
    CHECK(times(s, "shape-rendering=\"crispEdges\"") == 3);
    // Cells of one colour side by side are one mark, in units of cells; those without weight are the ground.
    CHECK(times(s, "M1 0h2v1h-2z") == 2);
    CHECK(times(s, "M0 0") == 0);
    CHECK(times(s, svg_paint("fill", t.head[0])) >= 2);
    // Both spans in the first map, one in the second, both in the last, whose head serves none.
    CHECK(times(s, "stroke-opacity=\"0.45\"") == 5);
    CHECK(s.find("nan") == std::string::npos);
    CHECK(s.find("inf") == std::string::npos);
    CHECK(times(s, "<g ") == times(s, "</g>"));
}

TEST_CASE("weights that are no numbers are drawn as none, and facts stand under the map") {
    Weights weights;
    weights.values.assign(weights.values.size(), NAN);
    const Drawing drawing = map_drawing(make_theme(false, 1), two_spans(), {"Best", "", weights.maps(), IM_COL32(250, 250, 250, 255), {}, {"excess 0.1 nats", "F\u2082"}}, 380);
    CHECK(drawing.marks.find("nan") == std::string::npos);
    CHECK(times(drawing.marks, "v1h-") == 0);
    CHECK(drawing.marks.find("excess 0.1 nats") != std::string::npos);
}

TEST_CASE("words are broken between words, shortened at the end, and no character is cut in two") {
    CHECK(svg_lines("one two three", 7, 3) == std::vector<std::string>{"one two", "three"});
    CHECK(svg_lines("one two three", 7, 1) == std::vector<std::string>{"one tw\u2026"});
    CHECK(svg_lines("\u00e4\u00f6\u00fc\u00df", 3, 1) == std::vector<std::string>{"\u00e4\u00f6\u2026"});
    CHECK(svg_lines("", 5, 2).empty());
    CHECK(svg_lines("\u00e4\u00f6\u00fc\u00df\u00e4", 3, 2) == std::vector<std::string>{"\u00e4\u00f6\u00fc", "\u00df\u00e4"});
}

TEST_CASE("drawings stand in a grid, and the file is as high as all of them") {
    const Drawing one{"One", 100, 50, "<a/>\n"}, two{"Two", 120, 40, "<b/>\n"};
    const Drawing grid = in_columns({one, two, one}, 2);
    CHECK(grid.width == 240);
    CHECK(grid.height == 100);
    CHECK(grid.marks.find("translate(120 0)") != std::string::npos);
    CHECK(grid.marks.find("translate(0 50)") != std::string::npos);
    const std::string file = drawings_svg(IM_COL32_WHITE, {grid, two});
    CHECK(file.find("viewBox=\"0 0 240 140\"") != std::string::npos);
    CHECK(file.find("aria-label=\"One\"") != std::string::npos);
}
