#include "ui/attention_maps.h"

#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/words.h"

namespace ladder {
ImU32 map_ground(const Theme& t) { return t.dark ? mixed(t.card, t.page, 0.6f) : IM_COL32(251, 251, 249, 255); }

namespace {

// Outlines of where the ideal predictor looks: for each span the cells at its lags, as one staircase.
void draw_staircases(const RunView& view, ImDrawList* list, Rect r, const Maps& m, ImU32 colour, float line, int only_span = -1) {
    const float cw = r.width() / static_cast<float>(m.columns), ch = r.height() / static_cast<float>(m.rows);
    const auto& spans = view.chain.spans();
    for (std::size_t k = 0; k < spans.size(); ++k) {
        if (only_span >= 0 && static_cast<int>(k) != only_span) continue;
        for (int row = 0; row < m.rows; ++row) {
            const int query = m.first_query + row;
            const float left = r.min.x + static_cast<float>(query + 1 - spans[k].oldest_lag) * cw, right = r.min.x + static_cast<float>(query + 2 - spans[k].nearest_lag) * cw;
            const float y0 = r.min.y + static_cast<float>(row) * ch, y1 = y0 + ch;
            list->AddLine({left, y0}, {left, y1}, colour, line);
            list->AddLine({right, y0}, {right, y1}, colour, line);
            list->AddLine({row == 0 ? left : right - cw, y0}, {right, y0}, colour, line);
            list->AddLine({left, y1}, {row + 1 == m.rows ? right : left + cw, y1}, colour, line);
        }
    }
}

// The whole map's place on the screen where only a part of it is in sight at r.
Rect whole_map(Rect r, const MapZoom& zoom) {
    const float width = r.width() * zoom.scale(), height = r.height() * zoom.scale();
    const ImVec2 corner{r.min.x - zoom.left() * width, r.min.y - zoom.top() * height};
    return {corner, {corner.x + width, corner.y + height}};
}

// Two fingers or the wheel with Ctrl look closer, a drag moves what is in sight, a double click shows all again.
void handle_zoom(Rect r, AttentionPanelState& state) {
    ImGuiIO& io = ImGui::GetIO();
    const auto parts = [&](ImVec2 at) { return ImVec2{(at.x - r.min.x) / r.width(), (at.y - r.min.y) / r.height()}; };
    const ImVec2 pinched = parts(state.pinch.at);
    const bool pinching = state.pinch.factor != 1 || state.pinch.moved.x != 0 || state.pinch.moved.y != 0;
    if (pinching && pinched.x >= 0 && pinched.x <= 1 && pinched.y >= 0 && pinched.y <= 1) {
        state.zoom.zoom(pinched.x, pinched.y, state.pinch.factor);
        state.zoom.move(state.pinch.moved.x / r.width(), state.pinch.moved.y / r.height());
        state.pinch = {};
    }
    if (!hovered(r)) return;
    const ImVec2 mouse = parts(io.MousePos);
    if (io.KeyCtrl && io.MouseWheel != 0) state.zoom.zoom(mouse.x, mouse.y, std::exp(0.15f * io.MouseWheel));
    if (state.zoom.whole()) return;
    if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, 0)) state.zoom.move(io.MouseDelta.x / r.width(), io.MouseDelta.y / r.height());
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) state.zoom.reset();
}

}  // namespace

Maps maps_of(const RunView& view, const Evaluation& e, int block) {
    const std::size_t plane = static_cast<std::size_t>(e.heads) * static_cast<std::size_t>(e.predictions) * static_cast<std::size_t>(e.positions);
    const std::span<const float> part = std::span<const float>(e.attention).subspan(static_cast<std::size_t>(block) * plane, plane);
    return {e.heads, e.predictions, e.positions, view.chain.window() - 1, part, part, scale_top(part)};
}

ImU32 head_colour(const Theme& t, int head) { return t.head[static_cast<std::size_t>(head % 8)]; }

float scale_top(std::span<const float> values) {
    float most = 0;
    for (float v : values) most = std::isfinite(v) ? std::max(most, v) : most;
    for (float step : {0.1f, 0.15f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.8f})
        if (most <= step) return step;
    return 1.0f;
}

void draw_zoom(const Theme& t, Rect map, const MapZoom& zoom) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string text = fitted(t.small, compact(std::round(10 * static_cast<double>(zoom.scale())) / 10) + "\u00D7 \u00B7 double-click: all", map.width() - t.px(20));
    const ImVec2 at{map.max.x - text_width(t.small, text) - t.px(12), map.min.y + t.px(5)};
    list->AddRectFilled({at.x - t.px(6), at.y - t.px(2)}, {map.max.x - t.px(5), at.y + t.small->FontSize + t.px(3)}, t.card, t.px(4));
    draw_text(list, t.small, at, t.muted, text);
}

