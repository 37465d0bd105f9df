// The bar on top: what is run, whether it runs, how fast, and how it is doing.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "run/presets.h"
#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/slider_step.h"
#include "ui/summary_words.h"
#include "ui/texts.h"

namespace ladder {
namespace {

constexpr double slowest = 1, fastest = 1000;
constexpr float share_width = 50;

// The slider's last stretch means "as fast as the machine goes".
constexpr float top_of_scale = 0.95f;

float speed_to_slider(double speed) {
    if (speed <= 0) return 1;
    return top_of_scale * static_cast<float>(std::clamp(logarithmic_part(speed, slowest, fastest), 0.0, 1.0));
}

double slider_to_speed(float value) {
    if (value > (1 + top_of_scale) / 2) return 0;
    const double speed = logarithmic_value(std::min(1.0, static_cast<double>(value / top_of_scale)), slowest, fastest);
    return speed < 20 ? std::round(speed) : speed < 200 ? std::round(speed / 5) * 5 : std::round(speed / 50) * 50;
}

std::string rate(double per_second) { return number(per_second, per_second >= 10 ? 0 : 1); }

std::string status_text(const RunView& view) {
    const RunnerStatus& s = view.status;
    std::string text = "step " + std::to_string(s.step);
    switch (s.state) {
        case RunnerStatus::State::starting: return "starting";
        case RunnerStatus::State::running: text += " \u00B7 " + rate(s.steps_per_second) + " steps/s"; break;
        case RunnerStatus::State::paused: text += " \u00B7 paused"; break;
        case RunnerStatus::State::finished: text += " \u00B7 finished"; break;
        case RunnerStatus::State::diverged: text += " \u00B7 diverged"; break;
        case RunnerStatus::State::failed: return "stopped";
    }
    // What stands in the panels may be another moment than the one that training is at.
    if (!view.live && view.ready()) text = "showing step " + std::to_string(view.now().step) + " \u00B7 " + text;
    if (s.workers > 0) text += " \u00B7 " + std::to_string(s.workers) + (s.workers == 1 ? " worker" : " workers");
    if (!s.kernels.empty()) text += " \u00B7 " + s.kernels;
    return text;
}

// Labels of the settings in which a run differs from its preset; what belongs to the viewer does not count.
std::string differences(const Settings& run, const Preset& preset) {
    std::string text;
    for (const SettingInfo& info : settings_table())
        if (info.name != "seed" && !info.viewer && info.get(run) != info.get(preset.settings)) text += (text.empty() ? "" : ", ") + std::string(info.label) + " " + format_setting(info, run);
    return text;
}

std::string preset_title(const Settings& run, const std::string& preset) {
    const Preset* current = find_preset(preset);
    return !current ? "Own settings" : differences(run, *current).empty() ? current->title : "Changed: " + current->title;
}

void draw_preset_choice(const Theme& t, const Settings& run, Rect r, const std::string& preset, Actions& actions) {
    const Preset* current = find_preset(preset);
    const std::string differs = current ? differences(run, *current) : "", title = preset_title(run, preset);
    ImGui::SetCursorScreenPos(r.min);
    ImGui::SetNextItemWidth(r.width());
    ImGui::PushFont(t.regular);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {t.px(10), (r.height() - t.regular->FontSize) / 2});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {t.px(8), t.px(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.menu_gap(6)});
    ImGui::SetNextWindowSizeConstraints({r.width(), 0}, {FLT_MAX, ImGui::GetIO().DisplaySize.y * 0.7f});
    if (ImGui::BeginCombo("##preset", fitted(t.regular, title, r.width() - r.height() - t.px(14)).c_str(), ImGuiComboFlags_HeightLargest)) {
        for (const Preset& p : presets()) {
            if (ImGui::Selectable(translated_label(p.title), p.name == preset)) actions.preset = p.name;
            if (ImGui::IsItemHovered()) {
                // Beside the list where there is room, so that it stays readable.
                const float beside = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() + t.px(6);
                if (beside + t.px(322) < ImGui::GetIO().DisplaySize.x) ImGui::SetNextWindowPos({beside, ImGui::GetItemRectMin().y});
                show_note(t, p.title, p.summary);
            }
        }
        ImGui::EndCombo();
    } else if (ImGui::IsItemHovered() && current) {
        show_note(t, current->title, differs.empty() ? current->summary : current->summary + "\nHere changed: " + differs + ".");
    }
    ImGui::PopStyleVar(3);
    ImGui::PopFont();
}

// The sign for what the button does, two bars or a triangle, and its name.
void draw_run_label(const Theme& t, Rect r, bool running, std::string_view label) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float sign = t.px(9), gap = t.px(7), x = std::floor((r.min.x + r.max.x - sign - gap - text_width(t.strong, label)) / 2), middle = (r.min.y + r.max.y) / 2, half = t.px(5);
    if (running) {
        for (float bar : {0.0f, t.px(5.5f)}) list->AddRectFilled({x + bar, middle - half}, {x + bar + t.px(3), middle + half}, t.on_accent);
    } else {
        list->AddTriangleFilled({x, middle - half}, {x + sign, middle}, {x, middle + half}, t.on_accent);
    }
    draw_text(list, t.strong, {x + sign + gap, middle - t.strong->FontSize / 2}, t.on_accent, label);
}

