// Which predictor the model currently is: the rungs with their KL divergences, and the model's height
// between them.
#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/early_stop_view.h"
#include "ui/panels.h"
#include "ui/texts.h"
#include "ui/words.h"

namespace ladder {
namespace {

std::string definition(const Chain& chain, int rung) {
    const int h = chain.span_count();
    if (chain.ngrams()) return rung_symbol(rung) + " stands for the " + rung_name(chain, rung) + ". Its predictor is counted in the first four fifths of the text and smoothed with the rung below.";
    if (rung == 0) return "F\u2080 holds one predictor: every token equally likely.";
    if (rung == h) return rung_symbol(rung) + " uses all spans; its ideal member is the chain itself.";
    return rung_symbol(rung) + " holds the predictors that use only the " + std::to_string(rung) + (rung == 1 ? " most important span: " : " most important spans: ") + rung_name(chain, rung) + ". Its ideal member keeps just those spans of the chain.";
}

// What the study of the classes' members adds to a rung's note.
std::string member_sentences(const RunView& view, int k) {
    std::string text;
    const std::string index = std::to_string(k);
    const auto& learned = view.now().evaluation.learned_kl;
    if (!view.members || k < 1) return text;
    if (static_cast<std::size_t>(k) <= learned.size())
        text += "\nTo the learned member of " + rung_symbol(k) + ": " + number(learned[static_cast<std::size_t>(k - 1)], 4) + " nats. It is a model of the same architecture that was trained on these spans alone, so it also uses what they tell of the others on average.";
    if (static_cast<std::size_t>(k) <= view.members->distances.size()) {
        const BestInClass::Distance& d = view.members->distances[static_cast<std::size_t>(k - 1)];
        text += "\nThe ideal member p_" + index + " is " + number(d.mean, 4) + " \u00B1 " + number(d.standard_error, 4) + " nats from the best that " + rung_symbol(k) + " can do, the mean of the chain\u2019s prediction over the unseen spans (Monte Carlo, " + std::to_string(d.pasts) + " pasts; standard error).";
    }
    return text;
}

// Where the ladder stands in its card.
struct Rungs {
    float top, bottom, spacing;
    float rail_left, rail_right;
    float names, right;  // from where to where each rung's words stand
    ImU32 wood;
    double most;         // the KL divergence of a full bar
    float at(double k) const { return bottom - static_cast<float>(k) * spacing; }
};

Rungs place_rungs(const RunView& view, const Theme& t, Rect r, float top) {
    const bool slim_card = r.width() < t.px(240);
    Rungs rungs{top, r.max.y - t.px(30), 0, r.min.x + t.px(26), 0, 0, r.max.x - t.px(16), t.dark ? mixed(t.card, t.text, 0.42f) : IM_COL32(140, 147, 158, 255), 0};
    rungs.spacing = (rungs.bottom - rungs.top) / static_cast<float>(view.chain.span_count());
    rungs.rail_right = rungs.rail_left + t.px(slim_card ? 34.0f : 56.0f);
    rungs.names = rungs.rail_right + t.px(slim_card ? 12.0f : 20.0f);
    // The bars keep the scale of the untrained model, so that they shrink as it learns.
    for (const Snapshot* moment : {&view.now(), &view.history[0]})
        for (double kl : moment->evaluation.kl)
            if (std::isfinite(kl)) rungs.most = std::max(rungs.most, kl);
    return rungs;
}

// Under a rung's name, where there is room: its KL divergences, with a bar, and since when. row: its top; when: a step, or < 0.
void draw_rung_facts(const RunView& view, const Theme& t, const Rungs& rungs, int k, float row, double kl, std::int64_t when) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto& learned = view.now().evaluation.learned_kl;
    const double to_learned = k >= 1 && static_cast<std::size_t>(k) <= learned.size() ? learned[static_cast<std::size_t>(k - 1)] : NAN;
    const std::string distance = "KL " + number(kl, 3), first = "at step " + std::to_string(when);
    draw_text(list, t.small, {rungs.names, row}, t.muted, distance);
    if (std::isfinite(to_learned)) draw_text(list, t.small, {rungs.names + t.px(60), row}, t.muted, "learned " + number(to_learned, 3));
    const float bar_left = rungs.names + t.px(learned.empty() ? 62 : 142), bar_right = rungs.right - t.px(84);
    if (bar_right > bar_left + t.px(10)) {
        const float middle = row + t.small->FontSize / 2;
        draw_bar(list, t, {{bar_left, middle - t.px(3.5f)}, {bar_right, middle + t.px(3.5f)}}, rungs.most > 0 && std::isfinite(kl) ? static_cast<float>(kl / rungs.most) : 0, t.stage_line[static_cast<std::size_t>(std::min(k, 8))]);
    }
    // Large text leaves no room for it beside the distance; the note has it.
    if (when >= 0 && rungs.names + text_width(t.small, distance) + t.px(8) + text_width(t.small, first) <= rungs.right) draw_text_right(list, t.small, {rungs.right, row}, t.muted, first);
}

void draw_rung(const RunView& view, const Theme& t, const Rungs& rungs, int k) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Snapshot& now = view.now();
    const float at = rungs.at(k);
    const bool current = k == now.reading.rung;
    const float thick = t.px(current ? 3.0f : 1.5f);
    list->AddRectFilled({rungs.rail_left - t.px(3), at - thick}, {rungs.rail_right + t.px(3), at + thick}, current ? t.accent : rungs.wood, t.px(2));

