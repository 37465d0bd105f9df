// Where each head looks: all heads in one map, each head in its own, what each serves, and the phase; of a run past its
// lowest validation loss also that moment beside the one shown.
#include <algorithm>
#include <cmath>

#include "ui/attention_maps.h"
#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/early_stop_view.h"
#include "ui/panels.h"
#include "ui/words.h"

namespace ladder {
namespace {

void ease(const RunView& view, std::span<const float> target, AttentionPanelState& state) {
    const bool fresh = state.displayed.size() != target.size();
    const float part = fresh || view.still ? 1.0f : 1.0f - std::exp(-view.frame_seconds / 0.12f);
    if (fresh) state.displayed.assign(target.begin(), target.end());
    for (std::size_t i = 0; i < target.size(); ++i) state.displayed[i] += part * (target[i] - state.displayed[i]);
}

// With the dot before it.
float head_name_width(const Theme& t, int head) { return t.px(18) + text_width(t.strong, "Head " + std::to_string(head + 1)); }

// One head: colour, name, what it serves, its mass on each span.
void draw_head_facts(const RunView& view, const Theme& t, Rect r, int block, int head, int heads, WhatIfState& what_if) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Evaluation& e = view.now().evaluation;
    const std::size_t index = static_cast<std::size_t>(block) * static_cast<std::size_t>(heads) + static_cast<std::size_t>(head);
    const HeadRole role = index < view.now().reading.heads.size() ? view.now().reading.heads[index] : HeadRole{};
    const int h = view.chain.span_count();
    float y = r.min.y;
    list->AddCircleFilled({r.min.x + t.px(6), y + t.strong->FontSize / 2}, t.px(5), head_colour(t, head), 20);
    draw_text(list, t.strong, {r.min.x + t.px(17), y}, t.text, "Head " + std::to_string(head + 1));
    if (const float room = r.width() - head_name_width(t, head); room >= head_menu_width(t)) draw_head_menu(view, t, {r.max.x, y}, room, block, head, what_if);
    const float said_top = y + t.strong->FontSize;
    y += t.strong->FontSize + t.px(3);
    const std::string share = number(100 * role.mass, 0) + "\u202F%", served = role.span >= 0 ? span_name(view.chain, role.span) : "";
    // Where there is little room the verb goes first, of all heads alike.
    float longest = 0;
    for (int k = 0; k < h; ++k) longest = std::max(longest, text_width(t.small, head_sentence(view.chain, {k, 0}) + ", 88\u202F%"));
    std::string said = role.span < 0 ? head_sentence(view.chain, role) : (longest > r.width() ? served : head_sentence(view.chain, role)) + ", " + share;
    if (role.span >= 0 && text_width(t.small, said) > r.width()) said = served.substr(0, served.rfind(' ')) + ", " + share;
    draw_text(list, t.small, {r.min.x, y}, t.muted, fitted(t.small, said, r.width()));
    hover_note(t, {{r.min.x, said_top}, {r.max.x, y + t.small->FontSize}}, "Head " + std::to_string(head + 1) + " " + head_sentence(view.chain, role),
               role.span >= 0 ? "The span with most of its attention per token, and the share of its whole attention that falls there." : "Its attention is spread too evenly to say that it serves a span.");
    y += t.small->FontSize + t.px(6);
    const float row = std::min(t.px(15), (r.max.y - y) / static_cast<float>(h));
    if (row < t.px(9)) return;
    float names = 0;
    for (int k = 0; k < h; ++k) {
        std::string name = span_name(view.chain, k);
        name = h > 1 ? name.substr(0, name.rfind(' ')) : name;
        names = std::max(names, text_width(t.small, name));
    }
    names = std::min(names, r.width() * 0.5f);
    for (int k = 0; k < h; ++k) {
        const float mass = e.span_mass[index * static_cast<std::size_t>(h) + static_cast<std::size_t>(k)];
        std::string name = span_name(view.chain, k);
        name = h > 1 ? name.substr(0, name.rfind(' ')) : name;
        draw_text(list, t.small, {r.min.x, y + (row - t.small->FontSize) / 2}, t.muted, fitted(t.small, name, names));
        const float middle = y + row / 2, half = t.px(3);
        // How well what the head writes fits what the span needs.
        const std::size_t at = index * static_cast<std::size_t>(h) + static_cast<std::size_t>(k);
        const std::string match = at < what_if.alignment.size() ? "\nValue match " + number(what_if.alignment[at], 2) + ": the cosine of what this head writes for each token and the feature matrix A of this span. 1: the same but for size, 0: nothing alike." : "";
        draw_bar(list, t, {{r.min.x + names + t.px(8), middle - half}, {r.max.x, middle + half}}, mass, head_colour(t, head));
        hover_note(t, {{r.min.x, y}, {r.max.x, y + row}}, span_name(view.chain, k), "Attention mass " + number(static_cast<double>(mass), 3) + ": the part of head " + std::to_string(head + 1) + "\u2019s attention on these positions, averaged over held-out sequences and positions." + match);
        y += row;
    }
}

// In the place of the phase while heads are changed: what the model would be.
void draw_what_if(const RunView& view, const Theme& t, Rect r, WhatIfState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float pad = t.px(11);
    list->AddRectFilled(r.min, r.max, t.warning_soft, t.px(6));
    list->AddRect(r.min, r.max, mixed(t.warning_soft, t.warning, 0.35f), t.px(6), 0, std::max(1.0f, t.px(1)));
    float y = r.min.y + t.px(8);
    const Rect back{{r.max.x - t.px(84), r.min.y + t.px(4)}, {r.max.x - t.px(5), r.min.y + t.px(25)}};
    draw_text(list, t.strong, {r.min.x + pad, y}, t.warning, fitted(t.strong, "What if, at step " + std::to_string(state.of ? state.of->step() : 0), back.min.x - r.min.x - pad));
    if (button(t, "as trained", "", back, ButtonKind::quiet, "All heads as they are at this moment")) state.edits.assign(state.edits.size(), {});
    draw_text_centred(list, t.small, {(back.min.x + back.max.x) / 2, y + t.px(1)}, t.accent, "as trained");
    y += t.strong->FontSize + t.px(4);
    y += draw_text_wrapped(list, t.small, {r.min.x + pad, y}, r.width() - 2 * pad, t.text, what_if_sentence(view.chain, state)) + t.px(4);
    if (y + wrapped_height(t.small, stays_as_trained, r.width() - 2 * pad) <= r.max.y) draw_text_wrapped(list, t.small, {r.min.x + pad, y}, r.width() - 2 * pad, t.muted, stays_as_trained);
    hover_note(t, {{r.min.x, y - t.px(30)}, r.max}, "What if", "Measured on the first held-out sequences with the changed heads, beside the model as it was trained. The run itself is not changed.");
}

std::string phase_since(const RunView& view) {
    const Reading& now = view.now().reading;
    std::string title = now.phase == Phase::undecided ? "Undecided" : now.phase == Phase::competitive ? "Competitive" : "Cooperative";
    for (auto change = view.history.readout().phase_changes().rbegin(); change != view.history.readout().phase_changes().rend(); ++change)
        if (change->step <= view.now().step) {
            if (change->to == now.phase) title += " since step " + std::to_string(change->step);
            break;
        }
    return title;
}

void draw_phase(const RunView& view, const Theme& t, Rect r) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Reading& now = view.now().reading;
    const std::string sentence = phase_sentence(view.chain, view.history.readout(), view.now());
    const float text_height = wrapped_height(t.small, sentence, r.width() - t.px(22));
    r.max.y = std::min(r.max.y, r.min.y + t.px(8 + 4 + 4 + 9) + t.strong->FontSize + text_height + t.small->FontSize);
    list->AddRectFilled(r.min, r.max, t.accent_soft, t.px(6));
    list->AddRect(r.min, r.max, mixed(t.accent_soft, t.accent, 0.25f), t.px(6), 0, std::max(1.0f, t.px(1)));
    const float pad = t.px(11);
    float y = r.min.y + t.px(8);
    draw_text(list, t.strong, {r.min.x + pad, y}, t.accent, fitted(t.strong, phase_since(view), r.width() - 2 * pad));
    y += t.strong->FontSize + t.px(4);
    y += draw_text_wrapped(list, t.small, {r.min.x + pad, y}, r.width() - 2 * pad, t.text, sentence) + t.px(4);
    if (y + t.small->FontSize <= r.max.y) {
        const std::string index = "specialisation " + number(now.specialisation, 2), meaning = index + " (0: all alike, 1: fully divided)";
        draw_text(list, t.small, {r.min.x + pad, y}, t.muted, text_width(t.small, meaning) <= r.width() - 2 * pad ? meaning : index);
    }
    hover_note(t, r, "Phase and specialisation",
               "Competitive: most heads look at the same span more than at any other, per token. Cooperative: they serve different ones.\nSpecialisation is the Jensen-Shannon divergence between the heads\u2019 distributions over the spans, from 0 (all alike) to 1 (divided among the spans as far as can be).");
}

}  // namespace

