// "What if": heads of the moment that is shown, changed by a click, and what the model would then be. Nothing of
// the run changes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ladder/what_if.h"
#include "model/parameters.h"
#include "ui/run_view.h"
#include "ui/theme.h"

namespace ladder {

struct WhatIfState {
    std::vector<HeadEdit> edits;   // (blocks, H); all none: nothing is asked
    std::unique_ptr<WhatIf> bench;  // made when something is asked: it takes longer than a frame
    // Computed for the moment and the edits that follow.
    int run = -1;                  // RunView::run
    ParameterTable table;
    std::shared_ptr<const RunCheckpoint> of;
    std::vector<HeadEdit> asked;
    int sequences = 0;             // held-out ones that were asked
    std::optional<WhatIf::Answer> as_trained, changed;
    std::vector<double> alignment;  // (H, h), empty where the model has none
    std::string problem;

    bool asking() const;
};

// Answers for the moment on screen. Computes only when the moment or the question is new.
void update_what_if(const RunView&, WhatIfState&);
// "taken out", "looks as head 2"; "what if..." when it is as trained.
std::string edit_name(const Chain&, const HeadEdit&);
// What does not follow the changed heads.
inline constexpr const char* stays_as_trained = "The maps and other panels stay as trained.";
// The answer in words: loss and nearest class with the changed heads, beside those of the model as it is.
std::string what_if_sentence(const Chain&, const WhatIfState&);
// The least room that the menu of a head needs beside its name.
float head_menu_width(const Theme&);
// A button that offers the changes of one head. right_top: right end of the text and top; room: from the end of the head's name to there.
void draw_head_menu(const RunView&, const Theme&, ImVec2 right_top, float room, int block, int head, WhatIfState&);

}  // namespace ladder
