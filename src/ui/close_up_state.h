// Which prediction is taken apart, and what was computed of it.
#pragma once

#include <memory>
#include <string>

#include "ladder/close_up.h"
#include "ui/run_view.h"

namespace ladder {

struct CloseUpState {
    bool open = false;
    int query = 1 << 20;           // input position; taken to the nearest there is
    int sequence = 0;              // of the run's held-out ones
    int beside = -1;               // rung of the class that is drawn beside the truth; -1: that nearest to the model at this moment
    // Computed for the moment and the position that follow.
    std::unique_ptr<CloseUpBench> bench;
    int run = -1;                  // RunView::run
    std::shared_ptr<const RunCheckpoint> of;
    CloseUp shown;
    int shown_query = -1, shown_sequence = -1;
    std::string problem;
};

// For the moment on screen. Computes only when the moment or the position is new.
void update_close_up(const RunView&, CloseUpState&);
// "Token 7 followed. The model had given it probability 0.42, the chain 0.45; .."
std::string close_up_sentence(const Chain&, const CloseUp&);

}  // namespace ladder
