// The one door for commands from outside: what a host page or the controls beside the canvas ask becomes the Actions
// that panels and keys use, and an answer.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "run/command.h"
#include "ui/figures_state.h"
#include "ui/lesson_desk.h"
#include "ui/run_view.h"
#include "ui/what_if_view.h"

namespace ladder {

struct Obeyed {
    Actions actions;                 // to be carried out at once
    std::optional<int> theme;        // 0 system, 1 light, 2 dark
    std::optional<int> text_size;    // per cent
    std::string workspace;           // to be shown; empty: as it is
    std::optional<std::vector<HeadEdit>> edits;  // of the model's heads, all of them
    std::optional<bool> beside_best;             // the best moment beside the one shown
    std::optional<std::string> figure;           // to be looked at, or sweep_id
    std::optional<int> figure_seeds;
    std::optional<FlowSettings> flow;            // of the differential equations
    std::optional<bool> beside_run;              // the equations over the run
    std::optional<SweepGrid> grid;
    std::string answer;              // a JSON message with the command's id
};

// What a command is judged by.
struct CommandGround {
    const RunView& view;                   // the moment shown, of the run in training or the one before a branch
    const std::string& preset;             // of the run
    const std::string& link;               // to the run, with what else on screen travels with it; empty: there are none
    const LessonDesk& lessons;
    const LessonWorld& world;
    const WhatIfState& what_if;
    bool turned;                           // the validation loss of the run on screen has turned up
    const FiguresPanelState& figures;
    const FlowSettings& flow;
    bool sweeps;                           // further runs can be made beside it
    std::function<std::string()> state;    // the interface's state as JSON, asked for only where needed
    std::function<std::string(std::string_view)> told;          // heads, figures, theory or sweep, as JSON
    std::function<std::string(Actions::Share)> file;            // bytes of a file of the run; Error: there is none
    std::function<std::optional<std::array<float, 4>>(std::string_view)> area; // of a panel, as parts of the window; nothing: it is not in sight
};

// An export as a picture is answered with its area: whoever owns the canvas puts the picture in its place.
Obeyed obey(const Command&, const CommandGround&);

}  // namespace ladder
