// Attention maps of one block: one head's, or all heads' in one picture, with the ideal predictor's lags outlined and what
// is under the pointer told.
#pragma once

#include <span>

#include "ui/heatmap.h"
#include "ui/panels.h"

namespace ladder {

// (heads, L, T); row r is query position w - 1 + r.
struct Maps {
    int heads, rows, columns, first_query;
    std::span<const float> shown;   // eased, what is drawn
    std::span<const float> exact;   // of the snapshot, what is said
    float top;                      // end of the colour scale

    float at(int head, int row, int column) const { return exact[(static_cast<std::size_t>(head) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(row)) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)]; }
};

// Of one evaluation, drawn as it is. It must have its attention.
Maps maps_of(const RunView&, const Evaluation&, int block);

ImU32 map_ground(const Theme&);  // the colour of weight 0
ImU32 head_colour(const Theme&, int head);
// The end of the colour scale moves in steps, so that colours do not flicker with noise.
float scale_top(std::span<const float> values);
// head: -1 for all heads at once. outlined_span: -1 for all spans. state: the zoom that all maps share and what a click on a row opens; null: neither.
void draw_map(const RunView&, const Theme&, Rect, const Maps&, HeatmapRenderer&, int head, int outlined_span, AttentionPanelState* state = nullptr);
// How close the maps are looked at, and the way back.
void draw_zoom(const Theme&, Rect map, const MapZoom&);
// The colour scale below a map; room: how wide it may be with its words.
void draw_scale(const Theme&, float left, float y, float width, float top, int heads, float room);

}  // namespace ladder
