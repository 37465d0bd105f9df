#include "ui/early_stop_view.h"

#include <algorithm>
#include <cmath>

#include "run/overfitting.h"
#include "ui/attention_maps.h"
#include "ui/draw.h"
#include "ui/texts.h"
#include "ui/words.h"

namespace ladder {
namespace {

// One fact of a moment: its name, its value, what it is.
float draw_fact(const Theme& t, float left, float right, float y, std::string_view name, std::string_view value, std::string_view note) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float wide = text_width(t.small, value);
    draw_text(list, t.small, {left, y}, t.muted, fitted(t.small, name, right - left - wide - t.px(8)));
    draw_text_right(list, t.small, {right, y}, t.text, value);
    hover_note(t, {{left, y}, {right, y + t.small->FontSize}}, name, note);
    return y + t.small->FontSize + t.px(3);
}

// "near, near, middle": what each head serves.
std::string served(const Chain& chain, const Snapshot& s, int block) {
    std::string text;
    const auto heads = static_cast<std::size_t>(s.evaluation.heads);
    for (std::size_t a = 0; a < heads; ++a) {
        const std::size_t i = static_cast<std::size_t>(block) * heads + a;
        const int span = i < s.reading.heads.size() ? s.reading.heads[i].span : -1;
        std::string name = span < 0 ? "none" : span_name(chain, span);
        if (chain.span_count() > 1) name = name.substr(0, name.rfind(' '));
        text += (a ? ", " : "") + name;
    }
    return text;
}

// A column: heading, map of all heads, facts. Returns where it ends.
float draw_moment(const RunView& view, const Theme& t, Rect r, std::size_t moment, bool best, HeatmapRenderer& renderer, int block) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Snapshot& s = view.history[moment];
    float y = r.min.y, x = r.min.x;
    if (best) {
        const ImVec2 c{x + t.px(6), y + t.strong->FontSize / 2};
        const float half = t.px(5);
        list->AddQuadFilled({c.x, c.y - half}, {c.x + half, c.y}, {c.x, c.y + half}, {c.x - half, c.y}, t.warning);
        x += t.px(17);
    }
    const std::string heading = best ? "Best: step " + std::to_string(s.step) : (moment + 1 == view.history.size() ? "Now: step " : "Shown: step ") + std::to_string(s.step);
    draw_text(list, t.strong, {x, y}, best ? t.warning : t.accent, heading);
    hover_note(t, {{r.min.x, y}, {r.max.x, y + t.strong->FontSize}}, heading, best ? "The moment of lowest validation loss, at which early stopping ends the run." : "The moment that the other panels show.");
    y += t.strong->FontSize + t.px(6);

    constexpr int facts = 5;
    const float below = t.px(18) + t.strong->FontSize + t.px(6) + static_cast<float>(facts) * (t.small->FontSize + t.px(3));
    const std::size_t seen = view.history.with_attention(moment);
    const Evaluation& e = view.history[seen].evaluation;
    if (!e.attention.empty()) {
        const Maps m = maps_of(view, e, std::min(block, e.blocks - 1));
        const float aspect = static_cast<float>(m.columns) / static_cast<float>(m.rows), height = std::min(r.width() / aspect, std::max(t.px(60), r.height() - (y - r.min.y) - below));
        draw_map(view, t, {{std::floor(r.min.x), std::floor(y)}, {std::floor(r.max.x), std::floor(y + height)}}, m, renderer, -1, -1);
        y += height + t.px(3);
        draw_text_centred(list, t.small, {(r.min.x + r.max.x) / 2, y}, t.muted, fitted(t.small, seen != moment ? "attention of step " + std::to_string(view.history[seen].step) : r.width() > t.px(220) ? "key position; a row per query, all heads" : "key position; rows: queries", r.width()));
        y += t.px(18);
    }
    const std::string name = rung_symbol(s.reading.rung) + "  " + std::string(translated(rung_name(view.chain, s.reading.rung)));
    draw_text(list, t.strong, {r.min.x, y}, t.text, fitted(t.strong, name, r.width()));
    hover_note(t, {{r.min.x, y}, {r.max.x, y + t.strong->FontSize}}, "The rung at step " + std::to_string(s.step), "The class that it fitted best: it predicted most like " + rung_predictor(view.chain, s.reading.rung) + ".");
    y += t.strong->FontSize + t.px(6);
    const std::string truth = view.chain.ngrams() ? "KL from " + rung_symbol(view.chain.span_count()) : "KL from the truth";
    y = draw_fact(t, r.min.x, r.max.x, y, "excess loss", number(s.evaluation.excess(), 3) + " nats", view.chain.ngrams() ? "Validation loss minus that of the longest n-gram; below 0 the model predicts better." : "Validation loss minus the Bayes loss, the least in expectation that any predictor can reach.");
    y = draw_fact(t, r.min.x, r.max.x, y, "validation loss", number(s.evaluation.loss, 3) + " nats", "Cross-entropy on sequences that are never trained on.");
    y = draw_fact(t, r.min.x, r.max.x, y, "training loss", number(s.train_loss, 3) + " nats", "Cross-entropy on the training batch of this step.");
    y = draw_fact(t, r.min.x, r.max.x, y, truth, number(s.evaluation.kl.empty() ? NAN : s.evaluation.kl.back(), 3) + " nats", "KL divergence from the top rung\u2019s ideal member to the model.");
    return draw_fact(t, r.min.x, r.max.x, y, "heads serve", served(view.chain, s, block), "The span with most of each head\u2019s attention per token, heads 1, 2, ..");
}

}  // namespace

bool overfits(const RunView& view) { return overfits(view.settings, view.history); }

void draw_beside_best(const RunView& view, const Theme& t, Rect r, HeatmapRenderer& renderer, int block, Actions& actions) {
    const std::size_t best = view.history.best(), other = view.shown == best ? view.history.size() - 1 : view.shown;
    const bool narrow = r.width() < t.px(360) && r.height() > 1.5f * r.width();
    const float gap = t.px(22), row = t.control() + t.px(2);
    const float width = narrow ? r.width() : (r.width() - gap) / 2, height = narrow ? (r.height() - row - gap) / 2 : r.height() - row - t.px(8);
    ImGui::PushID("best");
    float y = draw_moment(view, t, {r.min, {r.min.x + width, r.min.y + height}}, best, true, renderer, block);
    ImGui::PopID();
    const float right_top = narrow ? y + gap : r.min.y, right_left = narrow ? r.min.x : r.min.x + width + gap;
    ImGui::PushID("now");
    const float end = draw_moment(view, t, {{right_left, right_top}, {right_left + width, right_top + height}}, other, false, renderer, block);
    ImGui::PopID();

    y = std::max(narrow ? end : y, end) + t.px(6);
    y = std::min(y, r.max.y - row + t.px(2));
    float x = r.min.x;
    const auto place = [&](const char* label) {
        const Rect at{{x, y}, {x + text_width(t.regular, label) + t.px(22), y + t.control()}};
        x = at.max.x + t.px(8);
        return at;
    };
    const std::string step = std::to_string(view.history[best].step);
    if (view.has(Control::run) && view.history.with_checkpoint(best) == best &&
        button(t, "stop at best", "Stop here", place("Stop here"), ButtonKind::primary, "Early stopping: the model goes back to step " + step + ", the one of lowest validation loss, and rests there. What came after is dropped.")) {
        actions.show = best;
        actions.stop_here = true;
    }
    if (view.shown != best && button(t, "show best", "Show it", place("Show it"), ButtonKind::plain, "All panels show the model of step " + step)) actions.show = best;
}

}  // namespace ladder
