// The run as curves, and what can be done at a moment of it: going back to now, going on from there, branching.
#include <algorithm>
#include <cfloat>
#include <cmath>

#include "ui/controls.h"
#include "ui/curve_plots.h"
#include "ui/draw.h"
#include "ui/early_stop_view.h"
#include "ui/panels.h"
#include "ui/plot.h"
#include "ui/timeline.h"
#include "ui/words.h"

namespace ladder {
namespace {

// The switch of the learned members, with how far their training is.
std::string members_label(const RunView& view) {
    if (!view.members || view.members->progress >= 1 || !view.members->failure.empty()) return "learned members";
    return "learned members: " + number(100 * view.members->progress, 0) + " %";
}

// The curves that have an entry in the legend: the other run of a branch has one for all of its own.
std::vector<int> legend_curves(const Plot& plot) {
    std::vector<int> shown;
    for (int c = 0; c < static_cast<int>(plot.curves.size()); ++c)
        if (plot.curves[static_cast<std::size_t>(c)].steps.empty() || c == 0 || plot.curves[static_cast<std::size_t>(c - 1)].steps.empty()) shown.push_back(c);
    return shown;
}

// Under the plot of a slim card, in two columns; points.
constexpr float slim = 640, card_height = 320, usual_legend_row = 17;
float low_legend_row(const Theme& t) { return t.finger ? 30.0f : usual_legend_row; }
float low_legend_height(const Theme& t, const Plot& plot) {
    const std::size_t rows = (legend_curves(plot).size() + 1) / 2;
    return low_legend_row(t) * static_cast<float>(rows) + 6;
}
constexpr const char* view_names[] = {"Ladder", "Loss", "Heads"};
constexpr const char* axis_names[] = {"log steps", "log values"};
// Whether a slim card has no room for the switches of the axes beside that of the views: they stand under it then.
bool axes_below(const Theme& t, float card_width) {
    float beside = t.px(16);
    for (const char* name : view_names) beside += text_width(t.regular, name) + t.px(20);
    for (const char* name : axis_names) beside += text_width(t.small, name) + t.px(34);
    return beside - t.px(14) > card_width - t.px(32);
}
// What the rail and the row under it take.
float rail_height(const Theme& t) { return t.pressed(24); }
float transport_row(const Theme& t) { return t.control() + t.px(8); }

// A row per curve, or where there are many a row per head; a click switches a curve off and on.
void draw_legend(const Theme& t, Rect r, const Plot& plot, CurvesPanelState& state, const RunView& view, bool narrow) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::vector<int> shown = legend_curves(plot);
    const int n = static_cast<int>(shown.size());
    if (n == 0) return;
    const int rows = std::max(1, static_cast<int>(r.height() / t.px(narrow ? low_legend_row(t) : usual_legend_row))), columns = std::max(1, (n + rows - 1) / rows);
    const int in_column = (n + columns - 1) / columns;
    const float width = r.width() / static_cast<float>(columns), row = std::min(t.px(narrow ? std::max(20.0f, low_legend_row(t)) : 20.0f), r.height() / static_cast<float>(in_column));
    for (int i = 0; i < n; ++i) {
        const ImVec2 at = grid_place(static_cast<std::size_t>(i), static_cast<std::size_t>(in_column));  // filled downwards
        const float x = r.min.x + width * at.y, y = r.min.y + row * at.x;
        const int c = shown[static_cast<std::size_t>(i)];
        const Curve& curve = plot.curves[static_cast<std::size_t>(c)];
        const bool whole_run = !curve.steps.empty();
        const bool off = whole_run ? state.hides_other : curve.hidden;
        ImGui::SetCursorScreenPos({x, y});
        ImGui::PushID(c);
        if (ImGui::InvisibleButton("curve", {width, row})) {
            auto& hidden = state.hidden[static_cast<std::size_t>(state.view)];
            if (whole_run) state.hides_other = !off;
            else if (!std::erase(hidden, curve.name)) hidden.push_back(curve.name);
        }
        const bool over = ImGui::IsItemHovered();
        ImGui::PopID();
        const float middle = std::floor(y + row / 2);
        draw_stroke(t, x, middle, off ? t.track : curve.colour, curve.stroke);
        const float now = view.shown < curve.y.size() && !whole_run ? curve.y[view.shown] : NAN;
        const std::string value = whole_run ? "" : number(static_cast<double>(now), 3), name = whole_run ? plot.other_run : curve.name;
        const bool values = width > t.px(128) && !whole_run;
        draw_text(list, t.small, {x + t.px(22), middle - t.small->FontSize / 2}, off ? t.faint : over ? t.text : t.muted, fitted(t.small, name, width - t.px(values ? 68 : 26)));
        if (values) draw_text_right(list, t.small, {x + width - t.px(6), middle - t.small->FontSize / 2}, off ? t.faint : t.text, value);
        if (over && whole_run) show_note(t, view.showing_before ? "The branch" : "The run before the branch", off ? "Press to show its curves." : view.showing_before ? "The same curves of the branch, dashed. Press to hide them." : "The same curves of the run that was branched, dashed. Press to hide them.");
        else if (over) show_note(t, name + "  " + value, off ? "Press to show this curve." : "Press to hide this curve.");
    }
}

// What can be done at the moment that is shown, side by side from `at` to `right`.
void draw_departures(const RunView& view, const Theme& t, ImVec2 at, float right, Actions& actions) {
    const std::size_t from = view.history.with_checkpoint(view.shown);
    if (from >= view.history.size() || !view.has(Control::run)) return;
    // States of large models are kept of fewer moments: say which one it will be.
    const std::string step = std::to_string(view.history[from].step), where = from == view.shown ? "from here" : "from step " + step;
    const auto wide = [&](const std::string& label) { return text_width(t.regular, label) + t.px(22); };
    const auto place = [&](const std::string& label) {
        const Rect r{at, {at.x + wide(label), at.y + t.control()}};
        at.x = r.max.x + t.px(8);
        return r;
    };
    // On a phone the note alone says where it goes on.
    const std::string whole = "Resume " + where, resume = at.x + wide(whole) + t.px(8) + wide("Branch\u2026") <= right ? whole : "Resume";
    const bool parts_anew = view.other && !view.showing_before && view.history[from].step < view.branch_step;
    if (button(t, "resume", resume, place(resume), ButtonKind::plain, "Training goes on from step " + step + (parts_anew ? " with the branch\u2019s settings: it parts from the run before there. What came after is dropped." : ", bit for bit as it had gone before. What came after is dropped."))) actions.resume = true;
    if (from == view.shown && from == view.history.best() && overfits(view) && button(t, "stop here", "Stop here", place("Stop here"), ButtonKind::plain, "Early stopping: the model goes back to this step, the one of lowest validation loss, and rests there. What came after is dropped.")) actions.stop_here = true;
    if (view.has(Control::settings) && button(t, "branch", "Branch\u2026", place("Branch\u2026"), ButtonKind::plain, "Change a setting at step " + step + " and train on from there. Both runs are drawn over one another.")) actions.edit_branch = true;
}

}  // namespace

