// One panel, one file, one function: panel_<name>.cpp. Each draws inside the given rectangle (screen
// coordinates) and keeps nothing between frames but the state passed in.
#pragma once

#include <imgui.h>

#include "ui/run_view.h"
#include "ui/theme.h"

namespace ladder {

struct Rect {
    ImVec2 min, max;
    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
};

struct ChainPanelState {
    int feature_matrix = -1;  // span whose feature matrix is enlarged; -1: none
};
struct SettingsPanelState {
    Settings draft;           // edited, not yet applied
    bool open = false;
    std::vector<SettingProblem> problems;
};
struct AttentionPanelState {
    int block = 0;
    int emphasised_head = -1;     // hovered in a legend; -1: none
    std::vector<float> displayed; // eased towards the shown snapshot's maps, for calm motion
};
struct LadderPanelState {
    float height = 0;             // eased height of the marker
};
struct CurvesPanelState {
    enum class Plot { ladder, loss, heads } plot = Plot::ladder;  // KLs and excess | train, validation, Bayes | masses per head
    bool logarithmic_x = false, logarithmic_y = false;
    unsigned hidden = 0;          // bit set of curves switched off in the legend
};

void draw_toolbar(const RunView&, const Theme&, Rect, Actions&, bool narrow);
void draw_chain_panel(const RunView&, const Theme&, Rect, ChainPanelState&, Actions&);
void draw_settings_panel(const RunView&, const Theme&, Rect, SettingsPanelState&, Actions&);
void draw_attention_panel(const RunView&, const Theme&, Rect, AttentionPanelState&);
void draw_ladder_panel(const RunView&, const Theme&, Rect, LadderPanelState&);
void draw_curves_panel(const RunView&, const Theme&, Rect, CurvesPanelState&, Actions&);

}  // namespace ladder
