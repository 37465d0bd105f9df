// The paper's figures: a list with what came out of each, and for the chosen one its claim, before it was run what will
// be done, and afterwards its plots and the verdict computed from its runs.
#include <algorithm>
#include <array>
#include <span>

#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/figure_plots.h"
#include "ui/figure_words.h"
#include "ui/panels.h"
#include "ui/texts.h"

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
        if (draw_row(t, f.id.c_str(), place, f.number, f.title, !sweeping && &f == &chosen, figure_heading(f), f.claim)) state.chosen = f.id;
        draw_mark(t, {place.max.x - t.px(14), (place.min.y + place.max.y) / 2}, state, f, progress);
        y += row;
    }
    const Rect place{{r.min.x, y}, {r.max.x, y + row - t.px(3)}};
    if (draw_row(t, sweep_id, place, "Sweep", "A grid of your own", sweeping, "Sweep", "Run every combination of some settings and seeds, and see all of them side by side.")) state.chosen = sweep_id;
}

// The verdict in its own box; returns where it ends.
float draw_verdict(const Theme& t, float left, float right, float y, const Verdict& verdict, const std::string& seeds) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string head = std::string(verdict.holds ? "As in the paper, " : "Not as in the paper, ") + seeds + ".";
    const float width = right - left - t.px(24);
    const float text_height = wrapped_height(t.small, verdict.sentence, width);
    const Rect box{{left, y}, {right, y + t.px(30) + text_height}};
    list->AddRectFilled(box.min, box.max, verdict.holds ? t.stage_tint[3] : t.warning_soft, t.px(6));
    draw_text(list, t.strong, {left + t.px(12), y + t.px(7)}, verdict.holds ? t.stage_line[3] : t.warning, head);
    draw_text_wrapped(list, t.small, {left + t.px(12), y + t.px(25)}, width, t.text, verdict.sentence);
    return box.max.y + t.px(12);
}

std::string seeds_text(std::uint64_t first, int count) { return count > 1 ? "seeds " + std::to_string(first) + " to " + std::to_string(first + static_cast<std::uint64_t>(count) - 1) : "seed " + std::to_string(first); }

bool takes_seeds(const Figure& f) { return f.plot == FigurePlot::best_excess; }

// How many seeds a figure is to be run with; returns where the control ends.
float draw_seeds(const Theme& t, float left, float y, const Figure& f, FiguresPanelState& state) {
    static constexpr const char* labels[] = {"1", "2", "3", "4", "5"};
    static constexpr const char* notes[] = {"One seed", "Two seeds, one after the other", "Three seeds, one after the other", "Four seeds, one after the other", "Five seeds, one after the other"};
    draw_text(ImGui::GetWindowDrawList(), t.small, {left, y + (t.control() - t.small->FontSize) / 2}, t.muted, "seeds");
    int chosen = state.seeds - 1;
    float width = 0;
    const float at = left + text_width(t.small, "seeds") + t.px(8);
    if (segments(t, ("seeds " + f.id).c_str(), {at, y}, labels, chosen, notes, &width)) state.seeds = chosen + 1;
    return at + width;
}