float curves_panel_height(const RunView& view, const Theme& t, float width, const CurvesPanelState& state) {
    if (width - t.px(16) >= t.px(slim) || !view.ready()) return t.px(card_height);
    const float larger = (axes_below(t, width - t.px(16)) ? t.control() : 0) + t.control() - t.px(24) + rail_height(t) - t.px(24) + transport_row(t) - t.px(32);  // than the same for a mouse
    return larger + t.px(card_height + std::max(0.0f, low_legend_height(t, curve_plot(view, t, state, state.view)) - 5 * usual_legend_row));
}

void draw_curves_panel(const RunView& view, const Theme& t, Rect r, CurvesPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const float left = r.min.x + t.px(16), right = r.max.x - t.px(16);
    const bool narrow = r.width() < t.px(slim);

    const bool text = view.chain.ngrams() != nullptr;
    const char* const notes[] = {text ? "Loss beyond that of the longest n-gram, and the KL divergence from each class\u2019s n-gram to the model" : "Excess loss over the Bayes loss, and the KL divergence from the ideal member of each class to the model",
                                 text ? "Cross-entropy on the training batch and on held-out pieces, and that of the longest n-gram on these" : "Cross-entropy on the training batch and on held-out sequences; the Bayes loss is the least in expectation that any predictor can reach",
                                 "Attention mass of each head on each span"};
    int chosen = static_cast<int>(state.view);
    float x = left, width = 0;
    if (segments(t, "views", {x, r.min.y + t.px(9)}, view_names, chosen, notes, &width)) state.view = static_cast<CurvesPanelState::View>(chosen);
    x += width + t.px(16);
    const bool below = narrow && axes_below(t, r.width());
    const float axes_y = r.min.y + t.px(9) + (below ? t.control() : 0), beside = x;
    if (below) x = left;
    // In a slim card the way back to now takes the place of what it would lie over.
    const float now_left = narrow && !view.live && view.ready() ? right - t.px(60) : FLT_MAX;
    const auto axis = [&](const char* label, bool& on, const char* note) {
        if (!below && x + t.px(20) + text_width(t.small, label) + t.px(8) > now_left) return;
        toggle(t, label, {x, axes_y}, label, on, note, &width);
        x += width + t.px(14);
    };
    axis(axis_names[0], state.logarithmic_x, "Logarithmic axis of steps");
    axis(axis_names[1], state.logarithmic_y, "Logarithmic axis of values; values that are not positive have no place there");
    if (below) x = beside;
    if (state.view == CurvesPanelState::View::ladder && !narrow && view.live) {
        bool on = view.members != nullptr;
        const std::string note = view.members && !view.members->failure.empty() ? view.members->failure
                                                                                  : "The KL divergence from the learned members too: for each class a model of the same architecture, trained beside this run on the class\u2019s spans alone, as in the paper. The ideal members leave the other spans out of the chain\u2019s formula instead.";
        if (toggle(t, "learned", {x, r.min.y + t.px(9)}, members_label(view), on, note, &width)) {
            actions.apply = view.settings;
            actions.apply->learned = on;
        }
        x += width + t.px(14);
    }
    if (!view.live && view.ready()) {
        const Rect back = narrow ? Rect{{now_left, r.min.y + t.px(9)}, {right - t.px(16), r.min.y + t.px(9) + t.control()}} : Rect{{x, r.min.y + t.px(9)}, {x + t.px(118), r.min.y + t.px(9) + t.control()}};
        if (button(t, "live", narrow ? "Now" : "Back to now", back, ButtonKind::plain, "Show the newest moment again (L)", true)) back_to_now(view, actions);
        if (!narrow) {
            const std::string here = "showing step " + std::to_string(view.now().step);
            draw_text(list, t.small, {back.max.x + t.px(10), r.min.y + t.px(9) + (t.control() - t.small->FontSize) / 2}, t.accent, here);
            draw_departures(view, t, {back.max.x + t.px(20) + text_width(t.small, here), r.min.y + t.px(9)}, right, actions);
        }
    }
    if (!view.ready()) {
        list->PopClipRect();
        return;
    }
    const std::size_t best = view.history.best();
    if (!narrow && view.live && overfits(view)) {
        const std::string label = "Early stop: step " + std::to_string(view.history[best].step);
        const float wide = text_width(t.regular, label) + t.px(22);
        if (button(t, "early stop", label, {{x, r.min.y + t.px(9)}, {x + wide, r.min.y + t.px(9) + t.control()}}, ButtonKind::plain, early_stop_sentence(view.chain, view.history[best], view.history.newest()) + " Press to see the model of that step.", true)) actions.show = best;
    }
    Plot plot = curve_plot(view, t, state, state.view);
    plot.shown_step = static_cast<double>(view.now().step);
    const bool transport = view.has(Control::timeline);
    if (!narrow && view.other) {
        static constexpr const char* runs[] = {"Branch", "Run before"};
        static constexpr const char* run_notes[] = {"Everything on the page shows the branch", "Everything on the page shows the run that was branched"};
        int which = view.showing_before ? 1 : 0;
        const float wide = text_width(t.regular, runs[0]) + text_width(t.regular, runs[1]) + t.px(40);
        if (segments(t, "runs", {right - t.px(14) - wide, r.min.y + t.px(9)}, runs, which, run_notes)) actions.show_before = which == 1;
    }
    const float head_room = t.px(16) + t.control() + (axes_y - r.min.y - t.px(9)), transport_height = narrow && transport ? transport_row(t) : 0, timeline = rail_height(t), legend = narrow ? 0 : state.view == CurvesPanelState::View::heads && plot.curves.size() > 6 ? t.px(320) : t.px(172);
    // In a card that is not as high as it wants to be the legend leaves the curves their room.
    const float legend_height = narrow ? std::min(t.px(low_legend_height(t, plot)), std::max(t.px(low_legend_row(t) + 6), r.height() - head_room - timeline - transport_height - t.px(124))) : 0;
    const Rect area{{left - t.px(4), r.min.y + head_room}, {right - legend, r.max.y - timeline - t.px(4) - legend_height - transport_height}};
    const PlotResult result = draw_plot(t, area, plot);
    if (narrow) draw_legend(t, {{left, area.max.y + timeline + transport_height}, {right, area.max.y + timeline + transport_height + legend_height}}, plot, state, view, true);
    else draw_legend(t, {{area.max.x + t.px(18), result.area.min.y}, {right, result.area.max.y + t.px(14)}}, plot, state, view, false);
    const Rect rail{{area.min.x, narrow ? area.max.y : r.max.y - timeline - t.px(2)}, {area.max.x, narrow ? area.max.y + timeline : r.max.y - t.px(2)}};
    const std::string here = "step " + std::to_string(view.now().step);
    if (view.has(Control::timeline)) draw_timeline(view, t, rail, result, state, actions);
    else draw_text(list, t.small, {result.area.min.x, (rail.min.y + rail.max.y - t.small->FontSize) / 2}, t.muted, here);
    if (transport) {
        const float end = draw_transport(view, t, {narrow ? left : area.max.x + t.px(18), narrow ? rail.max.y + transport_height / 2 : (rail.min.y + rail.max.y) / 2}, state, actions);
        if (narrow && !view.live) draw_departures(view, t, {end + t.px(6), rail.max.y + (transport_height - t.control()) / 2}, right, actions);
    }
    list->PopClipRect();
}

}  // namespace ladder
