// A line plot: axes with ticks and units, shaded stages, curves, legend values, hover. The mathematics
// (ticks, mapping) is free of ImGui so that it is tested alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ui/panels.h"

namespace ladder {

// Round tick values that cover [low, high] with about `wanted` of them; decades on a logarithmic axis.
std::vector<double> nice_ticks(double low, double high, int wanted, bool logarithmic);

// From values to pixels along one axis. On a logarithmic axis values <= 0 have no place.
struct Axis {
    double low = 0, high = 1;
    bool logarithmic = false;
    float from = 0, to = 1;  // pixels of low and high

    bool places(double value) const;
    float pixel(double value) const;
    double value(float pixel) const;
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
};

struct Band {
    double from, to;
    ImU32 colour;
    std::string name;
    ImU32 ink;
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

// The bit of `hidden` that switches curve c off: its own, or the one shared by all curves of another run.
inline unsigned hidden_bit(const Plot& plot, std::size_t c) { return plot.curves[c].steps.empty() ? 1u << c : 1u << 31; }

// What the axes cover: all curves that are not hidden, the steps so far; the pixels stay as they are.
void set_ranges(const Plot&, unsigned hidden, Axis& x, Axis& y);

struct PlotResult {
    Rect area;                   // of the curves, inside the axes
    Axis x, y;
    int hovered = -1;            // index of the step under the pointer
};

PlotResult draw_plot(const Theme&, Rect, const Plot&, unsigned hidden);

// A piece of a curve, 16 points wide, for a legend.
void draw_stroke(const Theme&, float x, float middle, ImU32 colour, Stroke);
// One entry of a legend at x, which moves on.
void legend_entry(const Theme&, float& x, float middle, const std::string& name, ImU32 colour, Stroke = Stroke::solid);

}  // namespace ladder