// Before a figure was run: what will be done, what counts, how long it takes, and the button that begins it.
void draw_invitation(const Theme& t, Rect r, const Figure& f, FiguresPanelState& state, Actions& actions, std::uint64_t seed) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const int seeds = takes_seeds(f) ? state.seeds : 1;
    const float pad = t.px(16), left = r.min.x + pad, width = r.width() - 2 * pad;
    const ImFont* body = r.width() > t.px(520) ? t.regular : t.small;
    const std::vector<std::string> runs = run_sentences(f, seeds);
    const std::array<std::pair<const char*, std::string>, 2> parts{{{"What is drawn", drawn_sentence(f)}, {"When it holds", rule_words(f)}}};
    // Two passes: the box must be drawn before what stands on it.
    for (const bool measure : {true, false}) {
        float y = r.min.y + pad;
        const auto text = [&](const ImFont* font, float indent, ImU32 colour, std::string_view words) {
            if (measure) y += wrapped_height(font, words, width - indent);
            else y += draw_text_wrapped(list, font, {left + indent, y}, width - indent, colour, words);
            y += t.px(3);
        };
        text(t.strong, 0, t.text, f.plot == FigurePlot::flow ? "What is solved" : "What is run");
        for (std::size_t i = 0; i < runs.size(); ++i) text(body, i == 0 ? 0 : t.px(12), i == 0 ? t.text : t.muted, runs[i]);
        for (const auto& [head, words] : parts) {
            y += t.px(9);
            text(t.strong, 0, t.text, head);
            text(body, 0, t.text, words);
        }
        y += t.px(8);
        text(t.strong, 0, t.text, "How long it takes");
        const std::string replaced = f.plot == FigurePlot::flow ? "" : state.running ? " The figure that is being run ends." : " The run on screen makes room for it; everything can be watched there meanwhile.";
        text(body, 0, t.text, duration_words(f, seeds) + replaced);
        y += t.px(10);
        if (measure) {
            list->AddRectFilled(r.min, {r.max.x, std::min(r.max.y, y + t.px(38) + pad)}, t.accent_soft, t.px(8));
            continue;
        }
        const std::string label = f.plot == FigurePlot::flow ? "Solve the equations" : "Run " + std::string(figure_heading(f).starts_with("Figures") ? "figures " : "figure ") + f.number;
        const Rect go{{left, y}, {left + std::max(t.px(150), text_width(t.strong, label) + t.px(44)), y + t.px(36)}};
        if (button(t, "begin figure", label, go, ButtonKind::primary, f.plot == FigurePlot::flow ? "Solve the equations" : "Train as fast as this machine goes, with " + seeds_text(seed, seeds))) actions.run_figure = f.id;
        if (takes_seeds(f)) draw_seeds(t, go.max.x + t.px(16), y + (t.px(36) - t.control()) / 2, f, state);
        else if (f.plot != FigurePlot::flow) draw_text(list, t.small, {go.max.x + t.px(14), y + (t.px(36) - t.small->FontSize) / 2}, t.muted, "with " + seeds_text(seed, 1));
    }
}

// The bar of a figure that is being run; returns where it ends.
float draw_progress(const RunView& view, const Theme& t, float left, float right, float y, const FigureRun& run) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string seed = run.count() > run.figure().runs.size() ? " (seed " + std::to_string(run.settings().seed) + ")" : "";
    const std::string text = fitted(t.small, "Run " + std::to_string(run.index() + 1) + " of " + std::to_string(run.count()) + ": " + run.label() + seed + ", step " + std::to_string(view.status.step) + " of " + std::to_string(run.settings().steps), right - left);
    draw_text(list, t.small, {left, y}, t.muted, text);
    const float bar = left + text_width(t.small, text) + t.px(14), middle = y + t.small->FontSize / 2;
    if (bar < right - t.px(40)) draw_bar(list, t, {{bar, middle - t.px(3)}, {right, middle + t.px(3)}}, static_cast<float>(run.progress(view.status.step)), t.accent);
    return y + t.small->FontSize + t.px(12);
}

