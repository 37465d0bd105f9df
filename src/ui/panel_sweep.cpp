// A sweep of one's own in the paper's workspace: the grid on the left, its runs as small multiples on the right.
#include <algorithm>
#include <cmath>

#include <imgui.h>
#include <imgui_stdlib.h>

#include "base/error.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/run_plots.h"
#include "ui/texts.h"
#include "ui/words.h"

namespace ladder {

namespace {

constexpr std::size_t most_runs = most_sweep_runs;

bool text_field(const Theme& t, const char* id, Rect r, std::string& text, std::string_view note) {
    ImGui::SetCursorScreenPos(r.min);
    ImGui::SetNextItemWidth(r.width());
    const bool changed = ImGui::InputText(id, &text, ImGuiInputTextFlags_AutoSelectAll);
    if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) show_note(t, "", note);
    return changed;
}

bool choose_setting(const Theme& t, Rect r, std::string& name) {
    const SettingInfo* now = find_setting(name);
    bool changed = false;
    ImGui::SetCursorScreenPos(r.min);
    ImGui::SetNextItemWidth(r.width());
    if (ImGui::BeginCombo("##setting", fitted(t.regular, now ? now->label : "add a setting", r.width() - t.px(36)).c_str(), ImGuiComboFlags_HeightLarge)) {
        if (ImGui::Selectable(translated_label("none"), name.empty())) name.clear(), changed = true;
        for (const SettingInfo& info : settings_table()) {
            if (info.name == "seed" || info.viewer || info.name == "learned") continue;
            if (ImGui::Selectable(translated_label(std::string(info.label)), info.name == name)) name = info.name, changed = true;
            if (ImGui::IsItemHovered()) show_note(t, info.label, std::string(info.help) + "\n" + range_text(info) + ".");
        }
        ImGui::EndCombo();
    }
    return changed;
}

// The grid's rows; returns where they end.
float draw_grid(const Theme& t, float left, float right, float y, SweepState& state, const Settings& base, bool running) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float row = t.px(34), field = t.px(28), name_width = std::min(t.px(190), (right - left) * 0.46f);
    ImGui::BeginDisabled(running);
    bool changed = false;
    for (std::size_t i = 0; i < state.axes.size(); ++i) {
        // One row more than are used, and none that is used is out of sight.
        if (i > 0 && std::all_of(state.axes.begin() + static_cast<std::ptrdiff_t>(i) - 1, state.axes.end(), [](const SweepState::Axis& axis) { return axis.setting.empty(); })) break;
        SweepState::Axis& axis = state.axes[i];
        ImGui::PushID(static_cast<int>(i));
        if (choose_setting(t, {{left, y}, {left + name_width, y + field}}, axis.setting)) {
            changed = true;
            // To begin with, the value that it has.
            if (const SettingInfo* info = find_setting(axis.setting)) axis.values = format_setting(*info, base) + (info->kind == SettingKind::integer_list || info->kind == SettingKind::number_list ? ";" : "");
        }
        if (!axis.setting.empty()) changed |= text_field(t, "##values", {{left + name_width + t.px(8), y}, {right, y + field}}, axis.values, "The values, separated by commas; values that are lists, as spans are, by semicolons: 2 2 2; 4 4 4");
        ImGui::PopID();
        y += row;
    }
    draw_text(list, t.regular, {left + t.px(2), y + (field - t.regular->FontSize) / 2}, t.text, "Seeds");
    changed |= text_field(t, "##seeds", {{left + name_width + t.px(8), y}, {right, y + field}}, state.seeds, "Every combination is run with each of these seeds: 1..5, or 1,2,9");
    ImGui::EndDisabled();
    if (changed) state.problem.clear();
    return y + row;
}

// What the grid comes to, or why it cannot be run.
std::string grid_sentence(const SweepState& state, const Settings& base, bool& possible) {
    possible = false;
    if (!state.problem.empty()) return state.problem;
    try {
        const std::vector<SweepAxis> axes = axes_of(state.axes);
        const std::size_t runs = count_sweep(base, axes, parse_seeds(state.seeds));
        if (runs > most_runs) return std::to_string(runs) + " runs are more than the " + std::to_string(most_runs) + " that fit a screen. `ladder sweep` makes them natively; the command can be copied.";
        possible = true;
        if (std::any_of(axes.begin(), axes.end(), [](const SweepAxis& axis) { return axis.setting == "steps"; })) return std::to_string(runs) + (runs == 1 ? " run. " : " runs. ") + "All else is as in the run on screen.";
        return std::to_string(runs) + (runs == 1 ? " run of " : " runs of ") + std::to_string(base.steps) + " steps. All else is as in the run on screen.";
    } catch (const Error& e) {
        return e.what();
    }
}

