// A grid of runs: every combination of the values given for some settings, for every seed. Planning, the table of
// results, and what a finished run's file is named by; files and threads are the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiment/record.h"

namespace ladder {

struct SweepAxis {
    std::string setting;               // a name of the settings table
    std::vector<std::string> values;   // in text form
};

struct SweepJob {
    std::string id;       // "0007": place in the plan, the same on every machine
    std::string label;    // "query-scale 1e-6, seed 3"
    Settings settings;
};

// How many jobs that would be, without making them. Errors as below.
std::size_t count_sweep(const Settings& base, const std::vector<SweepAxis>&, const std::vector<std::uint64_t>& seeds);

// All jobs, the first axis varying slowest and the seeds fastest. Settings that contradict each other stay as given: that
// job will fail and say so, and the others go on.
// Error: a setting that does not exist or is named twice, a value it cannot take or has twice, no value or seed, more than 100000 jobs.
std::vector<SweepJob> plan_sweep(const Settings& base, const std::vector<SweepAxis>&, const std::vector<std::uint64_t>& seeds);

// A mark of all that the numbers of a run depend on, and the name of its file: another one for another run, and the same on every machine
// and in every version for the same one, whatever settings a version adds. Made of what differs from the defaults: a version that changes
// one of these changes marks, and must see to the runs that are kept by them.
std::string run_mark(const Settings&);

// The values of an axis in text: "1.3, 1.5"; lists stand apart by semicolons, "2 2 2; 4 4 4".
std::vector<std::string> parse_values(const std::string&);

// "1..5", "1,2,9" or a mixture. Error: anything else, a seed that is named twice, more than 100000 seeds.
std::vector<std::uint64_t> parse_seeds(const std::string&);

// A header and a row for each run: label, the settings that differ between the runs, class and excess loss at the best
// checkpoint and at the end, reached_k: the step at which rung k itself was first the current one (empty: never, as where it was skipped),
// failure.
std::string sweep_table(const std::vector<RunRecord>&);

}  // namespace ladder
