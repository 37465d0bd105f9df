// The task: which earlier tokens matter and how much, a sampled sequence, the feature matrices, and the
// settings that a reader asks for first.
#include <algorithm>
#include <cmath>

#include "task/sampler.h"
#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/heatmap.h"
#include "ui/panels.h"
#include "ui/texts.h"
#include "ui/token_look.h"
#include "ui/words.h"

namespace ladder {
namespace {

constexpr float tile_area = 60, sequence_rows = 3, cell_height = 19, matrix_gap = 8;
constexpr std::string_view summary_names[] = {"vocabulary", "importance", "spans", "heads", "batch", "learning-rate", "data", "query-init"};

ImU32 span_tint(const Theme& t, const Span& s) { return t.stage_tint[static_cast<std::size_t>(std::min(s.rank, 8))]; }
// What is known of a span: how strong it is in the chain, or what it is worth in a text.
std::string worth(const Chain& chain, const Settings& settings, const Span& s) {
    if (chain.ngrams()) {
        if (number(s.strength, 3) == number(0, 3)) return "Besides what is nearer it leaves the cross-entropy of the n-gram predictor as it is.";
        return "Besides what is nearer it " + std::string(s.strength > 0 ? "lowers" : "raises") + " the cross-entropy of the n-gram predictor by " + number(std::abs(s.strength), 3) + " nats.";
    }
    const bool full = settings.rank == 0 || settings.rank == chain.vocabulary();
    const std::string kind = settings.frobenius_orthogonal ? "a random matrix, orthogonal to the other spans\u2019 in the Frobenius inner product" : full ? std::string("a random orthogonal matrix") : "a random matrix of rank " + std::to_string(settings.rank);
    return "Its matrix A is " + compact(settings.scale * s.strength) + " times " + kind + ". It is number " + std::to_string(s.rank) + " of " + std::to_string(chain.span_count()) + " in importance.";
}

// The change of the predictor's cross-entropy that a span of a text brings.
std::string text_worth(const Span& s) {
    const std::string change = number(-s.strength, 2);
    return (s.strength < 0 && change != number(0, 2) ? "+" : "") + change + " nats";
}

ImU32 span_ink(const Theme& t, const Span& s) { return t.stage_line[static_cast<std::size_t>(std::min(s.rank, 8))]; }

bool overlapping(const Chain& chain) {
    int lags = 0;
    for (const Span& s : chain.spans()) lags += s.oldest_lag - s.nearest_lag + 1;
    return lags > chain.window();
}

float labels_height(const Chain& chain, const Theme& t) {
    const float one = 2 * t.small->FontSize + t.px(8);
    return overlapping(chain) ? static_cast<float>(chain.span_count()) * (t.small->FontSize + t.px(7)) + t.px(4) : one;
}

// Dragging a tile up or down changes how strongly its span acts; letting go begins a run with the new strengths.
void draw_strengths_by_hand(const RunView& view, const Theme& t, Rect tiles, float step, ChainPanelState& state, Actions& actions) {
    const Chain& chain = view.chain;
    if (chain.ngrams() || overlapping(chain) || !view.has(Control::settings)) return;
    const SettingInfo& info = *find_setting("strengths");
    for (int k = 0; k < chain.span_count(); ++k) {
        const Span& s = chain.spans()[static_cast<std::size_t>(k)];
        const float from = tiles.max.x - static_cast<float>(s.oldest_lag) * step, to = tiles.max.x - static_cast<float>(s.nearest_lag - 1) * step;
        const ImVec2 cursor = ImGui::GetCursorScreenPos();
        ImGui::SetCursorScreenPos({from, tiles.min.y});
        ImGui::PushID(k);
        ImGui::InvisibleButton("strength", {std::max(1.0f, to - from), std::max(1.0f, tiles.height())});
        const ImVec2 way_made = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, t.px(3));
        // A finger that rests on a tile and then moves means to scroll: it shall not throw the run away.
        const bool held = !by_touch() && dragged() && (way_made.x != 0 || way_made.y != 0), let_go = ImGui::IsItemDeactivated();
        const bool focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
        const int steps = arrow_pressed(ImGuiKey_DownArrow, ImGuiKey_UpArrow);
        if (ImGui::IsItemHovered() || held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
        ImGui::PopID();
        ImGui::SetCursorScreenPos(cursor);
        if (held || steps != 0) {
            state.dragged = k;
            state.drawn.clear();
            for (const Span& span : chain.spans()) state.drawn.push_back(std::clamp(span.strength, info.min, info.max));
            // The tile's own height is its strength; without limits above a drag would run away with the scale.
            const double way = held ? static_cast<double>(-ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0).y / tiles.height()) : 0.1 * steps;
            double& drawn = state.drawn[static_cast<std::size_t>(k)];
            drawn = std::clamp(std::round(100 * drawn * std::exp(1.6 * way)) / 100, info.min, info.max);
        }
        if (state.dragged == k && (let_go || steps != 0)) {
            actions.apply = view.settings;
            actions.apply->strengths = state.drawn;
            state.dragged = -1;
        }
        if (focused) ImGui::GetWindowDrawList()->AddRect({from, tiles.min.y}, {to, tiles.max.y}, t.accent, t.px(4), 0, t.px(1.5f));
    }
}

// The past w tokens as tiles whose heights are their weight, then the token to predict. Returns the bottom.
float draw_tiles(const RunView& view, const Theme& t, float left, float right, float top, ChainPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Chain& chain = view.chain;
    const int w = chain.window();
    // Last comes the token to be predicted, a little apart.
    const float gap = t.px(3), side = std::min((right - left) / static_cast<float>(w + 1), t.px(27));
    const float step = std::min((right - left - side - t.px(7)) / static_cast<float>(w), t.px(80));
    const float base = top + t.px(tile_area);
    const auto strength = [&](const Span& s) { return state.dragged >= 0 ? state.drawn[static_cast<std::size_t>(&s - chain.spans().data())] : s.strength; };
    double heaviest = 0;
    std::vector<double> weight(static_cast<std::size_t>(w + 1), 0.0);
    std::vector<const Span*> owner(static_cast<std::size_t>(w + 1), nullptr);
    for (const Span& s : chain.spans())
        for (int lag = s.nearest_lag; lag <= s.oldest_lag; ++lag) {
            weight[static_cast<std::size_t>(lag)] += strength(s) * static_cast<double>(s.weights[static_cast<std::size_t>(s.oldest_lag - lag)]);
            const Span*& o = owner[static_cast<std::size_t>(lag)];
            if (!o || s.rank < o->rank) o = &s;
            heaviest = std::max(heaviest, weight[static_cast<std::size_t>(lag)]);
        }
    const auto column = [&](int lag) { return left + static_cast<float>(w - lag) * step; };
    const auto lag_text = [&](int lag) { return (w <= 9 ? "t\u2212" : "\u2212") + std::to_string(lag); };
    // Every lag has its number, or as many as stand beside one another: always the nearest.
    int every = w <= 8 ? 1 : 2;
    while (every < w && step * static_cast<float>(every) < text_width(t.small, lag_text(w)) + t.px(3)) every *= 2;
    for (int lag = w; lag >= 1; --lag) {
        const Span* s = owner[static_cast<std::size_t>(lag)];
        const float height = heaviest > 0 ? std::max(t.px(5), static_cast<float>(weight[static_cast<std::size_t>(lag)] / heaviest) * t.px(tile_area - 4)) : t.px(5);
        const Rect tile{{column(lag) + gap / 2, base - height}, {column(lag) + step - gap / 2, base}};
        list->AddRectFilled(tile.min, tile.max, s ? span_tint(t, *s) : t.track, t.px(4));
        list->AddRect(tile.min, tile.max, s ? with_alpha(span_ink(t, *s), 0.55f) : t.border, t.px(4), 0, std::max(1.0f, t.px(1)));
        if ((lag - 1) % every == 0) draw_text_centred(list, t.small, {(tile.min.x + tile.max.x) / 2, base + t.px(4)}, t.muted, lag_text(lag));
        if (hovered({{tile.min.x, top}, {tile.max.x, base + t.px(16)}})) {
            std::string body;
            for (std::size_t k = 0; k < chain.spans().size(); ++k) {
                const Span& span = chain.spans()[k];
                if (!span.has_lag(lag)) continue;
                body += (body.empty() ? "" : "\n") + (chain.ngrams() ? worth(chain, view.settings, span) : span_name(chain, static_cast<int>(k)) + ": strength " + (view.settings.strengths.empty() ? "m^" + std::to_string(chain.span_count() - span.rank) + " = " : std::string()) + compact(span.strength) + ", \u03B1 = " +
                        compact(static_cast<double>(span.weights[static_cast<std::size_t>(span.oldest_lag - lag)])));
            }
            show_note(t, "The token " + std::to_string(lag) + (lag == 1 ? " step" : " steps") + " before", body.empty() ? "The next token does not depend on it." : !chain.ngrams() && view.has(Control::settings) && !overlapping(chain) && !by_touch() ? body + "\nDrag up or down to change how strongly its span acts; a new run begins." : body);
        }
    }
    const float next_left = column(0) + t.px(7);
    const Rect next{{next_left, base - side}, {next_left + side, base}};
    list->AddRectFilled(next.min, next.max, t.accent_soft, t.px(4));
    list->AddRect(next.min, next.max, t.accent, t.px(4), 0, std::max(1.0f, t.px(1.3f)));
    draw_text_centred(list, t.strong, {(next.min.x + next.max.x) / 2, (next.min.y + next.max.y - t.strong->FontSize) / 2}, t.accent, "?");
    draw_text_centred(list, t.small, {(next.min.x + next.max.x) / 2, base + t.px(4)}, t.muted, "t");
    if (chain.ngrams()) hover_note(t, next, "The next character", "It is predicted from all that stand before it in the sequence; the classes look at the nearest ones.");
    else hover_note(t, next, "The next token", "x_t ~ softmax( \u2211_k A_k \u2211_i \u03B1_i onehot(x_{t\u2212i}) ): each span k adds its matrix times the tokens at its lags i.");

    draw_strengths_by_hand(view, t, {{left, top}, {column(0), base}}, step, state, actions);

    float y = base + t.px(6) + t.small->FontSize;
    const bool stagger = overlapping(chain);
    for (std::size_t k = 0; k < chain.spans().size(); ++k) {
        const Span& s = chain.spans()[k];
        const float a = column(s.oldest_lag) + gap / 2, b = column(s.nearest_lag) + step - gap / 2, line = y + t.px(3);
        list->AddLine({a, line}, {b, line}, span_ink(t, s), t.px(2));
        const std::string name = span_name(chain, static_cast<int>(k)), strength_text = chain.ngrams() ? text_worth(s) : "\u00D7 " + compact(strength(s));
        if (stagger) {
            draw_text_centred(list, t.small, {(a + b) / 2, line + t.px(1)}, t.text, fitted(t.small, name + " " + strength_text, right - left));
            y += t.small->FontSize + t.px(7);
        } else {
            const bool fits = text_width(t.small, name) <= b - a + gap;
            draw_text_centred(list, t.small, {(a + b) / 2, line + t.px(3)}, t.text, fits ? name : fitted(t.small, name, b - a + gap));
            // Many spans leave no room for every strength; the note has it.
            const std::string shown = text_width(t.small, strength_text) <= b - a + gap ? strength_text : chain.ngrams() ? number(-s.strength, 2) : compact(strength(s));
            if (text_width(t.small, shown) <= b - a + gap) draw_text_centred(list, t.small, {(a + b) / 2, line + t.px(4) + t.small->FontSize}, t.muted, shown);
        }
        hover_note(t, {{a, y}, {b, y + t.px(30)}}, name, worth(chain, view.settings, s));
    }
    return base + t.px(6) + t.small->FontSize + labels_height(chain, t);
}

float draw_sequence(const RunView& view, const Theme& t, float left, float right, float y, ChainPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Chain& chain = view.chain;
    if (state.sampled_from != view.run) {
        const Sampler sampler(chain, view.settings.length, view.settings.seed);
        state.tokens.resize(static_cast<std::size_t>(sampler.sequence_length()));
        sampler.sample(Stream::display, state.sample, 1, state.tokens);
        state.sampled_from = view.run;
    }
    draw_text(list, t.strong, {left, y}, t.text, chain.ngrams() ? "A piece of it" : "A sequence");
    const float button_width = text_width(t.small, "another") + t.px(12);
    const Rect another{{right + t.px(6) - button_width, y - t.px(3)}, {right + t.px(6), y + t.small->FontSize + t.px(5)}};
    if (button(t, "another", "", another, ButtonKind::quiet, chain.ngrams() ? "Cut another piece out of the text" : "Draw another sequence from this chain")) {
        ++state.sample;
        state.sampled_from = -1;
    }
    draw_text_centred(list, t.small, {(another.min.x + another.max.x) / 2, y + t.px(1)}, t.accent, "another");
    y += t.strong->FontSize + t.px(6);

    const int count = static_cast<int>(state.tokens.size()), rows = static_cast<int>(sequence_rows);
    const int columns = std::max(1, std::min((count + rows - 1) / rows, static_cast<int>((right - left) / std::max(t.px(19), text_width(t.small, token_text(chain, chain.vocabulary() - 1)) + t.px(6)))));
    const float step = (right - left) / static_cast<float>(columns), height = t.px(cell_height);
    const int shown = std::min(count, rows * columns);
    if (shown < count) {
        const float title_end = left + text_width(t.strong, chain.ngrams() ? "A piece of it" : "A sequence") + t.px(8), top = y - t.strong->FontSize - t.px(5);
        draw_text(list, t.small, {title_end, top}, t.muted, fitted(t.small, "the first " + std::to_string(shown) + " of " + std::to_string(count) + " tokens", another.min.x - title_end));
    }
    for (int i = 0; i < shown; ++i) {
        const int token = state.tokens[static_cast<std::size_t>(i)];
        const bool prefix = i < chain.window();
        const ImVec2 at = grid_place(static_cast<std::size_t>(i), static_cast<std::size_t>(columns));
        const Rect cell{{left + at.x * step, y + at.y * (height + t.px(2))}, {left + (at.x + 1) * step - t.px(2), 0}};
        const ImVec2 end{cell.max.x, cell.min.y + height};
        list->AddRectFilled(cell.min, end, prefix ? mixed(t.card, token_colour(t, token), 0.5f) : token_colour(t, token), t.px(3));
        draw_text_centred(list, t.small, {(cell.min.x + end.x) / 2, cell.min.y + (height - t.small->FontSize) / 2}, prefix ? t.muted : t.text, token_text(chain, token));
        if (hovered({cell.min, end})) {
            std::string body = chain.ngrams() ? "Part of the beginning: it is read, not predicted." : "Part of the random beginning: every token is equally likely here.";
            if (!prefix) {
                std::vector<float> log_probs(static_cast<std::size_t>(chain.vocabulary()));
                chain.log_probs(chain.span_count(), std::span(state.tokens).subspan(static_cast<std::size_t>(i - chain.window()), static_cast<std::size_t>(chain.window())), log_probs);
                body = "Given the " + std::to_string(chain.window()) + (chain.ngrams() ? " characters before it, the longest n-gram gives it probability " : " tokens before it, the chain gives it probability ") + number(std::exp(static_cast<double>(log_probs[static_cast<std::size_t>(token)])), 3) + "; by chance it would be " +
                       number(1.0 / chain.vocabulary(), 3) + ".";
            }
            show_note(t, (chain.ngrams() ? "Token " + token_text(chain, token) : "Token " + std::to_string(token)) + " at position " + std::to_string(i), body);
        }
    }
    return y + sequence_rows * (height + t.px(2));
}

void draw_matrix(const RunView& view, const Theme& t, Rect r, int span, HeatmapRenderer& maps, const char* hint) {
    const Chain& chain = view.chain;
    const int d = chain.vocabulary();
    const auto values = chain.features().subspan(static_cast<std::size_t>(span) * static_cast<std::size_t>(d) * static_cast<std::size_t>(d), static_cast<std::size_t>(d) * static_cast<std::size_t>(d));
    float top = 0;
    for (float v : values) top = std::max(top, std::abs(v));
    Heatmap map;
    map.rows = map.columns = d;
    map.values = values;
    map.top = top > 0 ? 0.7f * top : 1;
    map.ground = t.card;
    map.colours[0] = span_ink(t, chain.spans()[static_cast<std::size_t>(span)]);
    map.negative = t.dark ? IM_COL32(205, 205, 215, 255) : IM_COL32(80, 84, 96, 255);
    maps.draw(ImGui::GetWindowDrawList(), r, map);
    ImGui::GetWindowDrawList()->AddRect(r.min, r.max, t.border);
    if (hovered(r)) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const int column = std::clamp(static_cast<int>((mouse.x - r.min.x) / r.width() * static_cast<float>(d)), 0, d - 1), row = std::clamp(static_cast<int>((mouse.y - r.min.y) / r.height() * static_cast<float>(d)), 0, d - 1);
        show_note(t, "A of the " + span_name(chain, span),
                  "A token " + std::to_string(column) + " here adds " + (view.settings.weights.empty() ? "" : "its weight \u03B1 times ") + number(static_cast<double>(values[static_cast<std::size_t>(row) * static_cast<std::size_t>(d) + static_cast<std::size_t>(column)]), 3) + " to the logit of next token " + std::to_string(row) + ".\n" + hint);
    }
}

