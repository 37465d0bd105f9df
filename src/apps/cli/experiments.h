// `ladder sweep`, `ladder merge` and `ladder reproduce`: many runs, on all cores, that survive being stopped.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiment/run_store.h"
#include "experiment/sweep.h"
#include "train/step_device.h"

namespace CLI {
class App;
}

namespace ladder::cli {

// Adds the commands; when one is given, chosen becomes what runs it.
void add_experiment_commands(CLI::App& app, std::function<int()>& chosen);

struct ReproduceOptions {
    std::vector<std::string> figures;  // empty: all
    std::string out = "reproduction", scale = "page", seeds = "1..5";
    int threads = 0;                   // 0: all cores
    bool json = false;
};
int reproduce(const ReproduceOptions&);
// "1, 2-3, 4-left, ..": what can be reproduced.
std::string figure_names();

// Runs what the store does not hold yet, `threads` at a time, and keeps each as it ends. Returns all records, in the order of
// the jobs. quiet: no progress on standard error. With a device, `together` runs of one shape at once are made there, and
// the threads evaluate them.
std::vector<RunRecord> run_jobs(const std::vector<SweepJob>&, const RunStore&, int threads, bool quiet, const MakeStepDevice& = {}, int together = 256);

// Whether runs failed for what the machine lacked; says on standard error how many, and what to do about them.
bool some_to_make_again(const std::vector<RunRecord>&);

}  // namespace ladder::cli
