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

// playback, resume, branch, what-if, early-stop. view: of the run on screen; turned: its validation loss has turned up.
void obey_travel(Obeyed&, const Command&, const RunView& view, const WhatIfState&, bool turned);
// figure, theory, sweep. base: the settings that a sweep is laid over.
void obey_study(Obeyed&, const Command&, const FiguresPanelState&, const FlowSettings&, const Settings& base, bool sweeps);

}  // namespace ladder