    const bool roomy = rungs.spacing >= t.px(44);
    const float name_y = at - t.regular->FontSize - (roomy ? t.px(1) : -t.regular->FontSize / 2);
    const std::string name = rung_symbol(k) + "  " + std::string(translated(rung_name(view.chain, k)));
    const auto& reached = view.history.readout().reached();
    const std::int64_t reached_at = k < static_cast<int>(reached.size()) ? reached[static_cast<std::size_t>(k)] : -1, when = reached_at <= now.step ? reached_at : -1;
    const std::string step = "step " + std::to_string(when);
    draw_text(list, current ? t.strong : t.regular, {rungs.names, name_y}, current ? t.accent : t.text, fitted(current ? t.strong : t.regular, name, rungs.right - rungs.names));
    const double kl = k < static_cast<int>(now.evaluation.kl.size()) ? now.evaluation.kl[static_cast<std::size_t>(k)] : NAN;
    if (roomy) draw_rung_facts(view, t, rungs, k, at + t.px(4), kl, when);
    const float reach = std::min(rungs.spacing / 2, t.px(20));
    hover_note(t, {{rungs.rail_left, at - reach}, {rungs.right, at + reach}}, name,
               definition(view.chain, k) + "\nKL(p_" + std::to_string(k) + " || model) = " + number(kl, 4) + " nats, averaged over held-out predictions." + member_sentences(view, k) + (when < 0 ? "\nNot reached yet." : "\nFirst reached at " + step + "."));
}

// Where early stopping would have left the model, beside where it is now.
void draw_best(const RunView& view, const Theme& t, const Rungs& rungs) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Snapshot& best = view.history[view.history.best()];
    const double height = std::isfinite(best.reading.height) ? std::clamp(best.reading.height, 0.0, static_cast<double>(view.chain.span_count())) : 0;
    const ImVec2 c{rungs.rail_left, rungs.at(height)};
    const float half = t.px(6);
    list->AddQuadFilled({c.x, c.y - half}, {c.x + half, c.y}, {c.x, c.y + half}, {c.x - half, c.y}, t.warning);
    list->AddQuad({c.x, c.y - half}, {c.x + half, c.y}, {c.x, c.y + half}, {c.x - half, c.y}, t.card, std::max(1.0f, t.px(1)));
    hover_note(t, {{c.x - half, c.y - half}, {c.x + half, c.y + half}}, "Early stopping: height " + number(height, 2), early_stop_sentence(view.chain, best, view.history.newest()));
}