constexpr std::pair<Control, float> run_button_widths[] = {{Control::run, 78}, {Control::step, 52}, {Control::reset, 56}, {Control::new_seed, 78}};
constexpr float run_button_gap = 7;

// unit stretches the buttons. wrapped: two in a row, as wide as there is room for up to there; 0: in one row. Returns where they end.
float draw_run_buttons(const RunView& view, const Theme& t, float x, float y, float height, float unit, bool with_seed, Actions& actions, float wrapped = 0) {
    const bool running = view.status.state == RunnerStatus::State::running;
    const bool ended = view.status.ended();
    const float left = x;
    int placed = 0;
    const auto place = [&](float width) {
        if (wrapped > 0 && placed > 0 && placed % 2 == 0) x = left, y += height + t.px(run_button_gap);
        ++placed;
        const Rect r{{x, y}, {x + (wrapped > 0 ? (wrapped - left - t.px(run_button_gap)) / 2 : t.px(width) * unit), y + height}};
        x = r.max.x + t.px(run_button_gap);
        return r;
    };
    if (view.has(Control::run)) {
        const Rect run = place(78);
        const bool pressed = button(t, "run", "", run, ButtonKind::primary, running ? "Pause training (space)" : ended ? "Run again from the start, with the same seed" : "Go on training (space)");
        draw_run_label(t, run, running, running ? "Pause" : ended ? "Again" : "Run");
        if (pressed) {
            if (running) actions.pause = true;
            else if (ended) actions.reset = actions.play = true;
            else actions.play = true;
        }
    }
    if (view.has(Control::step) && button(t, "step", "Step", place(52), ButtonKind::plain, "Train for exactly one step, then pause and measure (right arrow)")) actions.step = true;
    if (view.has(Control::reset) && button(t, "reset", "Reset", place(56), ButtonKind::plain, "Back to the same initial weights and the same data: the same run again (R)")) actions.reset = true;
    if (with_seed && view.has(Control::new_seed) && button(t, "seed", "New seed", place(78), ButtonKind::plain, "Another chain, other initial weights, other data (N). Now: seed " + std::to_string(view.settings.seed))) actions.new_seed = true;
    return x;
}

std::string speed_reading(double speed) { return "speed " + (speed <= 0 ? "max" : compact(speed) + "/s"); }

