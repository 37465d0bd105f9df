// A plot as a file: well-formed, with its axes, curves, gaps and names, and nothing of what was hidden.
#include "ui/plot_svg.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace ladder;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

Plot some_plot() {
    Plot plot;
    plot.x_title = "step", plot.y_title = "nats";
    plot.steps = {0, 10, 20, 30};
    plot.x_end = 30;
    plot.curves.push_back({"a < b", IM_COL32(255, 0, 0, 255), 2.0f, {1, NAN, 3, 4}});
    plot.curves.push_back({"hidden", IM_COL32(0, 255, 0, 255), 2.0f, {9, 9, 9, 9}});
    plot.bands.push_back({0, 30, IM_COL32(0, 0, 255, 128), "stage", IM_COL32(0, 0, 0, 255)});
    plot.markers.push_back({20, IM_COL32(0, 0, 0, 255), "mark"});
    return plot;
}

}  // namespace

TEST_CASE("a plot is written with what is shown of it") {
    Plot without = some_plot();
    without.curves[1].hidden = true;
    const std::string svg = plots_svg(make_theme(false, 1), {{"Losses & more", without}, {"Again", some_plot()}});
    CHECK(svg.starts_with("<svg xmlns="));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(count(svg, "<g ") == count(svg, "</g>"));
    CHECK(count(svg, "<text ") == count(svg, "</text>"));
    CHECK(svg.find("Losses &amp; more") != std::string::npos);
    CHECK(count(svg, "a &lt; b") == 2);
    CHECK(count(svg, ">hidden<") == 1);
    CHECK(count(svg, "<polyline") == 5);  // a gap parts the curve in two, in both plots; the other is shown in one
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(count(svg, ">mark<") == 2);
    CHECK(count(svg, "fill-opacity") == 2);
}

TEST_CASE("strokes are told apart") {
    Plot plot = some_plot();
    plot.curves[0].stroke = Stroke::dashed, plot.curves[1].stroke = Stroke::dotted;
    const std::string svg = plots_svg(make_theme(false, 1), {{"Plot", plot}});
    for (const char* dashes : {"stroke-dasharray=\"4 3\"", "stroke-dasharray=\"1.8 2.7\""}) CHECK(count(svg, dashes) >= 2);  // the curve and the legend
}

TEST_CASE("nothing to draw is a picture all the same") {
    Plot empty;
    empty.logarithmic_x = empty.logarithmic_y = true;
    const std::string svg = plots_svg(make_theme(true, 1), {{"Empty", empty}});
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("points are discs or rings, a note stands under the title, and a legend can be shared") {
    Plot plot = some_plot();
    plot.curves.push_back({"seeds", IM_COL32(0, 0, 0, 255), 3.0f, {1, 2}, Stroke::solid, {5, 15}, true, true});
    plot.curves.push_back({"", IM_COL32(0, 0, 0, 255), 3.0f, {1, NAN, 2}, Stroke::solid, {5, 10, 15}, true});
    const Theme t = make_theme(false, 1);
    const std::string alone = plot_drawing(t, {"Plot", plot, "What is drawn."}, 760, 340).marks;
    CHECK(count(alone, "<circle") == 5);  // two rings, two discs, and the ring in the legend: what has no name is not there
    CHECK(count(alone, "fill=\"none\" stroke-width=\"1.5\"") == 3);
    CHECK(count(alone, ">What is drawn.<") == 1);
    CHECK(count(alone, ">seeds<") == 1);
    CHECK(count(alone, "the run before") == 0);
    const std::string bare = plot_drawing(t, {"Plot", plot, "", false}, 253, 230).marks;
    CHECK(count(bare, ">seeds<") == 0);
    const Drawing legend = legend_drawing(t, plot, 760);
    CHECK(count(legend.marks, ">seeds<") == 1);
    CHECK(count(legend.marks, ">hidden<") == 1);
    CHECK(legend.height > 14);
    // On a logarithmic axis nothing is drawn before it begins.
    plot.logarithmic_x = true, plot.x_start = 10;
    const std::string later = plot_drawing(t, {"Plot", plot, "", false}, 760, 340).marks;
    CHECK(count(later, "<circle") == 2);
}

TEST_CASE("names of markers do not lie on one another, and what is right of the axis is left out") {
    Plot plot = some_plot();
    plot.markers.assign(3, {10, IM_COL32(0, 0, 0, 255), "pattern", true});
    plot.markers.push_back({40, IM_COL32(0, 0, 0, 255), "beyond"});
    plot.curves.push_back({"longer", IM_COL32(0, 0, 0, 255), 2.0f, {1, 2, 3, 4}, Stroke::solid, {0, 10, 1000, 2000}});
    const std::string svg = plot_drawing(make_theme(false, 1), {"Plot", plot, "", false}, 760, 340).marks;
    std::vector<std::string> places;
    for (std::size_t end = svg.find(">pattern<"); end != std::string::npos; end = svg.find(">pattern<", end + 1)) places.push_back(svg.substr(svg.rfind("<text", end), end - svg.rfind("<text", end)));
    REQUIRE(places.size() == 3);
    CHECK(places[0] != places[1]);
    CHECK(places[1] != places[2]);
    CHECK(count(svg, ">beyond<") == 0);
    for (std::size_t at = svg.find("points=\""); at != std::string::npos; at = svg.find("points=\"", at + 1)) {
        const std::string points = svg.substr(at + 8, svg.find('"', at + 8) - at - 8);
        for (std::size_t i = 0; i < points.size(); i = points.find(' ', i) + 1) CHECK(std::stod(points.substr(i)) <= 760);
    }
}

TEST_CASE("numbers beside an axis are written as on screen") {
    Plot plot = some_plot();
    plot.x_end = 40000;
    const std::string svg = plot_drawing(make_theme(false, 1), {"Plot", plot, "", false}, 760, 340).marks;
    CHECK(count(svg, ">10000<") == 1);
    CHECK(svg.find("e+") == std::string::npos);
}
