// Parts of the door for commands (command_door.h), by what the commands are about. Each turns one command into Actions and
// an answer, and knows no screen; what cannot be done is refused in a sentence, and then nothing changes.
#pragma once

#include "ui/command_door.h"

namespace ladder {

// Replaces whatever was to be done by a refusal.
inline void refuse(Obeyed& out, const Command& c, const char* code, std::string sentence) {
    out = {};
    out.answer = refusal_message({c.id, code, std::move(sentence)});
}

// Of a setting that cannot be taken as given: what was wrong and what it takes; nothing is used in its place.
inline std::string refused_setting(const SettingProblem& problem) {
    const std::size_t takes = problem.message.find(" It takes ");
    return what_was_wrong(problem) + (takes == std::string::npos ? "" : problem.message.substr(takes));
}

// playback, resume, branch, what-if, early-stop. view: of the run on screen; turned: its validation loss has turned up.
void obey_travel(Obeyed&, const Command&, const RunView& view, const WhatIfState&, bool turned);
// figure, theory, sweep. base: the settings that a sweep is laid over.
void obey_study(Obeyed&, const Command&, const FiguresPanelState&, const FlowSettings&, const Settings& base, bool sweeps);

}  // namespace ladder
