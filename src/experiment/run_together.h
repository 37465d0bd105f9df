// Several runs at once on one device: it makes their steps in the same launches, and this machine's threads evaluate them.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "experiment/record.h"
#include "experiment/sweep.h"
#include "train/step_device.h"

namespace ladder {

// Told how many steps the runs have made in all since the last call; false ends them early.
using StepsMade = std::function<bool(std::int64_t steps)>;

// The jobs' places in groups that can run together: of one shape, with evaluations at the same steps, `most` at a time.
std::vector<std::vector<std::size_t>> groups_of_runs(std::span<const SweepJob>, std::size_t most);

// One record a job, as run_experiment makes it. Where there is no memory for all of the runs at once, half of them are made, and
// then the other half. Where the device fails, the runs that it was making have the device's sentence as theirs (machine_failed)
// beside what they had reached. threads: for the evaluations.
std::vector<RunRecord> run_together(std::span<const SweepJob>, const MakeStepDevice&, int threads, const StepsMade& = {});

}  // namespace ladder