// Up to three matrices can stand beside their name, which leaves the settings a row more.
float matrix_beside(const Theme& t) { return t.pressed(38); }
bool stand_beside(const Chain& chain, const Theme& t, float width) { return chain.span_count() <= 3 && width >= t.px(200); }
float matrix_below(const Chain& chain, const Theme& t, float width) {
    const auto h = static_cast<float>(chain.span_count());
    return std::min(t.px(56), (width - t.px(matrix_gap) * (h - 1)) / h);
}

// room: height from here to the end of the card.
float draw_matrices(const RunView& view, const Theme& t, float left, float right, float y, float room, HeatmapRenderer& maps, ChainPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int h = view.chain.span_count();
    const float gap = t.px(matrix_gap);
    const bool low_card = room < t.px(330) && stand_beside(view.chain, t, right - left);
    float first = left, side = matrix_below(view.chain, t, right - left);
    if (low_card) {
        side = matrix_beside(t);
        first = right - 3 * side - 2 * gap;
        draw_text(list, t.strong, {left, y + side / 2 - t.strong->FontSize}, t.text, "Feature");
        draw_text(list, t.strong, {left, y + side / 2}, t.text, "matrices A");
    } else {
        draw_text(list, t.strong, {left, y}, t.text, "Feature matrices A");
        y += t.strong->FontSize + t.px(6);
    }
    for (int k = 0; k < h; ++k) {
        const float x = first + static_cast<float>(k) * (side + gap);
        const Rect r{{std::floor(x), std::floor(y)}, {std::floor(x + side), std::floor(y + side)}};
        draw_matrix(view, t, r, k, maps, "Press to enlarge.");
        ImGui::SetCursorScreenPos(r.min);
        ImGui::PushID(k);
        if (ImGui::InvisibleButton("matrix", {side, side})) state.enlarged = k;
        ImGui::PopID();
    }
    return y + side;
}

