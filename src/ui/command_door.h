// The one door for commands from outside: what a host page or the controls beside the canvas ask becomes the Actions
// that panels and keys use, and an answer.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "run/command.h"
#include "ui/lesson_desk.h"
#include "ui/run_view.h"

namespace ladder {

struct Obeyed {
    Actions actions;                 // to be carried out at once
    std::optional<int> theme;        // 0 system, 1 light, 2 dark
    std::optional<int> text_size;    // per cent
    std::string workspace;           // to be shown; empty: as it is
    std::string answer;              // a JSON message with the command's id
};

// What a command is judged by.
struct CommandGround {
    const RunView& view;
    const std::string& preset;             // of the run
    const std::string& address;            // of the page, empty: none
    const LessonDesk& lessons;
    const LessonWorld& world;
    std::function<std::string()> state;    // the interface's state as JSON, asked for only where needed
    std::function<std::string(Actions::Share)> file;            // bytes of a file of the run; Error: there is none
    std::function<std::array<float, 4>(std::string_view)> area; // of a panel, as parts of the window
};

// An export as a picture is answered with its area: whoever owns the canvas puts the picture in its place.
Obeyed obey(const Command&, const CommandGround&);

}  // namespace ladder
