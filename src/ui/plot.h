// A line plot: axes with ticks and units, shaded stages, curves, legend values, hover. Where its axes reach is free of ImGui so that
// it is tested alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiment/axis.h"
#include "ui/panels.h"

namespace ladder {

// What stands beside ticks: short where that is exact, else with as many decimals as tell neighbours apart.
std::vector<std::string> tick_labels(const std::vector<double>& ticks);

struct Ticks {
    std::vector<double> values;
    std::vector<std::string> labels;
};
Ticks ticks_of(const Axis&, int wanted);

// Names beside lines along an axis, on as many lines of text as keep them off one another.
class NameRows {
public:
    explicit NameRows(int rows) : taken_(static_cast<std::size_t>(rows)) {}
    // The first row in which nothing stands from here to there yet, which is then taken; < 0: none.
    int place(float from, float to);

private:
    std::vector<std::vector<std::pair<float, float>>> taken_;
};

enum class Stroke { solid, dashed, dotted };

struct Curve {
    std::string name;
    ImU32 colour;
    float width = 1.6f;      // points
    std::vector<float> y;    // at the plot's steps; not finite: a gap
    Stroke stroke = Stroke::solid;
    std::vector<double> steps = {};  // where they are not the plot's: of another run
    bool points = false;     // a disc for each value instead of a line
    bool rings = false;      // the discs are open
    bool joined = false;     // measured at some moments only: the line runs on over gaps
    bool hidden = false;     // switched off in the legend
};

struct Band {
    double from, to;
    ImU32 colour;
    std::string name;
    ImU32 ink;
    std::string brief = {};  // where the name has no room
};

struct Marker {
    double step;
    ImU32 colour;
    std::string name;
    bool at_top = false;     // where the name stands; at the bottom otherwise
};

struct Plot {
    std::string x_title, y_title;  // of the axes; x_title names the moment under the pointer too
    std::vector<double> steps;   // or times: what the x axis counts
    bool whole_steps = true;     // they are whole numbers
    double x_start = 0;          // left end of a logarithmic axis; 0: the first step after 0, or 1
    double x_end = 0;            // right end of the axis
    std::vector<Curve> curves;
    std::vector<Band> bands;
    std::vector<Marker> markers;
    bool logarithmic_x = false, logarithmic_y = false;
    double shown_step = -1;      // the moment on screen; < 0: none
    bool zero_based = true;      // the y axis includes 0
    double y_reach = 0;          // the y axis goes up to this at least; 0: to the largest value
    bool whole_y = false;        // its ticks are whole numbers
    struct Note {
        std::string title, body;
    };
    std::vector<Note> notes;     // what is said under the pointer at each step; empty: the curves' values
    int decimals = 3;
    std::string other_run = {};  // what the curves with steps of their own belong to
};

// What the axes cover: all curves that are not hidden, the steps so far; the pixels stay as they are.
void set_ranges(const Plot&, Axis& x, Axis& y);

struct PlotResult {
    Rect area;                   // of the curves, inside the axes
    Axis x, y;
    int hovered = -1;            // index of the step under the pointer
};

PlotResult draw_plot(const Theme&, Rect, const Plot&);

// Points from one dash to the next, and of the dash itself.
inline float period_of(Stroke stroke) { return stroke == Stroke::dotted ? 4.5f : 7.0f; }
inline float dash_of(Stroke stroke) { return stroke == Stroke::dotted ? 1.8f : 4.0f; }

// A piece of a curve, 16 points wide, for a legend.
void draw_stroke(const Theme&, float x, float middle, ImU32 colour, Stroke);
// One entry of a legend at x, which moves on.
void legend_entry(const Theme&, float& x, float middle, const std::string& name, ImU32 colour, Stroke = Stroke::solid);

struct LegendEntry {
    std::string name;
    ImU32 colour = 0;        // 0: words alone
    Stroke stroke = Stroke::solid;
};
// Entries side by side in as many rows as the width asks for: their height in pixels, and the drawing of them from `top` on.
float legend_height(const Theme&, float width, std::span<const LegendEntry>);
void draw_legend_rows(const Theme&, ImVec2 top_left, float width, std::span<const LegendEntry>);

}  // namespace ladder
