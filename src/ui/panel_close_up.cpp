// One prediction taken apart, from left to right as the model makes it: the tokens that each head reads, what each adds
// to the logits, and the distribution that follows beside the chain's and a class's.
#include <algorithm>
#include <cmath>

#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/plot.h"
#include "ui/token_look.h"
#include "ui/words.h"

namespace ladder {
namespace {

ImU32 head_ink(const Theme& t, int map, int heads) { return t.head[static_cast<std::size_t>(map % heads % 8)]; }

std::string map_name(const CloseUp& c, int map) {
    return (c.blocks > 1 ? "Block " + std::to_string(map / c.heads + 1) + ", head " : "Head ") + std::to_string(map % c.heads + 1);
}

double written(const CloseUp& c, int map, int token) { return c.written[static_cast<std::size_t>(map) * c.model.size() + static_cast<std::size_t>(token)]; }

float stepper_side(const Theme& t) { return t.px(t.finger ? 32.0f : 22.0f); }

// "<  position 12  >": two buttons that move a number. Returns the width taken.
float stepper(const Theme& t, const char* id, ImVec2 at, const std::string& text, int& value, int low, int high, std::string_view note) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float side = stepper_side(t), words = text_width(t.small, text) + t.px(8), middle = at.y + side / 2;
    ImGui::PushID(id);
    const auto arrow = [&](const char* name, float x, int way) {
        const bool can = way < 0 ? value > low : value < high;
        const Rect r{{x, at.y}, {x + side, at.y + side}};
        if (button(t, name, "", r, ButtonKind::quiet, note) && can) value += way;
        const float cx = x + side / 2, reach = t.px(3);
        const ImU32 ink = can ? t.accent : t.faint;
        const auto w = static_cast<float>(way);
        list->AddLine({cx - w * reach / 2, middle - reach}, {cx + w * reach / 2, middle}, ink, t.px(1.5f));
        list->AddLine({cx + w * reach / 2, middle}, {cx - w * reach / 2, middle + reach}, ink, t.px(1.5f));
    };
    arrow("back", at.x, -1);
    draw_text(list, t.small, {at.x + side + t.px(4), middle - t.small->FontSize / 2}, t.text, text);
    arrow("on", at.x + side + words, 1);
    ImGui::PopID();
    return 2 * side + words;
}

// The tokens that may be read, the nearest at the right, and above them per head how much of it each gets. Returns the bottom.
float draw_reading(const RunView& view, const Theme& t, float left, float right, float y, const CloseUp& c) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int maps = c.blocks * c.heads, keys = static_cast<int>(c.tokens.size());
    float names = 0;
    for (int map = 0; map < maps; ++map) names = std::max(names, text_width(t.small, map_name(c, map)));
    names += t.px(18);
    // Where there is not room for all, the nearest.
    const int shown = std::clamp(static_cast<int>((right - left - names) / std::max(t.px(16), text_width(t.small, token_text(view.chain, view.chain.vocabulary() - 1)) + t.px(4))), 1, keys), first = keys - shown;
    const float cell = std::min((right - left - names) / static_cast<float>(shown), t.px(34)), start = left + names, row = t.px(maps > 4 ? 13.0f : 18.0f);
    // Full height is the largest weight: early in a run all are small.
    const float most = std::max(0.01f, *std::max_element(c.attention.begin(), c.attention.end()));
    for (int map = 0; map < maps; ++map) {
        const float middle = y + row / 2;
        list->AddCircleFilled({left + t.px(5), middle}, t.px(4), head_ink(t, map, c.heads), 16);
        draw_text(list, t.small, {left + t.px(14), middle - t.small->FontSize / 2}, t.muted, map_name(c, map));
        for (int j = first; j < keys; ++j) {
            const float weight = std::clamp(c.attention[static_cast<std::size_t>(map) * static_cast<std::size_t>(keys) + static_cast<std::size_t>(j)], 0.0f, 1.0f);
            const Rect box{{start + static_cast<float>(j - first) * cell, y + t.px(1)}, {start + static_cast<float>(j - first + 1) * cell - t.px(2), y + row - t.px(1)}};
            list->AddRectFilled(box.min, box.max, t.track, t.px(2));
            if (weight > 0.005f) list->AddRectFilled({box.min.x, box.max.y - std::min(1.0f, weight / most) * (box.max.y - box.min.y)}, box.max, head_ink(t, map, c.heads), t.px(2));
            hover_note(t, box, map_name(c, map), "It gives weight " + number(static_cast<double>(weight), 3) + " to position " + std::to_string(j) + ", lag " + std::to_string(c.query + 1 - j) + ", where " + token_text(view.chain, c.tokens[static_cast<std::size_t>(j)]) + " stands.");
        }
        y += row;
    }
    y += t.px(3);
    const float height = t.px(19);
    draw_text(list, t.small, {left, y + (height - t.small->FontSize) / 2}, t.muted, "token");
    for (int j = first; j < keys; ++j) {
        const int token = c.tokens[static_cast<std::size_t>(j)], lag = c.query + 1 - j;
        const Rect box{{start + static_cast<float>(j - first) * cell, y}, {start + static_cast<float>(j - first + 1) * cell - t.px(2), y + height}};
        list->AddRectFilled(box.min, box.max, token_colour(t, token), t.px(3));
        draw_text_centred(list, t.small, {(box.min.x + box.max.x) / 2, y + (height - t.small->FontSize) / 2}, t.text, token_text(view.chain, token));
        // The spans that the chain looks at, underlined.
        for (const Span& span : view.chain.spans())
            if (span.has_lag(lag)) list->AddRectFilled({box.min.x, box.max.y + t.px(2)}, {box.max.x, box.max.y + t.px(4)}, t.stage_line[static_cast<std::size_t>(std::min(span.rank, 8))]);
        if (shown <= 12 || lag % 2 == 1) draw_text_centred(list, t.small, {(box.min.x + box.max.x) / 2, box.max.y + t.px(5)}, t.muted, std::to_string(lag));
    }
    y += height + t.px(5);
    draw_text(list, t.small, {left, y}, t.muted, "lag");
    return y + t.small->FontSize + t.px(8);
}