std::string text_size(const Chain& chain) {
    const TextTokens& text = chain.ngrams()->text();
    const std::size_t others = static_cast<std::size_t>(std::count(text.tokens.begin(), text.tokens.end(), chain.vocabulary() - 1));
    std::string size = compact(static_cast<double>(text.tokens.size())) + " characters, the last tenth held out.";
    if (others > 0) size += " " + std::to_string(others) + " are too rare for a token of their own (\u2026).";
    return size;
}

float facts_row(const Theme& t) { return t.small->FontSize + t.px(5); }

// In place of the matrices: what the classes' predictors reach by counting.
float draw_text_facts(const RunView& view, const Theme& t, float left, float right, float y) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const NGrams& grams = *view.chain.ngrams();
    draw_text(list, t.strong, {left, y}, t.text, "What counting reaches");
    y += t.strong->FontSize + t.px(5);
    for (int rung = 0; rung <= view.chain.span_count(); ++rung) {
        const float row = facts_row(t);
        const std::string name = rung_name(view.chain, rung), value = number(grams.cross_entropy(rung), 3) + " nats";
        draw_text(list, t.small, {left, y}, t.muted, fitted(t.small, rung_symbol(rung) + "  " + std::string(translated(name.substr(0, name.find(':')))), right - left - t.px(70)));
        draw_text_right(list, t.small, {right, y}, t.text, value);
        hover_note(t, {{left, y}, {right, y + row}}, name, "Its cross-entropy on a part of the text that was not counted." + (rung > 0 ? " Smoothed with the rung below, which counts as " + compact(grams.smoothing(rung)) + " further characters." : std::string()));
        y += row;
    }
    return y + draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, text_size(view.chain)) + t.px(4);
}