void draw_speed(const Theme& t, const RunView& view, Rect r, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = (r.min.y + r.max.y - t.regular->FontSize) / 2;
    draw_text(list, t.regular, {r.min.x, y}, t.muted, view.has(Control::speed) ? "speed" : speed_reading(view.speed));
    if (!view.has(Control::speed)) return;
    float value = speed_to_slider(view.speed);
    const double speed = view.speed;
    const std::string label = speed <= 0 ? "max" : compact(speed) + "/s";
    const float before = value;
    bool held = false;
    if (slider(t, "speed", {{r.min.x + t.px(42), r.min.y}, {r.max.x - t.px(42), r.max.y}}, value, "Training steps shown a second; all the way to the right: as fast as this machine goes", &held))
        actions.speed = slider_to_speed(held ? value : onwards(before, value, speed, slider_to_speed));
    draw_text(list, t.small, {r.max.x - t.px(38), (r.min.y + r.max.y - t.small->FontSize) / 2}, t.muted, label);
}

// Which workspace; returns where it ends. rows: of this height each, two stand over one another; 0: all in one row.
float draw_workspaces(const Theme& t, ImVec2 at, ToolbarState& state, float rows = 0) {
    static constexpr std::array<const char*, 4> labels = {"Run", "Lessons", "Paper", "Theory"};
    static constexpr std::array<const char*, 4> notes = {"Watch one run", "Learn how it works, beside the live run (E)", "The paper\u2019s figures, run here and judged (P)", "The paper\u2019s differential equations: what they predict, and how this run compares (D)"};
    const std::size_t in_row = rows > 0 ? 2 : labels.size();
    float widest = 0;
    for (std::size_t first = 0; first < labels.size(); first += in_row) {
        int chosen = static_cast<int>(state.workspace) - static_cast<int>(first);
        float width = 0;
        ImGui::PushID(static_cast<int>(first));
        if (segments(t, "workspace", at, std::span(labels).subspan(first, in_row), chosen, std::span(notes).subspan(first, in_row), &width)) state.workspace = static_cast<Workspace>(static_cast<int>(first) + chosen);
        ImGui::PopID();
        widest = std::max(widest, width);
        at.y += rows;
    }
    return at.x + widest;
}

void draw_picture_menu(const RunView& view, Actions& actions) {
    if (!ImGui::BeginMenu(translated_label("Save a picture (PNG)"))) return;
    if (ImGui::MenuItem(translated_label("everything"))) actions.picture = "";
    for (const std::string& panel : view.seen_panels)
        if (ImGui::MenuItem(translated_label(panel))) actions.picture = panel;
    ImGui::EndMenu();
}