struct Columns {
    float left, step;
    int count;
    float middle(int token) const { return left + (static_cast<float>(token) + 0.5f) * step; }
};

// Per possible next token what each head adds, stacked up and down from 0.
void draw_logits(const RunView& view, const Theme& t, Rect r, const Columns& columns, const CloseUp& c) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int maps = c.blocks * c.heads;
    double most = 0.1;
    for (int v = 0; v < columns.count; ++v) {
        double up = 0, down = 0;
        for (int map = 0; map < maps; ++map) (written(c, map, v) > 0 ? up : down) += std::abs(written(c, map, v));
        most = std::max({most, up, down, std::abs(c.logits[static_cast<std::size_t>(v)])});
    }
    const float zero = std::floor((r.min.y + r.max.y) / 2), unit = (r.height() / 2 - t.px(2)) / static_cast<float>(most);
    list->AddLine({columns.left, zero}, {columns.left + columns.step * static_cast<float>(columns.count), zero}, t.border, std::max(1.0f, t.px(1)));
    draw_text_right(list, t.small, {columns.left - t.px(6), r.min.y}, t.muted, "+" + compact(most));
    draw_text_right(list, t.small, {columns.left - t.px(6), zero - t.small->FontSize / 2}, t.muted, "0");
    draw_text_right(list, t.small, {columns.left - t.px(6), r.max.y - t.small->FontSize}, t.muted, "\u2212" + compact(most));
    const float half = std::min(columns.step * 0.36f, t.px(13));
    for (int v = 0; v < columns.count; ++v) {
        float up = zero, down = zero;
        std::string body;
        for (int map = 0; map < maps; ++map) {
            const double part = written(c, map, v);
            const float size = static_cast<float>(std::abs(part)) * unit;
            float& edge = part > 0 ? up : down;
            const float next = part > 0 ? edge - size : edge + size;
            list->AddRectFilled({columns.middle(v) - half, std::min(edge, next)}, {columns.middle(v) + half, std::max(edge, next)}, head_ink(t, map, c.heads));
            edge = next;
            body += map_name(c, map) + ": " + (part > 0 ? "+" : "") + number(part, 3) + "\n";
        }
        const double logit = c.logits[static_cast<std::size_t>(v)];
        const float y = zero - static_cast<float>(logit) * unit;
        list->AddLine({columns.middle(v) - half - t.px(2), y}, {columns.middle(v) + half + t.px(2), y}, t.text, t.px(2));
        hover_note(t, {{columns.middle(v) - columns.step / 2, r.min.y}, {columns.middle(v) + columns.step / 2, r.max.y}}, "Next token " + token_text(view.chain, v),
                   body + (c.exact ? "Together the logit " : "The logit is ") + number(logit, 3) + ", less the mean over all tokens, which softmax ignores." + (c.exact ? "" : " Here a head\u2019s part is what the logit loses without it; parts of a deep model do not add up."));
    }
}