// The ball, which moves calmly to the model's height.
void draw_model(const RunView& view, const Theme& t, const Rungs& rungs, LadderPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const double height = std::isfinite(view.now().reading.height) ? view.now().reading.height : 0;
    const float part = state.height < 0 || view.still ? 1.0f : 1.0f - std::exp(-view.frame_seconds / 0.15f);
    state.height = state.height < 0 ? static_cast<float>(height) : state.height + part * (static_cast<float>(height) - state.height);
    const ImVec2 ball{(rungs.rail_left + rungs.rail_right) / 2, rungs.at(std::clamp(state.height, 0.0f, static_cast<float>(view.chain.span_count())))};
    list->AddCircleFilled(ball, t.px(10), t.accent, 32);
    list->AddCircle(ball, t.px(10), t.card, 32, t.px(2));
    hover_note(t, {{ball.x - t.px(11), ball.y - t.px(11)}, {ball.x + t.px(11), ball.y + t.px(11)}}, "The model, at height " + number(height, 2),
               "How far it has climbed: from the nearest class, the part of the way to its neighbours that its predictions have gone, measured by KL_k \u2212 KL_{k+1}; half-way is where both are equally near.");
}

}  // namespace

void draw_ladder_panel(const RunView& view, const Theme& t, Rect r, LadderPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    float y = r.min.y + t.px(12);
    const char* title = "Which predictor is it now?";
    const ImFont* title_font = left + text_width(t.title, title) <= before_corner(t, r) ? t.title : t.strong;
    draw_text(list, title_font, {left, y}, t.text, fitted(title_font, title, before_corner(t, r) - left));
    y += t.title->FontSize + t.px(7);
    const int h = view.chain.span_count();
    if (!view.ready()) {
        draw_text(list, t.regular, {left, y + t.px(4)}, t.muted, "Measuring the untrained model\u2026");
        list->PopClipRect();
        return;
    }
    const Snapshot& now = view.now();
    y += draw_text_wrapped(list, t.strong, {left, y}, right - left, t.accent, verdict(view.chain, now)) + t.px(3);
    const std::string gap = gap_sentence(view.chain, now, moments_before(view.history, view.shown));
    const float gap_height = draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, gap);
    hover_note(t, {{left, y}, {right, y + gap_height}}, view.chain.ngrams() ? "Distance to the top rung" : "Gap to the truth", std::string(view.chain.ngrams() ? "KL divergence from the longest n-gram, p_h, to the model, averaged over held-out predictions: " : "KL divergence from the chain itself, p_h, to the model, averaged over held-out predictions: ") + number(now.evaluation.kl.empty() ? NAN : now.evaluation.kl.back(), 4) + " nats.");
    y += gap_height + t.px(3);
    // Where there is room between the rungs for their bars, what these are.
    if (const std::string key = "Bars: KL divergence from each class, shorter is nearer."; (r.max.y - y) / static_cast<float>(h) > t.px(66) && text_width(t.small, key) <= right - left) {
        draw_text(list, t.small, {left, y}, t.muted, key);
        y += t.small->FontSize + t.px(3);
    }
    y += t.px(11);

    const Rungs rungs = place_rungs(view, t, r, y + t.px(10));
    for (float x : {rungs.rail_left, rungs.rail_right}) list->AddRectFilled({x - t.px(2), rungs.top - t.px(14)}, {x + t.px(2), rungs.bottom + t.px(14)}, rungs.wood, t.px(2));
    for (int k = 0; k <= h; ++k) draw_rung(view, t, rungs, k);
    if (overfits(view)) draw_best(view, t, rungs);
    draw_model(view, t, rungs, state);
    list->PopClipRect();
}

}  // namespace ladder