float summary_row(const Theme& t) { return t.regular->FontSize + t.px(4.5f); }

void draw_summary(const RunView& view, const Theme& t, float left, float right, float y, float bottom, SettingsPanelState& settings) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_text(list, t.strong, {left, y}, t.text, "Settings");
    const float width = text_width(t.small, "change\u2026") + t.px(12);
    const Rect edit{{right + t.px(6) - width, y - t.px(3)}, {right + t.px(6), y + t.small->FontSize + t.px(5)}};
    if (view.has(Control::settings) && button(t, "edit", "", edit, ButtonKind::quiet, "Every setting of the chain, the data, the model and the training")) {
        settings.open = !settings.open;
        settings.draft = settings.base = view.settings;
        settings.branch_step = -1;
        settings.problem.clear();
    }
    if (view.has(Control::settings)) draw_text_centred(list, t.small, {(edit.min.x + edit.max.x) / 2, y + t.px(1)}, t.accent, "change\u2026");
    y += t.strong->FontSize + t.px(6);
    const float row = summary_row(t);
    for (std::string_view name : summary_names) {
        if (y + t.regular->FontSize > bottom) return;
        if (view.chain.ngrams() && name == "importance") continue;  // a text has none
        const SettingInfo& info = *find_setting(name == "importance" && !view.settings.strengths.empty() ? "strengths" : name);
        draw_text(list, t.regular, {left, y}, t.muted, info.label);
        std::string value = format_setting(info, view.settings);
        if (name == "query-init" && view.settings.query_init == InitKind::uniform) value = "\u00B1" + compact(view.settings.query_scale);
        if (name == "data" && view.settings.data == DataSource::finite) value = std::to_string(view.settings.sequences) + " sequences";
        draw_text_right(list, t.regular, {right, y}, t.text, value);
        hover_note(t, {{left, y}, {right, y + row}}, info.label, info.help);
        y += row;
    }
}

}  // namespace

