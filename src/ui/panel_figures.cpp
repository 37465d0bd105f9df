// The paper's figures: a list with what came out of each, and for the chosen one its claim, its runs as small
// multiples, and the verdict computed from them.
#include <algorithm>
#include <cmath>

#include "ui/draw.h"
#include "ui/flow_plots.h"
#include "ui/panels.h"
#include "ui/plot.h"
#include "ui/run_plots.h"
#include "ui/words.h"

namespace ladder {
namespace {

const Figure& chosen_figure(const FiguresPanelState& state) {
    const Figure* f = find_figure(state.chosen);
    return f ? *f : figures().front();
}

const FigureOutcome* outcome_of(const FiguresPanelState& state, const Figure& f) {
    const auto at = state.outcomes.find(f.id);
    return at == state.outcomes.end() ? nullptr : &at->second;
}

// A filled disc: as claimed; a ring: not this time; an arc: being run.
void draw_mark(const Theme& t, ImVec2 centre, const FiguresPanelState& state, const Figure& f, double progress) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (state.running && state.running_id == f.id) {
        list->AddCircle(centre, t.px(6), t.track, 24, t.px(2.5f));
        list->PathArcTo(centre, t.px(6), -1.5708f, -1.5708f + 6.2832f * static_cast<float>(progress), 24);
        list->PathStroke(t.accent, 0, t.px(2.5f));
    } else if (const FigureOutcome* outcome = outcome_of(state, f)) {
        if (outcome->verdict.holds) list->AddCircleFilled(centre, t.px(5.5f), t.stage_line[3], 24);
        else list->AddCircle(centre, t.px(5), t.warning, 24, t.px(2));
    }
}

// One row of the list; true when it was chosen.
bool draw_row(const Theme& t, const char* id, Rect place, std::string_view number_text, std::string_view title, bool here, std::string_view note_title, std::string_view note) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImGui::SetCursorScreenPos(place.min);
    const bool pressed = ImGui::InvisibleButton(id, {std::max(1.0f, place.width()), std::max(1.0f, place.height())});
    const bool over = ImGui::IsItemHovered(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    if (here || over) list->AddRectFilled(place.min, place.max, here ? t.accent_soft : t.track, t.px(6));
    if (focused) list->AddRect(place.min, place.max, t.accent, t.px(6), 0, t.px(1.5f));
    const float middle = (place.min.y + place.max.y) / 2, name_left = place.min.x + t.px(70);
    draw_text(list, t.small, {place.min.x + t.px(10), middle - t.small->FontSize / 2}, here ? t.accent : t.muted, number_text);
    draw_text(list, here ? t.strong : t.regular, {name_left, middle - t.regular->FontSize / 2}, here ? t.accent : t.text, fitted(here ? t.strong : t.regular, title, place.max.x - t.px(26) - name_left));
    if (over) show_note(t, note_title, note);
    return pressed;
}

void draw_list(const Theme& t, Rect r, FiguresPanelState& state, double progress) {
    const Figure& chosen = chosen_figure(state);
    const bool sweeping = state.chosen == sweep_id;
    float y = r.min.y;
    const float row = std::min(t.px(40), r.height() / static_cast<float>(figures().size() + 1));
    for (const Figure& f : figures()) {
        const Rect place{{r.min.x, y}, {r.max.x, y + row - t.px(3)}};
        if (draw_row(t, f.id.c_str(), place, f.number, f.title, !sweeping && &f == &chosen, "Figure " + f.number, f.claim)) state.chosen = f.id;
        draw_mark(t, {place.max.x - t.px(14), (place.min.y + place.max.y) / 2}, state, f, progress);
        y += row;
    }
    const Rect place{{r.min.x, y}, {r.max.x, y + row - t.px(3)}};
    if (draw_row(t, sweep_id, place, "Sweep", "A grid of your own", sweeping, "Sweep", "Run every combination of some settings and seeds, and see all of them side by side.")) state.chosen = sweep_id;
}

// Figure 10: attention, values and loss contributions against logarithmic time.
void draw_flow(const Theme& t, Rect r, const FlowFigure& f) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowPlots flow = make_flow_plots(t, f.settings, f.solution);
    const float legend = t.px(22), height = (r.height() - legend) / 3;
    for (int i = 0; i < 3; ++i) {
        const float y = r.min.y + height * static_cast<float>(i);
        draw_text(list, t.strong, {r.min.x, y}, t.text, flow.titles[static_cast<std::size_t>(i)]);
        hover_note(t, {{r.min.x, y}, {r.max.x, y + t.px(17)}}, flow.titles[static_cast<std::size_t>(i)], flow.notes[static_cast<std::size_t>(i)]);
        ImGui::PushID(i);
        draw_plot(t, {{r.min.x - t.px(4), y + t.px(18)}, {r.max.x - t.px(14), y + height - t.px(4)}}, flow.plots[static_cast<std::size_t>(i)], 0);
        ImGui::PopID();
    }
    float x = r.min.x;
    for (int k = 0; k < f.settings.heads; ++k) legend_entry(t, x, r.max.y - legend / 2, "head " + std::to_string(k + 1), t.head[static_cast<std::size_t>(k % 8)]);
    draw_text(list, t.small, {x, r.max.y - legend / 2 - t.small->FontSize / 2}, t.muted, fitted(t.small, "solid: pattern 1; dashed: 2; pale: 3. Time is logarithmic, in the equations' own unit.", r.max.x - x));
}

