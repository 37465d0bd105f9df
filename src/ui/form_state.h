// What the form beside the canvas and a host page read of the interface beyond the run's own state: playback, heads that
// were changed, early stopping, and on request the figures, the equations' settings and a sweep. As JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "ui/panels.h"

namespace ladder {

// Of the moment on screen; part of the state.
nlohmann::ordered_json moment_json(const RunView&, const AttentionPanelState&, const CurvesPanelState&);
// The answer to a question about changed heads; without numbers where none is asked.
nlohmann::ordered_json what_if_json(const Chain&, const WhatIfState&);
// what: "heads", "figures", "theory" or "sweep". As text.
std::string told(std::string_view what, const RunView&, const FiguresPanelState&, const FlowSettings&);

}  // namespace ladder
