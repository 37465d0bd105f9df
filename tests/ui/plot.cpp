// Plots as they are drawn, on ImGui's draw list without a window: what lies outside the axes costs nothing, names do not meet.
#include "ui/plot.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/drawn_frame.h"

using namespace ladder;

namespace {

// Plots drawn into one frame.
struct Frame : DrawnFrame {
    int vertices(const Plot& plot, Rect r = {{20, 20}, {1220, 260}}) {
        const int before = ImGui::GetWindowDrawList()->VtxBuffer.Size;
        result = draw_plot(theme, r, plot);
        return ImGui::GetWindowDrawList()->VtxBuffer.Size - before;
    }
    PlotResult result;
};

Plot run_to(double last) {
    Plot plot;
    plot.x_title = "step", plot.y_title = "nats", plot.x_end = 1.15 * last + 20;
    for (double step = 0; step <= last; ++step) plot.steps.push_back(step);
    plot.curves.push_back({"of this run", IM_COL32_BLACK, 1.6f, std::vector<float>(plot.steps.size(), 0.5f)});
    return plot;
}

Curve of_other_run(double last, double stride, Stroke stroke) {
    Curve curve{"of the other", IM_COL32_BLACK, 1.4f, {}, stroke};
    for (double step = 0; step <= last; step += stride) curve.steps.push_back(step), curve.y.push_back(0.5f + 0.4f * static_cast<float>(std::sin(step)));
    return curve;
}

}  // namespace

TEST_CASE("a branch early in a long run draws of that run what there is room for") {
    Frame frame;
    const int alone = frame.vertices(run_to(100));
    for (const Stroke stroke : {Stroke::solid, Stroke::dashed, Stroke::dotted})
        for (const double last : {2e4, 1e6})
            for (const double first : {1.0, 100.0}) {
                CAPTURE(last);
                CAPTURE(first);
                Plot plot = run_to(first);
                for (int k = 0; k < 5; ++k) plot.curves.push_back(of_other_run(last, last / 1000, stroke));
                CHECK(frame.vertices(plot) < alone + 20000);
                plot.logarithmic_x = true;
                CHECK(frame.vertices(plot) < alone + 20000);
            }
}

TEST_CASE("noisy dashes cost no more than the points they join") {
    Frame frame;
    Plot plot = run_to(0);
    plot.steps.clear(), plot.curves.clear();
    for (int i = 0; i < 1024; ++i) plot.steps.push_back(i);
    plot.x_end = 1024;
    for (int c = 0; c < 64; ++c) {
        Curve curve{"noise", IM_COL32_BLACK, 1.7f, {}, static_cast<Stroke>(c % 3)};
        for (int i = 0; i < 1024; ++i) curve.y.push_back(static_cast<float>((i * 7919 + c * 31) % 97) / 97);
        plot.curves.push_back(std::move(curve));
    }
    CHECK(frame.vertices(plot) < 64 * (1024 * 4 + 8000));
    CHECK(sizeof(ImDrawIdx) == 4);
}

TEST_CASE("a plot without room is not drawn, and never upside down") {
    Frame frame;
    CHECK(frame.vertices(run_to(10), {{20, 20}, {390, 15}}) == 0);
    CHECK(frame.result.area.height() > 0);
    CHECK(frame.result.y.from > frame.result.y.to);
}

TEST_CASE("a band whose name has no room has its brief one, as far as there is room for that") {
    Frame frame;
    const auto vertices = [&](double to, const char* brief) {
        Plot plot = run_to(100);
        plot.bands.push_back({0, to, IM_COL32_WHITE, "+ middle pair", IM_COL32_BLACK, brief});
        return frame.vertices(plot);
    };
    constexpr int letter = 4;
    CHECK(vertices(5, "Fk") == vertices(5, "") + 2 * letter);
    CHECK(vertices(60, "Fk") == vertices(60, ""));
    CHECK(vertices(1, "Fk") == vertices(1, ""));
}

TEST_CASE("more curves than an integer has bits are switched off one by one") {
    Frame frame;
    Plot plot = run_to(10);
    for (int c = 0; c < 40; ++c) plot.curves.push_back({"curve " + std::to_string(c), IM_COL32_BLACK, 1.6f, std::vector<float>(11, 100.0f + static_cast<float>(c))});
    for (std::size_t c = 1; c < plot.curves.size(); ++c) plot.curves[c].hidden = c != 33;
    Axis x, y;
    set_ranges(plot, x, y);
    CHECK(y.high == doctest::Approx(132).epsilon(0.1));
    plot.curves[33].hidden = true;
    set_ranges(plot, x, y);
    CHECK(y.high < 1);
}

TEST_CASE("a line that was measured at some moments only runs on over the gaps, and the values stay what they are") {
    Frame frame;
    Plot plot = run_to(100);
    for (std::size_t i = 0; i < plot.steps.size(); ++i)
        if (i % 10) plot.curves[0].y[i] = NAN;
    const int points = frame.vertices(plot);
    plot.curves[0].joined = true;
    CHECK(frame.vertices(plot) < points);  // eleven discs have become one line
    CHECK(std::isnan(plot.curves[0].y[5]));
}

TEST_CASE("wide numbers move the plot away from its axis' name") {
    Frame frame;
    Plot plot = run_to(10);
    frame.vertices(plot);
    const float usual = frame.result.area.min.x;
    plot.logarithmic_y = true;
    plot.curves[0].y.assign(11, 0.00001f), plot.curves[0].y[3] = 1;
    frame.theme.scale = 0.9f;
    frame.vertices(plot);
    CHECK(frame.result.area.min.x >= 20 + frame.theme.small->FontSize + ImGui::CalcTextSize("0.0001").x);
    CHECK(usual == 64);
}

TEST_CASE("a legend takes as many rows as its width asks for") {
    Frame frame;
    std::vector<LegendEntry> names(8, {"tokens 1 to 3 back", IM_COL32_BLACK});
    names.push_back({"words"});
    const float one = legend_height(frame.theme, 4000, names), slim = legend_height(frame.theme, 358, names), slimmest = legend_height(frame.theme, 10, names);
    CHECK(one < slim);
    CHECK(slimmest == doctest::Approx(one + 8 * 18));
    const int before = ImGui::GetWindowDrawList()->VtxBuffer.Size;
    draw_legend_rows(frame.theme, {10, 10}, 358, names);
    float right = 0, bottom = 0;
    for (int i = before; i < ImGui::GetWindowDrawList()->VtxBuffer.Size; ++i) {
        const ImVec2 p = ImGui::GetWindowDrawList()->VtxBuffer[i].pos;
        right = std::max(right, p.x), bottom = std::max(bottom, p.y);
    }
    CHECK(right <= 368);
    CHECK(bottom <= 10 + slim);
    CHECK(bottom > 10 + slim - 18);
}