// "Figure 4, left" or "Figures 6, 7".
std::string heading(const Figure& f) {
    const bool several = f.number.find("to") != std::string::npos || f.number.find_first_of("0123456789", f.number.find(',')) != std::string::npos;
    return (several && f.number.find_first_of(",t") != std::string::npos ? "Figures " : "Figure ") + f.number;
}

// The verdict in its own box; returns where it ends.
float draw_verdict(const Theme& t, float left, float right, float y, const Verdict& verdict, const std::string& seed) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string head = (verdict.holds ? "As in the paper" : "Not as in the paper") + std::string(", seed ") + seed + ".";
    const float width = right - left - t.px(24);
    const float text_height = t.small->CalcTextSizeA(t.small->FontSize, FLT_MAX, width, verdict.sentence.c_str()).y;
    const Rect box{{left, y}, {right, y + t.px(30) + text_height}};
    list->AddRectFilled(box.min, box.max, verdict.holds ? t.stage_tint[3] : t.warning_soft, t.px(6));
    draw_text(list, t.strong, {left + t.px(12), y + t.px(7)}, verdict.holds ? t.stage_line[3] : t.warning, head);
    draw_text_wrapped(list, t.small, {left + t.px(12), y + t.px(25)}, width, t.text, verdict.sentence);
    return box.max.y + t.px(12);
}

}  // namespace

