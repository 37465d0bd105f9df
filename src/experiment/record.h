// What is kept of a run when it is one of many: its curves, when each rung was reached, and the moment at which early
// stopping would have ended it. No attention maps and no parameters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.h"
#include "ladder/readout.h"
#include "run/snapshot.h"

namespace ladder {

// One evaluation. Losses and KL divergences in nats per prediction.
struct Moment {
    std::int64_t step = 0;
    double train_loss = 0, validation_loss = 0, excess = 0;
    std::vector<double> kl;         // KL_0..KL_h
    std::vector<double> learned_kl; // from the learned members of F_1..F_h; empty without them
    int rung = 0;                   // with hysteresis, as the ladder shows it
    double height = 0, specialisation = 0;
    Phase phase = Phase::undecided;
    std::vector<float> span_mass;   // (blocks * heads, h), spans oldest first
    std::vector<float> lag_mass;    // (w), lag 1 first: attention on the token that many steps before the predicted one, summed over the heads
    bool operator==(const Moment&) const = default;
};

// The k of the smallest KL_k: the class that this one moment fits best. -1 without values.
int nearest_class(const Moment&);

struct RunRecord {
    std::string label;              // what sets it apart from its neighbours: "query-scale 1e-6"
    Settings settings;
    std::vector<Moment> moments;    // in order of step
    std::string failure;            // a sentence when the run diverged or could not be made; else empty
    bool machine_failed = false;    // the failure is of the machine (memory, device), not of the settings: the same run may succeed another time. Not in the text form

    bool empty() const { return moments.empty(); }
    const Moment& last() const { return moments.back(); }
    // The moment of lowest validation loss: where early stopping ends the run. Error when empty.
    const Moment& best() const;
    // First step at which rung k itself was the current rung, as Readout::reached(); -1 when never, as of a rung that was skipped.
    std::int64_t reached(int rung) const;
    // Step at which KL_k was smallest; -1 without values.
    std::int64_t lowest_kl_step(int k) const;
    // First step in this phase; -1 when never.
    std::int64_t first_in(Phase) const;
};

Moment to_moment(const Snapshot&);

// Why a run of many was not made: its settings contradict each other. Where one run alone would go on with mended settings,
// as the problem's message says, one of many would then not be the run that its label names.
std::string left_out(const SettingProblem&);

// Every number reads back to the same bits.
std::string format_record(const RunRecord&);
// Error: text that is no record.
RunRecord parse_record(const std::string& text);

}  // namespace ladder
