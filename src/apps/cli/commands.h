// The commands of the program `ladder`: what each is given, and its exit code. Parsing is main.cpp's,
// errors are thrown as ladder::Error and become exit code 2 there.
#pragma once

#include <functional>
#include <string>

#include "apps/cli/settings_options.h"
#include "model/model.h"

namespace ladder::cli {

// incomplete: not all that was asked for is there, because a run diverged, failed or is missing, or a solution does not reach its end.
// interrupted: plus the signal's number.
enum ExitCode { done = 0, bad_input = 2, incomplete = 3, interrupted = 128 };

struct TrainOptions {
    GivenSettings settings;
    std::string out;                                             // folder; empty: nothing is written
    Kernels kernels = Kernels::fast;
    std::string device = "cpu";                                  // as cuda::step_device takes it
    bool json = false;
    bool resume = false;                                         // go on with the run in `out`
    bool overwrite = false;                                      // put this run in the place of one in `out`
    double checkpoint_seconds = 10;                              // least time between two checkpoints
};
int train(const TrainOptions&);

struct FixtureOptions {
    std::string file, out;
    int steps = 20;  // replay only
    Kernels kernels = Kernels::fast;
    std::string device = "cpu";  // replay only
    bool json = false;
};
int replay(const FixtureOptions&);
int teacher(const FixtureOptions&);

// Adds `ladder members`; when it is given, chosen becomes what runs it.
void add_members_command(CLI::App& app, std::function<int()>& chosen);

int list_presets(bool json);
int list_settings(bool json);

}  // namespace ladder::cli
