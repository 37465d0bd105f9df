// Sentences computed from a run: what the model currently is, what a head serves, what a stage learned.
// All wording that depends on data stands here, so that panels only place it.
#pragma once

#include <string>

#include "run/history.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

std::string span_name(const Chain&, int span);        // "near pair", "middle pair", "far pair"; "2nd pair" where such words run out; "only pair"
std::string rung_name(const Chain&, int rung);        // "near and middle pair"
std::string rung_symbol(int rung);                    // "F\u2082"
std::string rung_predictor(const Chain&, int rung);   // p_k: "one that uses the last four tokens and is blind to the far pair"
// "Fits F\u2082 best: it predicts most like one that uses the last four tokens and is blind to the far pair." Of the class, not of what the model knows.
std::string verdict(const Chain&, const Snapshot&);
std::string gap_sentence(const Chain&, const Snapshot&, const Snapshot* earlier);  // "Gap to the truth 0.028 nats, closing."
const Snapshot* moments_before(const History&, std::size_t shown);  // far enough back that "closing" speaks of a trend and not of noise; null: none is
// "The validation loss was lowest at step 230: F\u2082, 0.123 nats above the Bayes loss. At step 900: F\u2083, 0.131 nats .."
std::string early_stop_sentence(const Chain&, const Snapshot& best, const Snapshot& now);
std::string head_sentence(const Chain&, const HeadRole&);  // "serves the near pair"
std::string phase_sentence(const Chain&, const Readout&, const Snapshot&);
std::string chain_sentence(const Chain&);             // "The next token depends on three pairs of earlier tokens; nearer pairs matter more."

}  // namespace ladder
