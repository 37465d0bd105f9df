// The run as curves, and the timeline under them.
#include <algorithm>
#include <cmath>

#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/plot.h"
#include "ui/words.h"

namespace ladder {
namespace {

std::string stage_name(const Chain& chain, const Stage& stage, bool first_climb) {
    if (stage.rung <= 0) return "knows nothing";
    if (stage.acquired_span < 0) return rung_symbol(stage.rung);
    std::string name = span_name(chain, stage.acquired_span);
    return (first_climb ? "" : "+ ") + name;
}

template <class Get>
std::vector<float> collect(const History& history, Get get) {
    std::vector<float> values(history.size());
    for (std::size_t i = 0; i < history.size(); ++i) values[i] = static_cast<float>(get(history[i]));
    return values;
}

Plot make_plot(const RunView& view, const Theme& t, CurvesPanelState::View which) {
    Plot plot;
    const int h = view.chain.span_count();
    plot.steps.resize(view.history.size());
    for (std::size_t i = 0; i < view.history.size(); ++i) plot.steps[i] = static_cast<double>(view.history[i].step);
    plot.x_title = "step";
    const auto line = [&](int rung) { return t.stage_line[static_cast<std::size_t>(std::min(rung, 8))]; };
    switch (which) {
        case CurvesPanelState::View::ladder:
            plot.y_title = "nats";
            plot.curves.push_back({"excess loss", t.text, 2.0f, collect(view.history, [](const Snapshot& s) { return s.evaluation.excess(); })});
            for (int k = 1; k <= h; ++k)
                plot.curves.push_back({"KL to " + rung_symbol(k), line(k), 1.6f, collect(view.history, [k](const Snapshot& s) { return k < static_cast<int>(s.evaluation.kl.size()) ? s.evaluation.kl[static_cast<std::size_t>(k)] : NAN; })});
            if (view.ready() && !view.now().evaluation.learned_kl.empty())
                for (int k = 1; k <= h; ++k)
                    plot.curves.push_back({"KL to learned " + rung_symbol(k), line(k), 1.2f, collect(view.history, [k](const Snapshot& s) { return k <= static_cast<int>(s.evaluation.learned_kl.size()) ? s.evaluation.learned_kl[static_cast<std::size_t>(k - 1)] : NAN; }), true});
            break;
        case CurvesPanelState::View::loss:
            plot.y_title = "nats";
            plot.zero_based = false;
            plot.curves.push_back({"train", t.head[1], 1.3f, collect(view.history, [](const Snapshot& s) { return s.train_loss; })});
            plot.curves.push_back({"validation", t.text, 2.0f, collect(view.history, [](const Snapshot& s) { return s.evaluation.loss; })});
            if (view.ready()) plot.markers.push_back({static_cast<double>(view.history[view.history.best()].step), t.warning, "lowest validation loss"});
            plot.curves.push_back({"Bayes", t.stage_line[3], 1.4f, collect(view.history, [](const Snapshot& s) { return s.evaluation.bayes_loss; }), true});
            break;
        case CurvesPanelState::View::heads: {
            plot.y_title = "attention mass";
            const int heads = view.ready() ? view.now().evaluation.heads : 0;
            for (int a = 0; a < heads; ++a)
                for (int k = h - 1; k >= 0; --k) {
                    const std::size_t at = static_cast<std::size_t>(a) * static_cast<std::size_t>(h) + static_cast<std::size_t>(k);
                    // One colour per head; the most important span in full strength, the others paler.
                    const int rank = view.chain.spans()[static_cast<std::size_t>(k)].rank;
                    const ImU32 colour = mixed(t.head[static_cast<std::size_t>(a % 8)], t.card, 0.62f * static_cast<float>(rank - 1) / static_cast<float>(std::max(1, h - 1)));
                    plot.curves.push_back({"head " + std::to_string(a + 1) + ", " + span_name(view.chain, k), colour, 1.7f, collect(view.history, [at](const Snapshot& s) { return at < s.evaluation.span_mass.size() ? static_cast<double>(s.evaluation.span_mass[at]) : NAN; }), rank == 2});
                }
            for (const PhaseChange& change : view.history.readout().phase_changes())
                plot.markers.push_back({static_cast<double>(change.step), t.muted, change.to == Phase::competitive ? "competitive" : change.to == Phase::cooperative ? "cooperative" : "undecided"});
            break;
        }
    }
    bool climbed = false;
    for (const Stage& stage : view.history.readout().stages()) {
        const std::size_t tint = static_cast<std::size_t>(std::clamp(stage.rung, 0, 8));
        plot.bands.push_back({static_cast<double>(stage.start), static_cast<double>(stage.end), with_alpha(t.stage_tint[tint], t.dark ? 0.9f : 0.75f), stage_name(view.chain, stage, !climbed), t.stage_line[tint]});
        climbed |= stage.rung > 0;
    }
    plot.x_end = view.ready() ? std::max<double>(static_cast<double>(view.history.newest().step), std::min<double>(view.settings.steps, 1.15 * static_cast<double>(view.history.newest().step) + 20)) : 1;
    return plot;
}

// A row per curve, or where there are many a row per head; a click switches a curve off and on.
void draw_legend(const Theme& t, Rect r, const Plot& plot, unsigned& hidden, const RunView& view) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int n = static_cast<int>(plot.curves.size());
    if (n == 0) return;
    const int rows = std::max(1, static_cast<int>(r.height() / t.px(17))), columns = std::max(1, (n + rows - 1) / rows);
    const float width = r.width() / static_cast<float>(columns), row = std::min(t.px(20), r.height() / static_cast<float>((n + columns - 1) / columns));
    for (int c = 0; c < n; ++c) {
        const float x = r.min.x + width * static_cast<float>(c / ((n + columns - 1) / columns)), y = r.min.y + row * static_cast<float>(c % ((n + columns - 1) / columns));
        const bool off = hidden >> c & 1;
        ImGui::SetCursorScreenPos({x, y});
        ImGui::PushID(c);
        if (ImGui::InvisibleButton("curve", {width, row})) hidden ^= 1u << c;
        const bool over = ImGui::IsItemHovered();
        ImGui::PopID();
        const Curve& curve = plot.curves[static_cast<std::size_t>(c)];
        const float middle = std::floor(y + row / 2);
        list->AddRectFilled({x, middle - t.px(1.2f)}, {x + t.px(16), middle + t.px(1.2f)}, off ? t.track : curve.colour);
        const float now = view.shown < curve.y.size() ? curve.y[view.shown] : NAN;
        const std::string value = number(static_cast<double>(now), 3);
        const bool values = width > t.px(128);
        draw_text(list, t.small, {x + t.px(22), middle - t.small->FontSize / 2}, off ? t.faint : over ? t.text : t.muted, fitted(t.small, curve.name, width - t.px(values ? 68 : 26)));
        if (values) draw_text_right(list, t.small, {x + width - t.px(6), middle - t.small->FontSize / 2}, off ? t.faint : t.text, value);
        if (over) show_note(t, curve.name + "  " + value, off ? "Click to show this curve." : "Click to hide this curve.");
    }
}

// Validation loss has turned up by more than an evaluation's noise, a thousandth of a nat: stopping early would have paid.
bool overfits(const History& history) { return history.newest().evaluation.loss > history[history.best()].evaluation.loss + 1e-3; }

void draw_timeline(const RunView& view, const Theme& t, Rect r, const PlotResult& plot, CurvesPanelState& state, Actions& actions) {
    // The handle stands under the moment on the axis above, so that both read as one.
    const float first = plot.area.min.x, last = plot.area.max.x;
    const double step = static_cast<double>(view.now().step);
    const float x = plot.x.places(step) ? std::clamp(plot.x.pixel(step), first, last) : first;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = std::floor((r.min.y + r.max.y) / 2), line = t.px(2);
    ImGui::SetCursorScreenPos({first - t.px(8), r.min.y});
    ImGui::InvisibleButton("timeline", {std::max(1.0f, last - first + t.px(16)), std::max(1.0f, r.height())});
    const bool active = ImGui::IsItemActive(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    bool over = ImGui::IsItemHovered();
    state.dragging = active;
    const float newest = std::clamp(plot.x.places(static_cast<double>(view.history.newest().step)) ? plot.x.pixel(static_cast<double>(view.history.newest().step)) : first, first, last);
    list->AddRectFilled({first, middle - line}, {last, middle + line}, t.track, line);
    list->AddRectFilled({first, middle - line}, {newest, middle + line}, mixed(t.track, t.accent, 0.4f), line);
    list->AddRectFilled({first, middle - line}, {x, middle + line}, t.accent, line);
    list->AddCircleFilled({x, middle}, t.px(over || active ? 7.5f : 6.5f), t.accent, 24);
    // Where early stopping would end the run.
    const Snapshot& best = view.history[view.history.best()];
    if (best.step < view.history.newest().step && plot.x.places(static_cast<double>(best.step))) {
        const float at = std::clamp(plot.x.pixel(static_cast<double>(best.step)), first, last), half = t.px(4.5f);
        list->AddQuadFilled({at, middle - half}, {at + half, middle}, {at, middle + half}, {at - half, middle}, t.warning);
        list->AddQuad({at, middle - half}, {at + half, middle}, {at, middle + half}, {at - half, middle}, t.card, std::max(1.0f, t.px(1)));
        if (over && !active && std::abs(ImGui::GetIO().MousePos.x - at) < half + t.px(2)) {
            over = false;
            show_note(t, "Early stopping", early_stop_sentence(best, view.history.newest()));
        }
    }
    if (focused) list->AddCircle({x, middle}, t.px(10), t.accent, 24, t.px(1.5f));
    if (active) {
        const float mouse = std::clamp(ImGui::GetIO().MousePos.x, first, last);
        if (mouse >= newest - t.px(2)) actions.follow = true;
        else actions.show = view.history.at_step(static_cast<std::int64_t>(std::llround(plot.x.value(mouse))));
    } else if (over) {
        show_note(t, "step " + std::to_string(view.now().step), "Drag to any moment: everything on the page shows the model of that step. Training goes on meanwhile.");
    }
}

}  // namespace

void draw_curves_panel(const RunView& view, const Theme& t, Rect r, CurvesPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    const bool narrow = r.width() < t.px(640);

    static constexpr const char* views[] = {"Ladder", "Loss", "Heads"};
    static constexpr const char* notes[] = {"Excess loss over the Bayes loss, and the KL divergence from the ideal member of each class to the model", "Cross-entropy on the training batch and on held-out sequences; the Bayes loss is the least that any predictor can reach", "Attention mass of each head on each span"};
    int chosen = static_cast<int>(state.view);
    float x = left, width = 0;
    if (segments(t, "views", {x, r.min.y + t.px(9)}, views, chosen, notes, &width)) state.view = static_cast<CurvesPanelState::View>(chosen);
    x += width + t.px(16);
    toggle(t, "logx", {x, r.min.y + t.px(9)}, "log steps", state.logarithmic_x, "Logarithmic axis of steps", &width);
    x += width + t.px(14);
    toggle(t, "logy", {x, r.min.y + t.px(9)}, "log values", state.logarithmic_y, "Logarithmic axis of values; values that are not positive have no place there", &width);
    x += width + t.px(14);
    if (!view.live && view.ready()) {
        const Rect back = narrow ? Rect{{right - t.px(92), r.max.y - t.px(26)}, {right, r.max.y - t.px(4)}} : Rect{{x, r.min.y + t.px(9)}, {x + t.px(118), r.min.y + t.px(33)}};
        if (button(t, "live", "Back to now", back, ButtonKind::plain, "Show the newest moment again (L)", true)) actions.follow = true;
        if (!narrow) draw_text(list, t.small, {back.max.x + t.px(10), r.min.y + t.px(9) + (t.px(24) - t.small->FontSize) / 2}, t.accent, "showing step " + std::to_string(view.now().step));
    }
    if (!view.ready()) {
        list->PopClipRect();
        return;
    }
    const std::size_t best = view.history.best();
    if (!narrow && view.live && overfits(view.history)) {
        const std::string label = "Early stop: step " + std::to_string(view.history[best].step);
        const float wide = text_width(t.regular, label) + t.px(22);
        if (button(t, "early stop", label, {{x, r.min.y + t.px(9)}, {x + wide, r.min.y + t.px(33)}}, ButtonKind::plain, early_stop_sentence(view.history[best], view.history.newest()) + " Click to see the model of that step.", true)) actions.show = best;
    }
    Plot plot = make_plot(view, t, state.view);
    plot.logarithmic_x = state.logarithmic_x, plot.logarithmic_y = state.logarithmic_y;
    plot.shown_step = static_cast<double>(view.now().step);
    unsigned& hidden = state.hidden[static_cast<std::size_t>(state.view)];
    const float head_room = t.px(40), timeline = t.px(24), legend = narrow ? 0 : state.view == CurvesPanelState::View::heads && plot.curves.size() > 6 ? t.px(320) : t.px(172);
    const float legend_height = narrow ? t.px(17) * static_cast<float>((plot.curves.size() + 1) / 2) + t.px(6) : 0;
    const Rect area{{left - t.px(4), r.min.y + head_room}, {right - legend, r.max.y - timeline - t.px(4) - legend_height}};
    const PlotResult result = draw_plot(t, area, plot, hidden);
    if (narrow) draw_legend(t, {{left, area.max.y + timeline}, {right, area.max.y + timeline + legend_height}}, plot, hidden, view);
    else draw_legend(t, {{area.max.x + t.px(18), result.area.min.y}, {right, result.area.max.y + t.px(14)}}, plot, hidden, view);
    const Rect rail{{area.min.x, narrow ? area.max.y : r.max.y - timeline - t.px(2)}, {area.max.x, narrow ? area.max.y + timeline : r.max.y - t.px(2)}};
    const std::string here = "step " + std::to_string(view.now().step);
    if (view.has(Control::timeline)) draw_timeline(view, t, rail, result, state, actions);
    else draw_text(list, t.small, {result.area.min.x, (rail.min.y + rail.max.y - t.small->FontSize) / 2}, t.muted, here);
    if (!narrow && view.has(Control::timeline)) draw_text(list, t.small, {area.max.x + t.px(18), (rail.min.y + rail.max.y - t.small->FontSize) / 2}, t.muted, "drag to any moment");
    list->PopClipRect();
}

}  // namespace ladder