// Model as bars, the chain as outlines, one class as points.
void draw_probabilities(const RunView& view, const Theme& t, Rect r, const Columns& columns, const CloseUp& c, int rung) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::vector<double>&truth = c.classes.back(), &beside = c.classes[static_cast<std::size_t>(rung)];
    double most = 0;
    for (std::size_t v = 0; v < truth.size(); ++v) most = std::max({most, truth[v], c.model[v], beside[v]});
    const float unit = r.height() / static_cast<float>(std::max(most, 1e-9)), half = std::min(columns.step * 0.36f, t.px(13));
    list->AddLine({columns.left, r.max.y}, {columns.left + columns.step * static_cast<float>(columns.count), r.max.y}, t.border, std::max(1.0f, t.px(1)));
    draw_text_right(list, t.small, {columns.left - t.px(6), r.min.y}, t.muted, compact(most));
    draw_text_right(list, t.small, {columns.left - t.px(6), r.max.y - t.small->FontSize}, t.muted, "0");
    float widest = 0;
    for (int v = 0; v < columns.count; ++v) widest = std::max(widest, text_width(t.small, token_text(view.chain, v)));
    // Where not all have room beside one another, every second, fifth, ..
    int every = 1;
    while (every < columns.count && columns.step * static_cast<float>(every) < widest + t.px(3)) every = every == 1 ? 2 : every == 2 ? 5 : every * 2;
    const auto named = [&](int v) { return v == c.next || (v % every == 0 && std::abs(columns.middle(v) - columns.middle(c.next)) >= widest + t.px(4)); };
    for (int v = 0; v < columns.count; ++v) {
        const auto at = static_cast<std::size_t>(v);
        const float x = columns.middle(v);
        list->AddRectFilled({x - half, r.max.y - static_cast<float>(c.model[at]) * unit}, {x + half, r.max.y}, mixed(t.card, t.accent, 0.55f));
        list->AddRect({x - half, r.max.y - static_cast<float>(truth[at]) * unit}, {x + half, r.max.y}, t.text, 0, 0, std::max(1.0f, t.px(1.3f)));
        const ImU32 ink = t.stage_line[static_cast<std::size_t>(std::min(rung, 8))];
        list->AddCircleFilled({x, r.max.y - static_cast<float>(beside[at]) * unit}, t.px(3.2f), t.card, 16);
        list->AddCircleFilled({x, r.max.y - static_cast<float>(beside[at]) * unit}, t.px(2.4f), ink, 16);
        if (named(v)) draw_text_centred(list, v == c.next ? t.strong : t.small, {x, r.max.y + t.px(v == c.next ? 2.0f : 3.0f)}, v == c.next ? t.accent : t.muted, token_text(view.chain, v));
        hover_note(t, {{x - columns.step / 2, r.min.y}, {x + columns.step / 2, r.max.y + t.px(18)}}, "Next token " + token_text(view.chain, v) + (v == c.next ? ", which followed" : ""),
                   "Model " + number(c.model[at], 3) + "\n" + (view.chain.ngrams() ? "Longest n-gram " : "Chain ") + number(truth[at], 3) + "\n" + rung_symbol(rung) + " " + number(beside[at], 3));
    }
}

}  // namespace