void draw_map(const RunView& view, const Theme& t, Rect window, const Maps& m, HeatmapRenderer& maps, int head, int outlined_span, AttentionPanelState* state) {
    if (state) handle_zoom(window, *state), state->maps.push_back(window);
    const Rect r = state ? whole_map(window, state->zoom) : window;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::size_t plane = static_cast<std::size_t>(m.rows) * static_cast<std::size_t>(m.columns);
    Heatmap map;
    map.rows = m.rows, map.columns = m.columns;
    map.channels = head < 0 ? std::min(m.heads, 8) : 1;
    map.values = head < 0 ? m.shown.first(plane * static_cast<std::size_t>(map.channels)) : m.shown.subspan(static_cast<std::size_t>(head) * plane, plane);
    map.top = m.top;
    map.ground = map_ground(t);
    for (int h = 0; h < map.channels; ++h) map.colours[static_cast<std::size_t>(h)] = head_colour(t, head < 0 ? h : head);
    map.negative = map.ground;
    list->PushClipRect(window.min, window.max, true);
    maps.draw(list, r, map);
    draw_staircases(view, list, r, m, with_alpha(t.text, t.dark ? 0.5f : 0.42f), std::max(1.0f, t.px(0.8f)), outlined_span);
    list->PopClipRect();
    list->AddRect(window.min, window.max, t.border);
    if (!hovered(window)) return;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const int column = std::clamp(static_cast<int>((mouse.x - r.min.x) / r.width() * static_cast<float>(m.columns)), 0, m.columns - 1);
    const int row = std::clamp(static_cast<int>((mouse.y - r.min.y) / r.height() * static_cast<float>(m.rows)), 0, m.rows - 1);
    const int query = m.first_query + row, lag = query + 1 - column;
    const float cw = r.width() / static_cast<float>(m.columns), ch = r.height() / static_cast<float>(m.rows);
    list->PushClipRect(window.min, window.max, true);
    list->AddRect({r.min.x + static_cast<float>(column) * cw, r.min.y + static_cast<float>(row) * ch}, {r.min.x + static_cast<float>(column + 1) * cw, r.min.y + static_cast<float>(row + 1) * ch}, t.accent, 0, 0, std::max(1.0f, t.px(1.5f)));
    list->PopClipRect();
    // Close up, clicks belong to the zoom.
    const bool opens = state && state->zoom.whole() && !state->maps_stay;
    if (opens && state->tap.on(window, t.px(5))) {
        state->close_up.open = true;
        state->close_up.query = query;
    }
    const std::string title = "Query " + std::to_string(query) + ", key " + std::to_string(column);
    if (lag < 1) {
        show_note(t, title, "Later than the query: a causal model cannot look there.");
        return;
    }
    std::string where;
    for (std::size_t k = 0; k < view.chain.spans().size(); ++k)
        if (view.chain.spans()[k].has_lag(lag)) where += (where.empty() ? "in the " : " and the ") + span_name(view.chain, static_cast<int>(k));
    std::string body = "Lag " + std::to_string(lag) + " before the token to predict, " + (where.empty() ? "in no span" : where) + ".";
    for (int h = 0; h < m.heads; ++h)
        if (head < 0 || h == head) body += "\nHead " + std::to_string(h + 1) + ": weight " + number(static_cast<double>(m.at(h, row, column)), 3);
    show_note(t, title, opens ? body + "\nClick to take one prediction from this position apart." : body);
}

void draw_scale(const Theme& t, float left, float y, float width, float top, int heads, float room) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float height = t.px(7);
    // All heads at equal weight: the colour of competition. With one head simply its colour.
    ImVec4 ground = ImGui::ColorConvertU32ToFloat4(map_ground(t)), full = ground;
    const int n = std::min(heads, 8);
    float r = ground.x, g = ground.y, b = ground.z;
    for (int h = 0; h < n; ++h) {
        const ImVec4 c = ImGui::ColorConvertU32ToFloat4(head_colour(t, h));
        r += c.x - ground.x, g += c.y - ground.y, b += c.z - ground.z;
    }
    full = {std::clamp(r, 0.0f, 1.0f), std::clamp(g, 0.0f, 1.0f), std::clamp(b, 0.0f, 1.0f), 1};
    const ImU32 a = map_ground(t), z = ImGui::ColorConvertFloat4ToU32(full);
    list->AddRectFilledMultiColor({left, y}, {left + width, y + height}, a, z, z, a);
    list->AddRect({left, y}, {left + width, y + height}, t.border);
    draw_text(list, t.small, {left, y + height + t.px(2)}, t.muted, "0");
    draw_text_right(list, t.small, {left + width, y + height + t.px(2)}, t.muted, compact(static_cast<double>(top)));
    const std::string_view label = heads < 2 ? "weight" : t.dark ? "weight; bright where all heads look" : "weight; dark where all heads look";
    draw_text(list, t.small, {left + width + t.px(8), y - t.px(3)}, t.muted, text_width(t.small, label) > room - width - t.px(8) ? "weight" : label);
    hover_note(t, {{left, y - t.px(4)}, {left + width + t.px(150), y + t.px(22)}}, "Colour scale", "Each head tints a cell with its colour, in proportion to its attention weight. Where several look, their colours mix.");
}

}  // namespace ladder
