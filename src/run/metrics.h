// A run as a table: one row for each evaluation, the columns of `ladder train`'s metrics.csv.
#pragma once

#include <string>

#include "run/history.h"
#include "run/snapshot.h"

namespace ladder {

const char* phase_name(Phase);

// Header and rows; a row has as many columns as the header of the same run.
std::string csv_header(const Snapshot& first);
std::string csv_row(const Snapshot&);
// Header and rows of all moments that the history holds; empty without any.
std::string metrics_csv(const History&);

}  // namespace ladder