float chain_panel_height(const RunView& view, const Theme& t, float width) {
    const Chain& chain = view.chain;
    // A wide window may have the card in a column, where its sentences take more lines.
    const float inner = width < t.px(480) ? width - t.px(16 + 32) : t.px(236 - 32);
    const float title = t.px(12) + t.title->FontSize + t.px(5) + wrapped_height(t.small, chain_sentence(chain), inner) + t.px(4);
    const float tiles = t.px(tile_area + 6) + t.small->FontSize + labels_height(chain, t) + t.px(8);
    const float sequence = t.strong->FontSize + t.px(6 + sequence_rows * (cell_height + 2) + 6);
    const float matrices = chain.ngrams()                    ? t.strong->FontSize + t.px(5 + 4 + 4) + static_cast<float>(chain.span_count() + 1) * facts_row(t) + wrapped_height(t.small, text_size(chain), inner)
                           : stand_beside(chain, t, inner) ? matrix_beside(t) + t.px(8)
                                                             : t.strong->FontSize + t.px(6 + 8) + matrix_below(chain, t, inner);
    const float summary = t.strong->FontSize + t.px(6) + static_cast<float>(std::size(summary_names)) * summary_row(t) + t.px(12);
    return title + tiles + sequence + matrices + summary;
}

void draw_chain_panel(const RunView& view, const Theme& t, Rect r, HeatmapRenderer& maps, ChainPanelState& state, SettingsPanelState& settings, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    float y = r.min.y + t.px(12);
    const bool text = view.chain.ngrams() != nullptr;
    draw_text(list, t.title, {left, y}, t.text, text ? "The text" : "The chain");
    const char* own = text ? "another text\u2026" : "own text\u2026";
    const float own_right = before_corner(t, r), own_width = text_width(t.small, own) + t.px(12);
    const Rect ask{{own_right - own_width, y - t.px(1)}, {own_right, y + t.small->FontSize + t.px(7)}};
    if (view.has(Control::settings)) {
        if (button(t, "own text", "", ask, ButtonKind::quiet, "Learn from a text instead: paste one or open a file, and the ladder\u2019s rungs become its n-gram predictors")) actions.ask_text = true;
        draw_text_centred(list, t.small, {(ask.min.x + ask.max.x) / 2, y + t.px(3)}, t.accent, own);
    }
    y += t.title->FontSize + t.px(5);
    y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, chain_sentence(view.chain)) + t.px(4);
    y = draw_tiles(view, t, left, right, y, state, actions) + t.px(8);
    if (text || state.enlarged >= view.chain.span_count()) state.enlarged = -1;
    if (state.enlarged >= 0) {
        const float side = std::min(right - left, r.max.y - y - t.px(44));
        draw_text(list, t.strong, {left, y}, t.text, "A of the " + span_name(view.chain, state.enlarged));
        y += t.strong->FontSize + t.px(6);
        const Rect big{{left, y}, {left + side, y + side}};
        draw_matrix(view, t, big, state.enlarged, maps, "Press to go back.");
        ImGui::SetCursorScreenPos(big.min);
        if (ImGui::InvisibleButton("enlarged", {std::max(1.0f, side), std::max(1.0f, side)})) state.enlarged = -1;
    } else {
        y = draw_sequence(view, t, left, right, y, state) + t.px(6);
        if (text) y = draw_text_facts(view, t, left, right, y) + t.px(4);
        else if (r.max.y - y > t.px(150)) y = draw_matrices(view, t, left, right, y, r.max.y - y, maps, state) + t.px(8);
        draw_summary(view, t, left, right, y, r.max.y - t.px(6), settings);
    }
    list->PopClipRect();
}

}  // namespace ladder
