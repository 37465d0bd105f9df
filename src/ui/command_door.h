// The one door for commands from outside: what a host page asks becomes the Actions that panels and keys use, and an
// answer.
#pragma once

#include <functional>
#include <string>

#include "run/command.h"
#include "ui/run_view.h"

namespace ladder {

struct Obeyed {
    Actions actions;                 // to be carried out at once
    std::optional<int> theme;        // 0 system, 1 light, 2 dark
    std::string answer;              // a JSON message with the command's id
};

// preset: of the run; address: of the page, empty: none; state: the interface's state as JSON, asked for only where needed. An export as
// a picture is answered without it: whoever owns the canvas adds it.
Obeyed obey(const Command&, const RunView&, const std::string& preset, const std::string& address, const std::function<std::string()>& state);

}  // namespace ladder