// Links, code and files of the run that is on screen.
void draw_share(const Theme& t, const RunView& view, Rect r, ToolbarState& state, Actions& actions) {
    const bool just_done = ImGui::GetTime() - state.shared < 1.5;
    if (button(t, "share", just_done ? "Done" : "Share", r, ButtonKind::quiet, ImGui::IsPopupOpen("share menu") ? "" : "Copy a link to this run, or save its numbers")) ImGui::OpenPopup("share menu");
    ImGui::SetNextWindowPos({r.max.x, r.max.y + t.px(8)}, ImGuiCond_Always, {1, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {t.px(8), t.px(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.menu_gap(9)});
    ImGui::PushFont(t.regular);
    if (ImGui::BeginPopup("share menu")) {
        const auto entry = [&](const char* label, Actions::Share what, std::string_view note) {
            if (ImGui::Selectable(translated_label(label))) actions.share = what;
            if (ImGui::IsItemHovered()) show_note(t, "", note);
        };
        if (view.linkable) {
            entry("Copy link", Actions::Share::link, "A link to this run: its preset, its seed and every setting that differs. Whoever opens it sees the same run.");
            entry("Copy embed code", Actions::Share::embed, "HTML for a course page that shows this run.");
        }
        if (view.linkable && view.has_page) {
            if (ImGui::Selectable(translated_label("For a course page\u2026"))) actions.plan_embed = true;
            if (ImGui::IsItemHovered()) show_note(t, "", "Choose which parts to show, and get the link and the code to embed.");
        }
        entry("Copy command line", Actions::Share::command, "The command that makes this run natively and writes its files.");
        ImGui::Separator();
        entry("Save a report (HTML)", Actions::Share::report, "One file with what the run showed, its curves, its settings, and how to make it again.");
        entry("Save plots (SVG)", Actions::Share::svg, "The plots on screen as a drawing, for slides and papers.");
        draw_picture_menu(view, actions);
        entry("Save curves (CSV)", Actions::Share::csv, "Every moment of the timeline: losses, KL divergences, rung, phase, attention mass. The columns of `ladder train`.");
        entry("Save history (JSON)", Actions::Share::history, "The same with the settings and when rungs and phases changed, for programs. It can be opened here again, as settings.");
        entry("Save settings (JSON)", Actions::Share::settings, "All settings of the run. Open the file here to make the run again.");
        entry("Save model (safetensors)", Actions::Share::model, "The model at the moment shown, with its optimizer: for PyTorch and `ladder`, and to be opened here again.");
        ImGui::Separator();
        if (ImGui::Selectable(translated_label("Open a file\u2026"))) actions.open_file = true;
        if (ImGui::IsItemHovered()) show_note(t, "", "A model, settings, a lesson or a text; or drop it on the page.");
        ImGui::EndPopup();
    }
    ImGui::PopFont();
    ImGui::PopStyleVar(2);
}

void draw_theme_button(const Theme& t, Rect r, ToolbarState& state) {
    constexpr const char* notes[] = {"Theme: follows the system. Press for light.", "Theme: light. Press for dark.", "Theme: dark. Press to follow the system."};
    if (button(t, "theme", "", r, ButtonKind::quiet, notes[state.theme_mode])) state.theme_mode = (state.theme_mode + 1) % 3;
    // A disc, half of it filled: light and dark.
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 centre{(r.min.x + r.max.x) / 2, (r.min.y + r.max.y) / 2};
    list->AddCircle(centre, t.px(6), t.muted, 24, t.px(1.4f));
    list->PathArcTo(centre, t.px(6), -1.5708f, 1.5708f, 16);
    list->PathFillConvex(t.muted);
}

std::string seed_text(const RunView& view) { return "seed " + std::to_string(view.settings.seed); }

// From the right edge inwards, what there is of the small ones; returns the left end.
float draw_corner(const RunView& view, const Theme& t, float right, float y, float side, ToolbarState& state, Actions& actions) {
    const Rect anchor{{right - side, y}, {right, y + side}};
    if (view.has(Control::help)) {
        if (button(t, "help", "?", anchor, ButtonKind::quiet, state.help_open ? "" : "What is this, and which keys do what (?)")) state.help_open = !state.help_open;
        right -= side;
    }
    if (view.has(Control::theme)) draw_theme_button(t, {{right - side, y}, {right, y + side}}, state), right -= side;
    if (view.has(Control::share)) draw_share(t, view, {{right - t.px(share_width), y}, {right, y + side}}, state, actions), right -= t.px(share_width);
    draw_help(t, anchor, state, actions);
    return right;
}

float corner_width(const RunView& view, const Theme& t, float side) {
    return (view.has(Control::help) ? side : 0) + (view.has(Control::theme) ? side : 0) + (view.has(Control::share) ? t.px(share_width) : 0);
}

// The choice of a preset, or its name where that is not to be chosen.
void draw_preset(const RunView& view, const Theme& t, Rect r, const std::string& preset, Actions& actions) {
    if (view.has(Control::preset)) draw_preset_choice(t, view.settings, r, preset, actions);
    else draw_text(ImGui::GetWindowDrawList(), t.strong, {r.min.x, (r.min.y + r.max.y - t.strong->FontSize) / 2}, t.text, fitted(t.strong, preset_title(view.settings, preset), r.width()));
}

// A narrow window: one under the other.
void draw_stacked_bar(const RunView& view, const Theme& t, Rect r, const std::string& preset, ToolbarState& state, Actions& actions, bool wrapped) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float left = r.min.x + t.px(12), right = r.max.x - t.px(12), row = t.pressed(38);
    float y = r.min.y + t.px(8);
    const auto unit_for = [&](float room) {
        float buttons = 0, gaps = -run_button_gap;
        for (const auto& [control, width] : run_button_widths)
            if (view.has(control)) buttons += width, gaps += run_button_gap;
        return std::clamp((room - t.px(gaps)) / t.px(std::max(1.0f, buttons)), 0.5f, 2.0f);
    };
    const auto draw_status = [&] { draw_text(list, t.small, {left, y}, t.muted, fitted(t.small, seed_text(view) + " \u00B7 " + status_text(view), right - left)); };
    if (view.embedded) {
        const float end = draw_corner(view, t, right, y, row, state, actions) - t.px(4);
        draw_run_buttons(view, t, left, y, row, unit_for(end - left), true, actions);
        y += row + t.px(7);
        draw_status();
        return;
    }
    const float switch_row = row + t.px(4);
    const float switch_end = view.has(Control::workspace) ? draw_workspaces(t, {left, y + (row - t.control()) / 2}, state, wrapped ? switch_row : 0) : left;
    if (wrapped) y += switch_row;
    // Larger text leaves the corner no room beside the switch: it stands beside the presets then, whose names can be cut, or before them.
    const bool beside_switch = !wrapped && switch_end + corner_width(view, t, row) <= right;
    if (wrapped) y += switch_row;
    if (wrapped || beside_switch) draw_corner(view, t, right, y, row, state, actions);
    y += switch_row;
    const float preset_right = wrapped || beside_switch ? right : draw_corner(view, t, right, y, row, state, actions) - t.px(4);
    draw_preset(view, t, {{left, y}, {preset_right, y + row}}, preset, actions);
    y += row + t.px(8);
    draw_run_buttons(view, t, left, y, row, unit_for(right - left), true, actions, wrapped ? right : 0);
    y += (wrapped ? row + t.px(run_button_gap) : 0) + row + t.px(4);
    draw_speed(t, view, {{left, y}, {right, y + row}}, actions);
    y += row;
    draw_status();
}

// A low window: what is run, and under it how.
void draw_two_rows(const RunView& view, const Theme& t, Rect r, const std::string& preset, ToolbarState& state, Actions& actions) {
    const float left = r.min.x + t.px(10), right = r.max.x - t.px(10), row = t.pressed(36);
    float y = r.min.y + t.px(4);
    const float switch_end = view.has(Control::workspace) ? draw_workspaces(t, {left, y + (row - t.control()) / 2}, state) + t.px(10) : left;
    const float corner = draw_corner(view, t, right, y, row, state, actions) - t.px(6);
    draw_preset(view, t, {{switch_end, y}, {std::min(corner, switch_end + t.px(320)), y + row}}, preset, actions);
    y += row + t.px(4);
    const float x = draw_run_buttons(view, t, left, y, row, 1, true, actions) + t.px(8), speed_end = x + std::min(t.px(220), (right - x) * 0.6f);
    draw_speed(t, view, {{x, y}, {speed_end, y + row}}, actions);
    const std::string status = fitted(t.small, seed_text(view) + " \u00B7 " + status_text(view), right - speed_end - t.px(8));
    draw_text_right(ImGui::GetWindowDrawList(), t.small, {right, y + (row - t.small->FontSize) / 2}, t.muted, status);
}

// What there is room for, in order of need: run, step and reset, the choice of preset, a new seed, the speed, the title, the status.
void draw_one_row(const RunView& view, const Theme& t, Rect r, const std::string& preset, ToolbarState& state, Actions& actions) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string status = status_text(view), seed = seed_text(view);
    const float height = t.pressed(30), y = std::floor((r.min.y + r.max.y - height) / 2), right = r.max.x - t.px(view.embedded ? 8 : 14), width = r.width() / t.scale;
    // The switch of workspaces takes the room of the presets where both have none; a form and the keys have them too.
    const bool with_workspaces = width >= 620 && view.has(Control::workspace), with_presets = width >= 740 || !with_workspaces;
    const bool with_seed = width >= (with_workspaces ? 840 : 620), with_speed = width >= (view.embedded ? 760 : 900), with_title = width >= 1000 && !view.embedded;
    float x = r.min.x + t.px(with_title ? 18 : 10);
    if (with_title) {
        draw_text(list, t.title, {x, (r.min.y + r.max.y - t.title->FontSize) / 2}, t.text, "Attention Ladder");
        x += text_width(t.title, "Attention Ladder") + t.px(14);
    }
    if (with_workspaces) x = draw_workspaces(t, {x, (r.min.y + r.max.y - t.control()) / 2}, state) + t.px(14);
    const float preset_width = t.px(width >= 1250 ? 212 : width >= 760 ? 150 : 140);
    if (view.has(Control::preset) && with_presets) {
        draw_preset_choice(t, view.settings, {{x, y}, {x + preset_width, y + height}}, preset, actions);
        x += preset_width + t.px(10);
    }
    x = draw_run_buttons(view, t, x, y, height, 1, with_seed, actions) + t.px(8);
    const float corner = draw_corner(view, t, right, y, height, state, actions);
    if (with_speed) {
        const float speed_width = view.has(Control::speed) ? t.px(width >= 1400 ? 180 : 150) : text_width(t.regular, speed_reading(view.speed)) + t.px(8);
        draw_speed(t, view, {{x, y}, {x + speed_width, y + height}}, actions);
        x += speed_width + t.px(6);
    }
    // As much of the status as there is room for; the step is the last to go.
    const float status_right = corner - t.px(8);
    const std::string state_alone = status.substr(0, status.find(" \u00B7 ", status.find(" \u00B7 ") + 1));
    std::string text = seed + " \u00B7 " + status;
    // Where the preset is read and not chosen, its name needs the room.
    if (!view.has(Control::preset)) text = state_alone;
    for (const std::string& shorter : {text.substr(0, text.rfind(" \u00B7 ")), status, state_alone, status.substr(0, status.find(" \u00B7 "))})
        if (text_width(t.regular, text) > status_right - x) text = shorter;
    if (text_width(t.regular, text) <= status_right - x) {
        draw_text_right(list, t.regular, {status_right, (r.min.y + r.max.y - t.regular->FontSize) / 2}, t.muted, text);
        hover_note(t, {{std::max(x, status_right - text_width(t.regular, text)), y}, {status_right, y + height}}, seed + " \u00B7 " + status, compact(view.status.sequences_per_second) + " training sequences a second. The workers share each batch; SIMD or scalar tells whether they use vector instructions.");
    }
    // A choice that is hidden is still read.
    if (!view.has(Control::preset)) {
        const float room = status_right - text_width(t.regular, text) - t.px(16) - x;
        if (room > t.px(60)) draw_text(list, t.strong, {x, (r.min.y + r.max.y - t.strong->FontSize) / 2}, t.text, fitted(t.strong, preset_title(view.settings, preset), room));
    }
}

}  // namespace

void draw_toolbar(const RunView& view, const Theme& t, Rect r, const std::string& preset, ToolbarState& state, Actions& actions, Layout::Bar bar) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(r.min, r.max, t.card);
    list->AddLine({r.min.x, r.max.y - 0.5f}, {r.max.x, r.max.y - 0.5f}, t.border, std::max(1.0f, t.px(1)));
    switch (bar) {
        case Layout::Bar::one_row: return draw_one_row(view, t, r, preset, state, actions);
        case Layout::Bar::two_rows: return draw_two_rows(view, t, r, preset, state, actions);
        case Layout::Bar::stacked: return draw_stacked_bar(view, t, r, preset, state, actions, false);
        case Layout::Bar::wrapped: return draw_stacked_bar(view, t, r, preset, state, actions, true);
    }
}

}  // namespace ladder
