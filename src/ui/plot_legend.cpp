// Legends of plots: a piece of each curve beside its name.
#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/plot.h"

namespace ladder {
namespace {

constexpr float legend_line = 18;

float entry_width(const Theme& t, const LegendEntry& e) { return text_width(t.small, e.name) + t.px(e.colour ? 38.0f : 16.0f); }

// Calls with the entry and its place, x and row; returns the number of rows.
template <class Do>
int each_place(const Theme& t, float width, std::span<const LegendEntry> entries, Do act) {
    float x = 0;
    int row = 0;
    for (const LegendEntry& e : entries) {
        // The gap after the last of a row may hang over.
        const float wide = entry_width(t, e);
        if (x > 0 && x + wide - t.px(16) > width) x = 0, ++row;
        act(e, x, row);
        x += wide;
    }
    return row + 1;
}

}  // namespace

void draw_stroke(const Theme& t, float x, float middle, ImU32 colour, Stroke stroke) {
    constexpr float length = 16;
    const float period = stroke == Stroke::solid ? length : period_of(stroke), dash = stroke == Stroke::solid ? length : dash_of(stroke);
    const int dashes = static_cast<int>((length + 1 - dash) / period) + 1;
    for (int i = 0; i < dashes; ++i) {
        const float from = period * static_cast<float>(i);
        ImGui::GetWindowDrawList()->AddRectFilled({x + t.px(from), middle - t.px(1.2f)}, {x + t.px(from + dash), middle + t.px(1.2f)}, colour);
    }
}

void legend_entry(const Theme& t, float& x, float middle, const std::string& name, ImU32 colour, Stroke stroke) {
    draw_stroke(t, x, middle, colour, stroke);
    draw_text(ImGui::GetWindowDrawList(), t.small, {x + t.px(22), middle - t.small->FontSize / 2}, t.muted, name);
    x += t.px(38) + text_width(t.small, name);
}

float legend_height(const Theme& t, float width, std::span<const LegendEntry> entries) {
    return t.px(4) + t.px(legend_line) * static_cast<float>(each_place(t, width, entries, [](const LegendEntry&, float, int) {}));
}

void draw_legend_rows(const Theme& t, ImVec2 at, float width, std::span<const LegendEntry> entries) {
    each_place(t, width, entries, [&](const LegendEntry& e, float along, int row) {
        float x = at.x + along;
        const float middle = std::floor(at.y + t.px(13) + t.px(legend_line) * static_cast<float>(row));
        if (e.colour) legend_entry(t, x, middle, e.name, e.colour, e.stroke);
        else draw_text(ImGui::GetWindowDrawList(), t.small, {x, middle - t.small->FontSize / 2}, t.muted, fitted(t.small, e.name, width - along));
    });
}

}  // namespace ladder
