// Whether stopping early would have paid: what the page marks, and what a lesson's bets and waits are judged by.
#pragma once

#include "base/settings.h"
#include "run/history.h"

namespace ladder {

// By how much validation loss lies above its lowest where that is more than an evaluation's noise, in nats.
inline constexpr double turned_up = 1e-3;

// The newest validation loss lies further than that above the lowest. Never with fresh data, which cannot be overfitted: there the loss
// goes up for a while by chance alone.
bool overfits(const Settings&, const History&, double by_more_than = turned_up);

}  // namespace ladder
