// What the interface keeps between frames and what it does with it. Private to the app*.cpp files, which share its
// functions out by what they are about. What has rules of its own is a thing of its own (the runs, the notices, the lessons,
// the slow motion, each panel's state); here they are connected.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/catalogue.h"
#include "run/run_files.h"
#include "ui/app.h"
#include "ui/command_door.h"
#include "ui/heatmap.h"
#include "ui/layout.h"
#include "ui/lesson_desk.h"
#include "ui/notices.h"
#include "ui/panels.h"
#include "ui/plot_svg.h"
#include "ui/run_desk.h"
#include "ui/slow_motion.h"

namespace ladder {

// What is open and can be closed, as far as this frame shows it.
struct Drawn {
    bool editor = false, close_up = false, enlarged = false, maximised = false;
};

struct App::Impl {
    Impl(std::unique_ptr<Runner>, std::string preset_name, Presentation, Background);

    const Presentation presentation;
    Arrangement arrangement;             // of the panels, as the presentation has it
    const ControlSet hidden;             // what the presentation hides, by name or because it is embedded
    Background background;
    RunDesk runs;
    std::string preset;                  // that the run in training came from

    Theme theme;
    bool fonts_ready = false;
    Language language;
    std::unique_ptr<Catalogue> texts;    // null: English
    bool language_chosen = false;        // travels in links
    HeatmapRenderer maps;
    ToolbarState toolbar;
    ChainPanelState chain_panel;
    SettingsPanelState editor;
    bool editor_placed = false;          // it was open in the last frame, and there was a panel in whose place it stands
    AttentionPanelState attention;
    LadderPanelState ladder;
    CurvesPanelState curves;
    FiguresPanelState figures_panel;
    TheoryPanelState theory;
    LessonDesk lessons;
    std::optional<Panel> into_sight;     // a panel that the stacked page should scroll to
    bool lesson_figure = false;          // the open step shows the paper's figures
    bool lesson_was_open = false;        // in the frame before
    Notices notices;
    std::string text_notice;             // the one about a text that was refused
    SlowMotion motion;
    bool maximised = false;
    Panel maximised_panel = Panel::attention;
    float scroll = 0;                    // pixels, of the stacked layout
    bool scroll_drag = false;
    bool finger_scrolls = false;         // since it was last put down to press something
    std::optional<ImVec2> closed_at;     // a press closed what lay above the page there, and the pointer has not moved on
    Rect sheet{};                        // where the lesson lies, above or beside the panels
    bool list_open = false;              // a drop-down list was open in the last frame: Esc is meant for it
    double last_seconds = -1;
    float magnified = 1;                 // points of the page in one of the interface: the size of the text
    std::string address;                 // of the page; empty: none
    Workspace home = Workspace::run;     // that the host page asked for last
    std::vector<HostRequest> requests;
    std::vector<std::pair<std::string, Rect>> seen_panels;  // of the last frame, where more than half of them is in sight

    void report(const std::string& sentence) { notices.add(sentence); }

    // app_runs.cpp
    void start(Settings, bool running = true);
    void begin_run(Settings, bool running = true);
    void follow_runs();
    bool went_on(const std::string& problem);
    void branch(std::size_t moment, Settings);
    void travel(const Actions&);
    void apply(const Settings&);
    void choose_preset(const std::string&);
    void follow_editor();
    void go_live();
    void play();
    void follow_motion(const FrameInput&);
    void close_motion();
    std::string motion_sentence() const;
    double speed() const { return figures_panel.running && figures_panel.full_speed ? 0 : runs.training().settings.speed; }  // of the run in training; <= 0: as fast as it goes
    void set_pace() { runs.set_pace(speed()); }
    const Settings& preset_settings() const;
    RunView view_on_screen() const;

    // app_figures.cpp
    bool shows_figures() const { return toolbar.workspace == Workspace::paper || (toolbar.workspace == Workspace::lessons && lesson_figure); }
    bool run_figure(const std::string& id, int seeds);
    void next_figure_run();
    void follow_figure();
    void end_figure();
    void sweep(const Actions&);

    // app_lessons.cpp
    LessonWorld lesson_world() const;
    void carry_out(const LessonAction&);
    void follow_lesson();
    void enter_scene(const Scene&);
    Panel lesson_panel() const;
    void draw_rings(const Layout&, const FrameInput&);

    // app_files.cpp, app_svg.cpp
    std::string link() const;  // to the run; empty: there are none
    HostRequest file_of(Actions::Share) const;
    std::vector<Drawing> drawings_on_screen(const RunView&) const;  // of the equations, of a figure, of a sweep, or of the run
    std::optional<std::array<float, 4>> area_of(std::string_view panel) const;
    void save_picture(const std::string& panel);
    void show_run();
    void open_model(ModelFile);

    // app_actions.cpp, app_commands.cpp
    void carry_out(const Actions&);
    void ask_slow_motion();
    void ask_host(const Actions&);
    void share(Actions::Share);
    void report_branched();
    void arrange(const Command&, Obeyed&);

    // app_keys.cpp
    void keys(const RunView&, const Drawn&, Actions&);
    void moving_keys(const RunView&, Actions&);
    void workspace_keys(const RunView&);
    void lesson_keys(Actions&);
    void close_uppermost(const RunView&, const Drawn&);

    // app_state.cpp
    void add_workspaces(nlohmann::ordered_json&) const;
    void add_moment(nlohmann::ordered_json&) const;

    // app_draw.cpp
    std::optional<Panel> alone() const;
    Layout lay_out(const RunView&, ImVec2 size, float notice_height);
    void draw(const FrameInput&, float frame_seconds);
    void draw_places(const RunView&, const Layout&, float height, Drawn&, Actions&);
    void draw_panel(Panel, Rect, const RunView&, const Layout&, Drawn&, Actions&);
    bool draw_content(Panel, Rect, const RunView&, const Layout&, Actions&);
    void draw_maximiser(Panel, Rect, const Layout&);
    void scroll_by_hand(const Layout&, float height, std::optional<Panel> edited, bool elsewhere);
    float wheel_pixels() const;
    bool on_map(ImVec2) const;
    bool passes_over();
};

// Where a box of the layout lies on screen, scrolled up by so many pixels.
Rect to_pixels(const Box&, float scale, float scroll);

}  // namespace ladder
