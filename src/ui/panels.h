// One panel, one file, one function: panel_<name>.cpp. Each draws inside the given rectangle (screen
// pixels) and keeps nothing between frames but the state passed in.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ui/close_up_state.h"
#include "ui/figures_state.h"
#include "ui/layout.h"
#include "ui/lesson_desk.h"
#include "ui/map_zoom.h"
#include "ui/playback.h"
#include "ui/run_view.h"
#include "ui/theory_state.h"
#include "ui/theme.h"
#include "ui/what_if_view.h"

namespace ladder {

class HeatmapRenderer;
class SlowMotion;

struct Rect {
    ImVec2 min, max;
    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
    bool contains(ImVec2 p) const { return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y; }
};

// What the window is used for: watching one run, reading a lesson beside it, the paper's figures, or its differential equations.
enum class Workspace { run, lessons, paper, theory };

struct ToolbarState {
    Workspace workspace = Workspace::run;
    bool help_open = false, help_keys = false;  // of the help: the keys instead of the meaning of words
    double shared = -1e9;     // when something was last copied or saved, in ImGui's seconds
    int theme_mode = 0;       // 0: follow the system, 1: light, 2: dark
    int text_size = 100;      // per cent
    bool has_form = false;    // the page offers its controls as a form beside the canvas
    std::string language = "en";
};
struct ChainPanelState {
    int enlarged = -1;        // span whose feature matrix is enlarged; -1: none
    std::uint64_t sample = 0; // which sequence of the display stream is shown
    std::vector<std::int32_t> tokens;
    int sampled_from = -1;    // the run whose chain the tokens belong to, RunView::run
    int dragged = -1;         // span whose strength is being drawn; -1: none
    std::vector<double> drawn;  // strengths while one is, oldest span first
};
struct SettingsPanelState {
    Settings draft;           // edited, not yet applied
    Settings base;            // what the draft began as: the run's
    bool open = false;
    std::int64_t branch_step = -1;  // applying branches the run at this step; -1: it changes the run
    std::string problem;      // what was wrong with the last entry, a sentence
};
// Two fingers, or the wheel with Ctrl, in pixels of the screen; factor 1: none.
struct Pinch {
    ImVec2 at{}, moved{};
    float factor = 1;
};
// A click on what is no item, and neither the end of a drag nor one that closed a menu above it.
struct Tap {
    double pressed = -1;  // when the button went down here, in ImGui's seconds
    // slack: in pixels, how far a hand may move. Asked in every frame.
    bool on(Rect, float slack);
};
struct AttentionPanelState {
    int block = 0;
    MapZoom zoom;                  // of all maps together
    Pinch pinch;                   // since the last frame
    std::vector<Rect> maps;        // where they were drawn
    std::vector<float> displayed;  // eased towards the shown snapshot's maps, for calm motion
    bool beside_best = false;      // the moment of lowest validation loss beside the one shown
    WhatIfState what_if;
    CloseUpState close_up;         // one prediction in place of the maps
    Tap tap;                       // on the maps, which opens it
    bool maps_stay = false;        // a tap does not: a lesson waits for one on the maps
};
struct LadderPanelState {
    float height = -1;        // eased height of the marker; < 0: none yet
};
struct CurvesPanelState {
    enum class View { ladder, loss, heads } view = View::ladder;  // KLs and excess | losses | masses per head
    bool logarithmic_x = false, logarithmic_y = false;
    std::vector<std::string> hidden[3];  // per view, the curves switched off in the legend, by name: their places change with the run
    bool hides_other = false; // all curves of the other run of a branch are switched off
    bool dragging = false;    // the timeline's handle is held
    Playback playback;
};

// Height a panel wants in a window of this width, for the stacked layout; in pixels.
float chain_panel_height(const RunView&, const Theme&, float width);
float curves_panel_height(const RunView&, const Theme&, float width, const CurvesPanelState&);

// Under the toolbar; returns its height in pixels, with measure without drawing.
float draw_slow_motion(const Theme&, Rect, SlowMotion&, const std::string& sentence, Actions&, bool measure);
// Under the question mark, while it is open.
void draw_help(const Theme&, Rect question_mark, ToolbarState&, Actions&);
void draw_toolbar(const RunView&, const Theme&, Rect, const std::string& preset, ToolbarState&, Actions&, Layout::Bar);
void draw_chain_panel(const RunView&, const Theme&, Rect, HeatmapRenderer&, ChainPanelState&, SettingsPanelState&, Actions&);
void draw_settings_editor(const RunView&, const Theme&, Rect, const Settings& preset, SettingsPanelState&, Actions&);
void draw_attention_panel(const RunView&, const Theme&, Rect, HeatmapRenderer&, AttentionPanelState&, Actions&);
// In its place, while it is open.
void draw_close_up(const RunView&, const Theme&, Rect, CloseUpState&, Actions&);
void draw_ladder_panel(const RunView&, const Theme&, Rect, LadderPanelState&);
void draw_curves_panel(const RunView&, const Theme&, Rect, CurvesPanelState&, Actions&);
void draw_sweep(const RunView&, const Theme&, Rect, SweepState&, Actions&);  // inside the figures panel
void draw_lesson_panel(const RunView&, const LessonWorld&, const Theme&, Rect, LessonDesk&, Actions&);
void draw_figures_panel(const RunView&, const Theme&, Rect, FiguresPanelState&, Actions&);
void draw_theory_panel(const RunView&, const Theme&, Rect, TheoryPanelState&);
// The least height that it wants, in pixels: what its left column takes, and where its parts are stacked the plots below it.
float theory_panel_height(const Theme&, float width, const TheoryPanelState&);

}  // namespace ladder