// One figure: heading, claim, and below it the invitation, the runs so far, or what came out.
void draw_figure(const RunView& view, const Theme& t, Rect r, FiguresPanelState& state, Actions& actions, bool narrow) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Figure& f = chosen_figure(state);
    const float left = r.min.x, right = r.max.x;
    float y = r.min.y;
    const bool running = state.running && state.running_id == f.id;
    const FigureOutcome* outcome = outcome_of(state, f);
    const bool solved = f.plot == FigurePlot::flow && state.flow;
    if (!narrow) draw_text(list, t.title, {left, y}, t.text, fitted(t.title, figure_heading(f) + ": " + f.title, right - left - t.px(120)));
    if (running || outcome || solved) {
        const Rect go = narrow ? Rect{{left, y}, {right, y + t.px(34)}} : Rect{{right - t.px(104), y - t.px(4)}, {right, y + t.px(26)}};
        if (running) {
            if (button(t, "stop figure", "Stop", go, ButtonKind::plain, "Stop these runs: the one in progress pauses and stays on screen; what the others have shown is given up")) actions.stop_figure = true;
        } else if (button(t, "run figure", "Run again", go, ButtonKind::plain, f.plot == FigurePlot::flow ? "Solve the equations again" : "Once more, with " + seeds_text(state.seed, takes_seeds(f) ? state.seeds : 1))) {
            actions.run_figure = f.id;
        }
        if (narrow) y += t.px(42);
    }
    if (!narrow) y += t.title->FontSize + t.px(9);
    y += draw_text_wrapped(list, t.regular, {left, y}, right - left, t.text, "The paper: " + f.claim) + t.px(4);
    if (!f.change.empty()) y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, "Changed here, so that it fits a page: " + f.change) + t.px(4);
    y += t.px(8);
    if (!running && !outcome && !solved) return draw_invitation(t, {{left, y}, r.max}, f, state, actions, state.seed);

    if (running) y = draw_progress(view, t, left, right, y, *state.running);
    else if (solved) y = draw_verdict(t, left, right, y, judge_flow(*state.flow), seeds_text(state.flow->settings.seed, 1));
    else y = draw_verdict(t, left, right, y, outcome->verdict, seeds_text(outcome->seed, outcome->seeds));
    if (solved) return draw_flow_figure(t, {{left, y}, r.max}, *state.flow);

    const std::vector<RunRecord>& runs = running ? state.running->runs() : outcome->runs;
    const bool low = r.max.y - y < t.px(360) || narrow;
    if (f.plot != FigurePlot::ladder || low) {
        static constexpr const char* ladder[] = {"Ladder", "Heads"};
        static constexpr const char* excess[] = {"Together", "Each run"};
        static constexpr const char* sizes[] = {"Against N", "Each run"};
        static constexpr const char* notes[] = {"As the paper draws it", "The curves of each run"};
        int chosen = state.each_run ? 1 : 0;
        float width = 0;
        if (segments(t, "figure view", {left, y}, f.plot == FigurePlot::ladder ? ladder : f.plot == FigurePlot::excess ? excess : sizes, chosen, notes, &width)) state.each_run = chosen == 1;
        if (takes_seeds(f) && !running && left + width + t.px(220) < right) draw_seeds(t, left + width + t.px(18), y, f, state);
        else if (takes_seeds(f) && state.each_run && running) draw_text(list, t.small, {left + width + t.px(12), y + t.px(6)}, t.muted, "seed " + std::to_string(runs.back().settings.seed));
        y += t.control() + t.px(10);
    }
    draw_figure_runs(t, {{left, y}, r.max}, f, runs, state.each_run);
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
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {t.px(10), t.px(t.finger ? 13.0f : 9.0f)});
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.menu_gap(6)});
        const Figure& now = chosen_figure(state);
        const bool sweeping = state.chosen == sweep_id;
        if (ImGui::BeginCombo("##figure", translated_label(sweeping ? "Sweep: a grid of your own" : figure_heading(now) + ": " + now.title), ImGuiComboFlags_HeightLargest)) {
            for (const Figure& f : figures())
                if (ImGui::Selectable(translated_label(figure_heading(f) + ": " + f.title), !sweeping && &f == &now)) state.chosen = f.id;
            if (ImGui::Selectable(translated_label("Sweep: a grid of your own"), sweeping)) state.chosen = sweep_id;
            ImGui::EndCombo();
        }
        ImGui::PopStyleVar(2);
        y += t.px(t.finger ? 52.0f : 46.0f);
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

    draw_figure(view, t, {{left, y}, {right, r.max.y - t.px(12)}}, state, actions, narrow);
    list->PopClipRect();
}

}  // namespace ladder