void draw_attention_panel(const RunView& view, const Theme& t, Rect r, HeatmapRenderer& renderer, AttentionPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    draw_text(list, t.title, {left, r.min.y + t.px(12)}, t.text, "Where each head looks");
    // Of a long run with many heads the maps of some moments only are kept.
    const std::size_t seen = view.ready() ? view.history.with_attention(view.shown) : 0;
    if (!view.ready() || view.history[seen].evaluation.attention.empty()) {
        draw_text(list, t.regular, {left, r.min.y + t.px(44)}, t.muted, "Measuring the untrained model\u2026");
        list->PopClipRect();
        return;
    }
    const Evaluation& e = view.history[seen].evaluation;
    update_what_if(view, state.what_if);
    // A slim card that is tall enough stacks; else maps and facts stand side by side.
    const bool narrow = r.width() < t.px(480) && r.height() > 1.5f * r.width();
    const bool turned = overfits(view), wide = r.width() >= t.px(480);
    float top = r.min.y + t.px(44), said_end = right;
    std::string aside;  // beside the title
    const float title_end = left + text_width(t.title, "Where each head looks"), closer_width = text_width(t.small, "one prediction\u2026") + t.px(12);
    const float closer_right = before_corner(t, r);
    if (title_end + t.px(14) + closer_width < closer_right + t.px(2)) {
        const Rect closer{{closer_right - closer_width, r.min.y + t.px(10)}, {closer_right, r.min.y + t.px(17) + t.small->FontSize}};
        if (button(t, "close-up", "", closer, ButtonKind::quiet, "One prediction taken apart: what each head reads, what it adds, and what follows")) state.close_up.open = true;
        draw_text_centred(list, t.small, {(closer.min.x + closer.max.x) / 2, r.min.y + t.px(14)}, t.accent, "one prediction\u2026");
        said_end = closer.min.x - t.px(8);
    }
    if (turned) {
        static constexpr const char* labels[] = {"Now", "Best | now"};
        static constexpr const char* notes[] = {"The moment shown", "Early stopping: the model of the lowest validation loss beside the one shown"};
        int chosen = state.beside_best ? 1 : 0;
        const float width = text_width(t.regular, "Now") + text_width(t.regular, "Best | now") + t.px(40);
        const bool above = title_end + t.px(14) + width < said_end;
        if (segments(t, "best", above ? ImVec2{said_end - width, r.min.y + t.px(9)} : ImVec2{left, top - t.px(6)}, labels, chosen, notes)) state.beside_best = chosen == 1;
        if (!above) top += t.control() + t.px(2);
    } else if (wide) {
        aside = (seen == view.shown ? "averaged over " : "of step " + std::to_string(view.history[seen].step) + ", averaged over ") + std::to_string(view.settings.validation) + " held-out sequences";
    }

    ease(view, e.attention, state);
    state.block = std::clamp(state.block, 0, e.blocks - 1);
    Maps m = maps_of(view, e, state.block);
    m.shown = std::span<const float>(state.displayed).subspan(static_cast<std::size_t>(state.block) * m.exact.size(), m.exact.size());

    if (e.blocks > 1) {
        static constexpr const char* labels[] = {"Block 1", "Block 2", "Block 3", "Block 4", "Block 5", "Block 6", "Block 7", "Block 8"};
        segments(t, "block", {left, top - t.px(6)}, std::span(labels).first(static_cast<std::size_t>(std::min(e.blocks, 8))), state.block, {});
        top += t.control() + t.px(2);
    }
    if (turned && state.beside_best) {
        draw_beside_best(view, t, {{left, top}, {right, r.max.y - t.px(12)}}, renderer, state.block, actions);
        list->PopClipRect();
        return;
    }
    const float bottom = r.max.y - t.px(14), axis = t.px(16);
    const float aspect = static_cast<float>(m.columns) / static_cast<float>(m.rows);

    // The combined map and beneath it the scale and the phase take the left; heads the right, or below when narrow.
    const float phase_height = t.px(92), scale_height = t.px(32);
    const float room = narrow ? FLT_MAX : bottom - top - t.px(18) - scale_height - phase_height - t.px(6);
    const bool tight = !narrow && room < t.px(110);  // an embed: leave out scale and phase, keep the maps
    if (tight && !turned && !state.what_if.asking()) aside = phase_since(view);
    if (title_end + t.px(14) + text_width(t.small, aside) < said_end) draw_text_right(list, t.small, {said_end, r.min.y + t.px(14)}, t.muted, aside);
    const bool small_card = tight && right - left < t.px(340);
    float map_width = narrow ? right - left - axis : (right - left) * (small_card ? 0.47f : 0.52f) - axis;
    float map_height = map_width / aspect;
    const float most = tight ? bottom - top - t.px(18) : room;
    if (map_height > most) map_height = most, map_width = std::min(map_width, map_height * aspect * 1.25f);
    const Rect map{{std::floor(left + axis), std::floor(top)}, {std::floor(left + axis + map_width), std::floor(top + map_height)}};
    draw_map(view, t, map, m, renderer, -1, -1, &state);
    if (!state.zoom.whole()) draw_zoom(t, map, state.zoom);
    draw_text_upwards(list, t.small, {left + t.px(5), (map.min.y + map.max.y) / 2}, t.muted, fitted(t.small, "query position (predicts next)", map_height));
    draw_text_centred(list, t.small, {(map.min.x + map.max.x) / 2, map.max.y + t.px(3)}, t.muted, "key position (read from)");
    float y = map.max.y + t.px(20);
    if (!tight) {
        draw_scale(t, map.min.x, y + t.px(2), std::min(t.px(96), map_width * 0.4f), m.top, m.heads, map_width + t.px(20));
        y += scale_height;
        const Rect said{{map.min.x, y + t.px(2)}, {narrow ? right : map.max.x, std::min(y + phase_height, narrow ? FLT_MAX : bottom)}};
        if (state.what_if.asking()) draw_what_if(view, t, said, state.what_if);
        else draw_phase(view, t, said);
        y += phase_height + t.px(12);
    }

    Rect heads = narrow ? Rect{{left, y}, {right, bottom}} : Rect{{map.max.x + t.px(small_card ? 14 : 24), top}, {right, bottom}};
    const int columns = m.heads > 4 ? 2 : 1, rows = (m.heads + columns - 1) / columns;
    const float gap = t.px(10), cell_w = (heads.width() - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns), cell_h = (heads.height() - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows);
    for (int h = 0; h < m.heads; ++h) {
        const ImVec2 at = grid_place(static_cast<std::size_t>(h), static_cast<std::size_t>(columns)), corner{heads.min.x + at.x * (cell_w + gap), heads.min.y + at.y * (cell_h + gap)};
        const Rect area{corner, {corner.x + cell_w, corner.y + cell_h}};
        const float between = t.px(small_card ? 8 : 12), beside = area.width() - between - head_name_width(t, h) - head_menu_width(t);
        float width = std::min({area.height() * aspect, area.width() * (columns > 1 ? 0.45f : small_card ? 0.4f : 0.52f), t.px(190)});
        if (beside >= t.px(48)) width = std::min(width, beside);  // the head's name and its menu need a line
        const Rect small{{std::floor(area.min.x), std::floor(area.min.y)}, {std::floor(area.min.x + width), std::floor(area.min.y + width / aspect)}};
        const std::size_t index = static_cast<std::size_t>(state.block) * static_cast<std::size_t>(m.heads) + static_cast<std::size_t>(h);
        const int served = index < view.now().reading.heads.size() ? view.now().reading.heads[index].span : -1;
        draw_map(view, t, small, m, renderer, h, served, &state);
        draw_head_facts(view, t, {{small.max.x + between, area.min.y}, area.max}, state.block, h, m.heads, state.what_if);
    }
    list->PopClipRect();
}

}  // namespace ladder
