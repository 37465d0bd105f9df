// What every panel is given: the run as data, and the moment of it that is shown. Panels read; what a
// person does comes back as actions, which App::frame() carries out after all panels are drawn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/settings.h"
#include "run/history.h"
#include "run/member_service.h"
#include "run/presentation.h"
#include "run/runner.h"
#include "task/chain.h"

namespace ladder {

struct RunView {
    const Settings& settings;     // of the run that is on screen
    const Chain& chain;
    const History& history;       // may be empty: the first snapshot has not come yet
    const RunnerStatus& status;
    int run = 0;                  // its number: another one wherever a run was begun, branched or gone on from, so that what is computed of it knows it again
    std::size_t shown = 0;        // index into history: the moment on screen
    int block = 0;                // whose heads are on screen, where the model has several; may be more than it has
    bool linkable = false;        // there is an address that links can begin with
    double speed = 0;             // steps a second that training is to make; <= 0: as many as it can
    bool live = true;             // shown follows the newest snapshot
    float frame_seconds = 0;      // since the last frame, for easing
    bool still = false;           // no easing: the reader prefers reduced motion, or is scrubbing

    // After a branch: the run that is not on screen, the step where they part, what differs.
    const History* other = nullptr;
    std::int64_t branch_step = 0;
    std::string branch_difference = {};
    bool showing_before = false;  // the run before the branch is on screen, the branch is `other`
    bool trains = true;           // the run on screen is the one in training

    const MemberService::State* members = nullptr;  // the study of the classes' members; null: nobody asked for it
    ControlSet hidden = {};       // controls that a host page does without
    bool embedded = false;        // part of another page
    bool has_page = false;        // a page of HTML around the canvas, with dialogs of its own
    std::vector<std::string> seen_panels = {};  // names of those in sight, of which a picture can be saved

    bool has(Control c) const { return !hidden.contains(c); }
    bool ready() const { return !history.empty(); }
    const Snapshot& now() const { return history[shown]; }
};

struct LessonAction {
    enum class Kind { none, open, close, next, back, bet } kind = Kind::none;
    std::string name;  // of open
    int choice = 0;    // of bet
};

// What panels ask the App to do.
struct Actions {
    bool play = false, pause = false, step = false, reset = false, new_seed = false;
    std::optional<Settings> apply;              // other settings; a new run where one of them needs it
    std::optional<double> speed;
    std::optional<std::string> preset;
    std::optional<std::size_t> show;            // scrub to this history index
    enum class Share { none, link, embed, command, csv, history, settings, model, svg, report } share = Share::none;
    std::optional<std::string> picture;         // of this panel, empty: of everything
    bool open_file = false;                     // a model, settings, a lesson or a text, chosen by the reader
    bool plan_embed = false;                    // the dialog in which a teacher puts an embedded page together
    std::optional<std::string> run_figure;      // id of a figure whose runs are to be made
    bool stop_figure = false;
    bool ask_text = false;                      // for a text of the reader's own
    bool licences = false;                      // show what the program is made of
    bool show_form = false;                     // the controls as a form of the page
    std::optional<std::string> language;        // of the interface
    bool run_sweep = false, stop_sweep = false, save_sweep = false, copy_sweep = false;
    LessonAction lesson;
    bool slow_motion = false;                   // one training step, part by part
    bool follow = false;                        // go back to the newest moment
    std::optional<int> playback;                // play in this direction; 0: stop
    bool playback_speed = false;                // the next speed
    std::optional<double> playback_rate;        // this one, of Playback::speeds
    bool resume = false;                        // go on from the moment shown
    bool stop_here = false;                     // go back to the moment shown and rest there: early stopping
    bool edit_branch = false;                   // open the settings for a branch there
    std::optional<Settings> branch;             // and go on with these
    std::optional<std::int64_t> branch_at;      // from this step; none: where the settings were opened
    std::optional<bool> show_before;            // which run of a branch is on screen
    bool leave_branch = false;                  // back to the run before, at rest; the branch is dropped
    bool keep_branch = false;                   // the run before is dropped
};

// To the newest moment; where that of a run at rest is on screen already, to the run in training.
inline void back_to_now(const RunView& view, Actions& actions) {
    if (view.trains || view.shown + 1 < view.history.size()) actions.follow = true;
    else actions.show_before = !view.showing_before;
}

}  // namespace ladder
