// What the page's sweeps keep: the grid being put together, and the runs of the last one begun.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "experiment/sweep_run.h"

namespace ladder {

inline constexpr std::size_t most_sweep_runs = 400;  // on screen: as many as can be looked at and kept

struct SweepState {
    struct Axis {
        std::string setting;                // of the settings table; empty: this axis is not used
        std::string values;                 // as typed
    };
    std::array<Axis, 3> axes{{{"importance", "1.3, 1.5, 1.7"}, {}, {}}};
    std::string seeds = "1..3";
    std::unique_ptr<SweepRun> run;          // null: none was begun
    std::string problem;                    // why the grid cannot be run, a sentence
};

// What a sweep varies, apart from its runs.
struct SweepGrid {
    std::array<SweepState::Axis, 3> axes;
    std::string seeds;
};

// What is varied, without the axes that are not used.
inline std::vector<SweepAxis> axes_of(const std::array<SweepState::Axis, 3>& axes) {
    std::vector<SweepAxis> used;
    for (const SweepState::Axis& axis : axes)
        if (!axis.setting.empty()) used.push_back({axis.setting, parse_values(axis.values)});
    return used;
}
// The grid laid over these settings. Error: it cannot be run.
std::vector<SweepJob> plan(const SweepState&, const Settings& base);
// The command line that makes it natively.
std::string sweep_command(const SweepState&, const std::string& preset, const Settings& base);

}  // namespace ladder
