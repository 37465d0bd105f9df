// One run from its settings to its record, on the caller's thread and as many more as its settings ask for.
#pragma once

#include <functional>
#include <string>

#include "experiment/record.h"
#include "model/model.h"

namespace ladder {

// Called after every step; false ends the run early, and the record holds what was reached.
using Progress = std::function<bool(std::int64_t step)>;

// Never throws for what the settings do: a run that diverges or cannot be made says so in `failure`.
RunRecord run_experiment(const Settings&, std::string label, const Progress& = {}, Kernels = Kernels::fast);

}  // namespace ladder
