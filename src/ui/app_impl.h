// What the interface keeps between frames and what it does with it. Private to the app*.cpp files, which share its
// functions out by what they are about.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/catalogue.h"
#include "run/branch.h"
#include "run/history.h"
#include "run/run_events.h"
#include "run/run_files.h"
#include "ui/app.h"
#include "ui/command_door.h"
#include "ui/heatmap.h"
#include "ui/layout.h"
#include "ui/lesson_desk.h"
#include "ui/panels.h"
#include "ui/plot_svg.h"
#include "ui/slow_motion.h"

namespace ladder {

// What is open and can be closed, as far as this frame shows it.
struct Drawn {
    bool editor = false, close_up = false, enlarged = false, maximised = false;
};

// After a branch the run that is not in training, kept for comparison: the one before the branch until somebody goes on with that.
struct OtherRun {
    std::unique_ptr<History> history;
    Settings settings;
    std::vector<Parting> partings;
    int number;  // RunView::run
};

struct App::Impl {
    Background background;
    MemberDesk members;
    std::unique_ptr<Runner> runner;
    Settings settings;
    std::string preset;
    std::unique_ptr<Chain> chain;
    std::unique_ptr<History> history;
    RunnerStatus status;
    std::int64_t shown_step = -1;  // < 0: live
    std::vector<Parting> partings;
    int number = 0, numbered = 0;  // RunView::run of the run in training, and the newest that was given
    std::optional<OtherRun> other;
    std::int64_t branch_step = 0;
    bool showing_other = false, before_trains = false;

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
    std::vector<std::string> notices;
    std::string text_notice;  // the one about a text that was refused
    SlowMotion motion;
    bool motion_asked = false;           // begins once the run rests
    std::size_t motion_parameters = 0;   // of the model, to be said
    bool maximised = false;
    Panel maximised_panel = Panel::attention;
    float scroll = 0;              // pixels, of the stacked layout
    bool scroll_drag = false;
    Rect sheet{};                  // where the lesson lies, above or beside the panels
    bool list_open = false;        // a drop-down list was open in the last frame: Esc is meant for it
    double last_seconds = -1;
    float magnified = 1;           // points of the page in one of the interface: the size of the text
    std::string address;           // of the page; empty: none
    Presentation presentation;
    Arrangement arrangement;       // of the panels, as the presentation has it
    ControlSet hidden;             // what the presentation hides, by name or because it is embedded
    Workspace home = Workspace::run;  // that the host page asked for last
    bool lesson_was_open = false;  // in the frame before
    RunEvents events;
    std::int64_t awaited_step = -1;  // trained towards at full speed, then shown; -1: none
    std::vector<HostRequest> requests;
    std::vector<std::pair<std::string, Rect>> seen_panels;  // of the last frame, where more than half of them is in sight

    void report(const std::string& sentence);
    void start(Settings, bool running = true);
    void begin_run(Settings, bool running = true);
    void carry_out(const LessonAction&);
    void follow_lesson();
    void enter_scene(const Scene&);
    LessonWorld lesson_world() const;
    bool shows_figures() const { return toolbar.workspace == Workspace::paper || (toolbar.workspace == Workspace::lessons && lesson_figure); }
    Panel lesson_panel() const;
    void draw_rings(const Layout&, const FrameInput&);
    void follow_motion(const FrameInput&);
    std::string motion_sentence() const;
    bool run_figure(const std::string& id, int seeds);
    void next_figure_run();
    void follow_figure();
    void end_figure();
    double speed() const { return figures_panel.running && figures_panel.full_speed ? 0 : settings.speed; }  // of the run in training; <= 0: as fast as it goes
    void share(Actions::Share);
    void report_branched();
    std::string link() const;  // to the run; empty: there are none
    void add_branch(RunView&) const;
    RunView view_on_screen() const;
    std::vector<Drawing> drawings_on_screen(const RunView&) const;  // of the equations, of a figure, of a sweep, or of the run
    HostRequest file_of(Actions::Share) const;
    std::optional<std::array<float, 4>> area_of(std::string_view panel) const;
    void save_picture(const std::string& panel);
    void show_run();
    void open_model(ModelFile);
    void go_on_from(std::size_t moment, const Settings* branch, bool running = true);
    void follow_editor();
    void drop_other(bool keep_before);
    void travel(const Actions&);
    void apply(const Settings&);
    void close_motion();
    void go_live();
    void play();
    // What is on screen: the run in training, or the one that it branched from.
    const History& shown_history() const { return showing_other ? *other->history : *history; }
    const Settings& shown_settings() const { return showing_other ? other->settings : settings; }
    const std::vector<Parting>& shown_partings() const { return showing_other ? other->partings : partings; }
    int shown_number() const { return showing_other ? other->number : number; }
    void sweep(const Actions&);
    void choose_preset(const std::string&);
    void arrange(const Command&, Obeyed&);
    void carry_out(const Actions&);
    void keys(const RunView&, const Drawn&, Actions&);
    void present(Presentation);
    void await_step();
    void draw(const FrameInput&, float frame_seconds);
    float draw_notices(Rect toolbar, const std::string& standing, bool measure);
    void draw_panel(Panel, Rect, const RunView&, const Layout&, Drawn&, Actions&);
    void scroll_by_hand(const Layout&, float height, std::optional<Panel> edited, bool elsewhere);
    const Settings& preset_settings() const;
};

// Where a box of the layout lies on screen, scrolled up by so many pixels.
Rect to_pixels(const Box&, float scale, float scroll);

}  // namespace ladder
