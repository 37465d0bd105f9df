// What every panel is given: the run as data, and the moment of it that is shown. Panels read; what a
// person does comes back as actions, which App::frame() carries out after all panels are drawn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/settings.h"
#include "run/history.h"
#include "run/presentation.h"
#include "run/runner.h"
#include "task/chain.h"

namespace ladder {

struct RunView {
    const Settings& settings;     // of the run that is on screen
    const Chain& chain;
    const History& history;       // may be empty: the first snapshot has not come yet
    const RunnerStatus& status;
    std::size_t shown = 0;        // index into history: the moment on screen
    bool linkable = false;        // there is an address that links can begin with
    bool live = true;             // shown follows the newest snapshot
    float frame_seconds = 0;      // since the last frame, for easing
    bool still = false;           // no easing: the reader prefers reduced motion, or is scrubbing

    ControlSet hidden = {};       // controls that a host page does without
    bool embedded = false;        // part of another page

    bool has(Control c) const { return !hidden.contains(c); }
    bool ready() const { return !history.empty(); }
    const Snapshot& now() const { return history[shown]; }
};

// What panels ask the App to do.
struct Actions {
    bool play = false, pause = false, step = false, reset = false, new_seed = false;
    std::optional<Settings> apply;              // other settings; a new run where one of them needs it
    std::optional<double> speed;
    std::optional<std::string> preset;
    std::optional<std::size_t> show;            // scrub to this history index
    enum class Share { none, link, embed, command, csv } share = Share::none;
    std::optional<std::string> run_figure;      // id of a figure whose runs are to be made
    bool stop_figure = false;
    bool ask_text = false;                      // for a text of the reader's own
    bool follow = false;                        // go back to the newest moment
};

}  // namespace ladder