void draw_results(const Theme& t, Rect r, const SweepRun& sweep) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    int classes = 1;
    for (const RunRecord& run : sweep.runs()) classes = std::max(classes, span_count(run.settings));
    const std::vector<LegendEntry> names = run_legend(t, classes, "over the training steps; bands: the rung");
    const float line = t.small->FontSize + t.px(4), legend = legend_height(t, r.width(), names);
    float y = r.min.y;
    const std::size_t runs = sweep.runs().size(), failed = sweep.failed();
    const std::string text = std::to_string(sweep.finished()) + " of " + std::to_string(runs) + " runs done" + (failed ? ", " + std::to_string(failed) + " failed" : "");
    draw_text(list, t.strong, {r.min.x, y}, t.text, text);
    const float bar = r.min.x + text_width(t.strong, text) + t.px(14), middle = y + t.strong->FontSize / 2;
    if (bar < r.max.x - t.px(60)) draw_bar(list, t, {{bar, middle - t.px(3)}, {r.max.x - t.px(10), middle + t.px(3)}}, static_cast<float>(sweep.progress()), t.accent);
    y += t.strong->FontSize + t.px(8);

    ImGui::SetCursorScreenPos({r.min.x, y});
    if (ImGui::BeginChild("sweep runs", {r.width(), std::max(t.px(60), r.max.y - legend - y)})) {
        ImDrawList* inner = ImGui::GetWindowDrawList();
        const float width = ImGui::GetContentRegionAvail().x;
        const std::size_t columns = std::max<std::size_t>(1, static_cast<std::size_t>(width / t.px(250))), rows = (runs + columns - 1) / columns;
        const float cell = width / static_cast<float>(columns), height = t.px(168);
        const ImVec2 origin = ImGui::GetCursorScreenPos();
        for (std::size_t i = 0; i < runs; ++i) {
            const RunRecord& run = sweep.runs()[i];
            const ImVec2 at = grid_place(i, columns);
            const float x = origin.x + cell * at.x, top = origin.y + height * at.y, end = x + cell - t.px(12);
            const Rect place{{x, top}, {end, top + height - t.px(10)}};
            if (!ImGui::IsRectVisible(place.min, place.max)) continue;
            const bool bad = !run.failure.empty();
            draw_text(inner, t.strong, {x, top}, bad ? t.warning : t.text, fitted(t.strong, run.label, end - x));
            const std::string below = bad ? run.failure : run.empty() ? "waiting" : run_summary(run);
            // There is no plot of a run that could not be made, but room for its sentence.
            if (bad && run.empty()) draw_text_wrapped(inner, t.small, {x, top + t.strong->FontSize + t.px(2)}, end - x, t.warning, below);
            else draw_text(inner, t.small, {x, top + t.strong->FontSize + t.px(2)}, bad ? t.warning : t.muted, fitted(t.small, below, end - x));
            hover_note(t, {{x, top}, {end, top + t.strong->FontSize + t.px(4) + line}}, run.label, below);
            if (run.empty()) continue;
            ImGui::PushID(static_cast<int>(i));
            draw_plot(t, {{x, top + t.strong->FontSize + line + t.px(4)}, {end, place.max.y}}, run_plot(t, run));
            ImGui::PopID();
        }
        ImGui::SetCursorScreenPos(origin);
        ImGui::Dummy({width, height * static_cast<float>(rows)});
    }
    ImGui::EndChild();
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

}  // namespace

void draw_sweep(const RunView& view, const Theme& t, Rect r, SweepState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool running = state.run && !state.run->done(), narrow = r.width() < t.px(640);
    const float grid_right = narrow ? r.max.x : r.min.x + std::min(t.px(400), r.width() * 0.5f);
    float y = r.min.y;
    y += draw_text_wrapped(list, t.regular, {r.min.x, y}, r.width(), t.text, "Run every combination of some settings, each with several seeds, side by side on this machine\u2019s cores.") + t.px(8);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {t.px(8), t.px(5)});
    const float below = draw_grid(t, r.min.x, grid_right, y, state, view.settings, running);
    ImGui::PopStyleVar();

    bool possible = false;
    const std::string sentence = grid_sentence(state, view.settings, possible);
    const float left = narrow ? r.min.x : grid_right + t.px(20), top = narrow ? below : y;
    const float sentence_height = draw_text_wrapped(list, t.small, {left, top}, r.max.x - left, possible ? t.muted : t.warning, sentence) + t.px(8);
    float x = left;
    const float row = top + sentence_height, height = t.px(30);
    const auto place = [&](float width) {
        const Rect at{{x, row}, {x + t.px(width), row + height}};
        x = at.max.x + t.px(8);
        return at;
    };
    if (running) {
        if (button(t, "stop sweep", "Stop", place(70), ButtonKind::plain, "Stop; what the runs have shown so far stays on screen")) actions.stop_sweep = true;
    } else {
        ImGui::BeginDisabled(!possible);
        if (button(t, "run sweep", "Run it", place(70), ButtonKind::primary, "Make these runs, as many at once as this machine has cores; the run on screen pauses") && possible) actions.run_sweep = true;
        ImGui::EndDisabled();
    }
    if (state.run && button(t, "save sweep", "Save CSV", place(84), ButtonKind::plain, "A row for each run: its settings, class and excess loss at the best checkpoint and at the end, when it entered each rung, and why it failed")) actions.save_sweep = true;
    if (button(t, "copy sweep", "Copy command", place(116), ButtonKind::plain, "The command that makes this sweep natively, on all cores, and goes on where it was stopped")) actions.copy_sweep = true;

    const float results = std::max(below, row + height) + t.px(10);
    if (state.run) return draw_results(t, {{r.min.x, results}, r.max}, *state.run);
    const std::string_view promise = "Each run gets a plot of its own here: its excess loss and KL divergence from each class, in nats, against the step. A run that cannot be made or that diverges is listed with the reason while the others "
                                     "finish. All of it can be saved as one table.";
    draw_text_wrapped(list, t.regular, {r.min.x, results + t.px(8)}, std::min(r.width(), t.px(640)), t.muted, promise);
}

}  // namespace ladder