void draw_close_up(const RunView& view, const Theme& t, Rect r, CloseUpState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    float y = r.min.y + t.px(12);
    update_close_up(view, state);
    // Of large models the states of some moments only are kept.
    const std::string of = view.ready() && state.of && state.of->step() != view.now().step ? "of step " + std::to_string(state.of->step()) : "";
    const float of_width = of.empty() ? 0 : text_width(t.small, of) + t.px(8);
    const std::string title = fitted(t.title, "One prediction, taken apart", before_corner(t, r) - left - t.px(82) - of_width);
    draw_text(list, t.title, {left, y}, t.text, title);
    draw_text(list, t.small, {left + text_width(t.title, title) + t.px(8), y + t.px(3)}, t.accent, of);
    const float back_width = text_width(t.small, "all maps") + t.px(12);
    const float back_right = before_corner(t, r);
    const Rect back{{back_right - back_width, r.min.y + t.px(10)}, {back_right, r.min.y + t.px(17) + t.small->FontSize}};
    if (button(t, "back", "", back, ButtonKind::quiet, "Back to the maps of all heads (Esc)")) state.open = false;
    draw_text_centred(list, t.small, {(back.min.x + back.max.x) / 2, r.min.y + t.px(14)}, t.accent, "all maps");
    y += t.title->FontSize + t.px(6);
    if (!state.problem.empty() || state.shown.model.empty()) {
        draw_text_wrapped(list, t.regular, {left, y + t.px(8)}, right - left, t.muted, state.problem.empty() ? "Measuring the untrained model\u2026" : state.problem);
        list->PopClipRect();
        return;
    }
    const CloseUp& c = state.shown;
    const float one = stepper(t, "query", {left - t.px(4), y}, "position " + std::to_string(c.query), state.query, state.bench->first_query(), state.bench->last_query(), "Another position of the same sequence; a click on a row of the maps comes here too");
    stepper(t, "sequence", {left + one + t.px(10), y}, "sequence " + std::to_string(state.shown_sequence + 1), state.sequence, 0, state.bench->sequences() - 1, "Another held-out sequence");
    if (r.width() > t.px(420) && view.has(Control::step)) {
        const float width = text_width(t.small, "one step, slowly\u2026") + t.px(12);
        const Rect slow{{right + t.px(2) - width, y}, {right + t.px(2), y + stepper_side(t)}};
        if (button(t, "slow motion", "", slow, ButtonKind::quiet, "The next training step in slow motion: sample, forward, loss, backward, update (S)")) actions.slow_motion = true;
        draw_text_centred(list, t.small, {(slow.min.x + slow.max.x) / 2, y + (stepper_side(t) - t.small->FontSize) / 2}, t.accent, "one step, slowly\u2026");
    }
    y += stepper_side(t) + t.px(5);

    draw_text(list, t.strong, {left, y}, t.text, "What each head reads");
    draw_text_right(list, t.small, {right, y + t.px(2)}, t.muted, "full bar: weight " + number(static_cast<double>(*std::max_element(c.attention.begin(), c.attention.end())), 2));
    y = draw_reading(view, t, left, right, y + t.strong->FontSize + t.px(5), c);

    // What is left is shared by the two charts; a low card keeps the second.
    const std::string said = close_up_sentence(view.chain, c);
    const float said_height = wrapped_height(t.small, said, right - left);
    const float bottom = r.max.y - t.px(12) - said_height, room = bottom - y, head = t.strong->FontSize + t.px(7), foot = t.px(24);
    const Columns columns{left + t.px(38), (right - left - t.px(38)) / static_cast<float>(c.model.size()), static_cast<int>(c.model.size())};
    const bool both = room > 2 * head + foot + t.px(100);
    if (both) {
        const float height = (room - 2 * head - foot - t.px(8)) / 2;
        draw_text(list, t.strong, {left, y}, t.text, c.exact ? "What each adds to the logits" : "What the logits lose without it");
        draw_text_right(list, t.small, {right, y + t.px(2)}, t.muted, "nats; line: the logit");
        y += head;
        draw_logits(view, t, {{left, y}, {right, y + height}}, columns, c);
        y += height + t.px(8);
    }
    if (room > head + foot + t.px(30)) {
        const int rungs = static_cast<int>(c.classes.size());
        const int rung = state.beside >= 0 && state.beside < rungs ? state.beside : std::clamp(view.now().reading.rung, 0, rungs - 1);
        draw_text(list, t.strong, {left, y}, t.text, "What follows");
        float x = left + text_width(t.strong, "What follows") + t.px(14);
        const float middle = y + t.strong->FontSize / 2;
        legend_entry(t, x, middle, "model", mixed(t.card, t.accent, 0.55f));
        legend_entry(t, x, middle, view.chain.ngrams() ? "longest n-gram" : "chain", t.text);
        // The class beside them, changed by a click.
        const std::string name = rung_symbol(rung);
        const Rect choose{{x - t.px(4), y - t.px(3)}, {x + t.px(20) + text_width(t.small, name + " \u203A"), y + t.strong->FontSize + t.px(3)}};
        if (choose.max.x < right && button(t, "class", "", choose, ButtonKind::quiet, "The ideal predictor of this class; click for the next one")) state.beside = (rung + 1) % rungs;
        list->AddCircleFilled({x + t.px(5), middle}, t.px(3), t.stage_line[static_cast<std::size_t>(std::min(rung, 8))], 16);
        draw_text(list, t.small, {x + t.px(13), middle - t.small->FontSize / 2}, t.accent, name + " \u203A");
        if (r.width() > t.px(460)) draw_text_right(list, t.small, {right, y + t.px(2)}, t.muted, "probability");
        y += head;
        const float height = bottom - foot - y;
        draw_probabilities(view, t, {{left, y}, {right, y + height}}, columns, c, rung);
    }
    draw_text_wrapped(list, t.small, {left, r.max.y - t.px(9) - said_height}, right - left, t.muted, said);
    list->PopClipRect();
}

}  // namespace ladder