void draw_figures_panel(const RunView& view, const Theme& t, Rect r, FiguresPanelState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const double progress = state.running ? state.running->progress(view.status.step) : 0;
    const bool narrow = r.width() < t.px(760);
    float left = r.min.x + t.px(16), y = r.min.y + t.px(12);
    const float right = r.max.x - t.px(16);
    if (narrow) {
        ImGui::SetCursorScreenPos({left, y});
        ImGui::SetNextItemWidth(right - left);
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {t.px(10), t.px(9)});
        const Figure& now = chosen_figure(state);
        const bool sweeping = state.chosen == sweep_id;
        if (ImGui::BeginCombo("##figure", sweeping ? "Sweep: a grid of your own" : ("Figure " + now.number + ": " + now.title).c_str(), ImGuiComboFlags_HeightLargest)) {
            for (const Figure& f : figures())
                if (ImGui::Selectable(("Figure " + f.number + ": " + f.title).c_str(), !sweeping && &f == &now)) state.chosen = f.id;
            if (ImGui::Selectable("Sweep: a grid of your own", sweeping)) state.chosen = sweep_id;
            ImGui::EndCombo();
        }
        ImGui::PopStyleVar();
        y += t.px(46);
    } else {
        const float list_right = left + std::min(t.px(340), r.width() * 0.32f);
        draw_text(list, t.title, {left, y}, t.text, "The paper\u2019s figures");
        float below = y + t.title->FontSize + t.px(6);
        below += draw_text_wrapped(list, t.small, {left, below}, list_right - left, t.muted, "Each is run here, in your browser or on your machine, and judged by what its runs show.") + t.px(10);
        draw_list(t, {{left - t.px(6), below}, {list_right, r.max.y - t.px(10)}}, state, progress);
        list->AddLine({list_right + t.px(12), r.min.y + t.px(12)}, {list_right + t.px(12), r.max.y - t.px(12)}, t.border, std::max(1.0f, t.px(1)));
        left = list_right + t.px(28);
    }

    if (state.chosen == sweep_id) {
        if (!narrow) {
            draw_text(list, t.title, {left, y}, t.text, "A sweep of your own");
            y += t.title->FontSize + t.px(9);
        }
        draw_sweep(view, t, {{left, y}, {right, r.max.y - t.px(12)}}, state.sweep, actions);
        list->PopClipRect();
        return;
    }

    const Figure& f = chosen_figure(state);
    const bool running = state.running && state.running_id == f.id;
    const FigureOutcome* outcome = outcome_of(state, f);
    if (!narrow) {
        draw_text(list, t.title, {left, y}, t.text, fitted(t.title, heading(f) + ": " + f.title, right - left - t.px(120)));
    }
    const Rect go = narrow ? Rect{{left, y}, {right, y + t.px(38)}} : Rect{{right - t.px(104), y - t.px(4)}, {right, y + t.px(26)}};
    if (running) {
        if (button(t, "stop figure", "Stop", go, ButtonKind::plain, "Stop these runs; what they have shown so far stays on screen until another is begun")) actions.stop_figure = true;
    } else if (button(t, "run figure", outcome || (f.plot == FigurePlot::flow && state.flow) ? "Run again" : "Run it", go, ButtonKind::primary, f.plot == FigurePlot::flow ? "Solve the equations" : f.runs.size() == 1 ? "Train this model, as fast as this machine goes" : "Train these models one after the other, as fast as this machine goes")) {
        actions.run_figure = f.id;
    }
    y += narrow ? t.px(48) : t.title->FontSize + t.px(9);
    y += draw_text_wrapped(list, t.regular, {left, y}, right - left, t.text, "The paper: " + f.claim) + t.px(4);
    if (!f.change.empty()) y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, "Changed here, so that it fits a page: " + f.change) + t.px(4);
    y += t.px(8);

    if (running) {
        const std::string text = "Run " + std::to_string(state.running->index() + 1) + " of " + std::to_string(f.runs.size()) + ", step " + std::to_string(view.status.step) + " of " + std::to_string(state.running->settings().steps);
        draw_text(list, t.small, {left, y}, t.muted, text);
        const float bar = left + text_width(t.small, text) + t.px(14), middle = y + t.small->FontSize / 2;
        if (bar < right - t.px(40)) draw_bar(list, t, {{bar, middle - t.px(3)}, {right, middle + t.px(3)}}, static_cast<float>(progress), t.accent);
        y += t.small->FontSize + t.px(12);
    } else if (f.plot == FigurePlot::flow && state.flow) {
        y = draw_verdict(t, left, right, y, judge_flow(*state.flow), std::to_string(state.flow->settings.seed));
    } else if (outcome) {
        y = draw_verdict(t, left, right, y, outcome->verdict, std::to_string(outcome->seed));
    } else {
        draw_text_wrapped(list, t.regular, {left, y}, right - left, t.muted, state.running ? "Another figure is being run." : "Not run yet.");
    }

    const Rect below{{left, y}, {right, r.max.y - t.px(12)}};
    if (f.plot == FigurePlot::flow) {
        if (state.flow) draw_flow(t, below, *state.flow);
    } else if (running) {
        draw_runs(t, below, state.running->runs());
    } else if (outcome) {
        draw_runs(t, below, outcome->runs);
    }
    list->PopClipRect();
}

}  // namespace ladder
