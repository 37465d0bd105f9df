// A grid as what is run on the page, and as the command line that runs it natively.
#include "ui/sweep_state.h"

#include "run/page_address.h"
#include "run/presets.h"

namespace ladder {

std::vector<SweepJob> plan(const SweepState& state, const Settings& base) { return plan_sweep(base, axes_of(state.axes), parse_seeds(state.seeds)); }

std::string sweep_command(const SweepState& state, const std::string& preset, const Settings& base) {
    std::string command = "ladder sweep";
    for (const SweepState::Axis& axis : state.axes)
        if (!axis.setting.empty()) command += " --vary '" + axis.setting + "=" + axis.values + "'";
    Settings plain = base;
    if (const Preset* p = find_preset(preset)) plain.seed = p->settings.seed;
    return command + " --seeds " + state.seeds + " --out sweep " + write_options(preset, plain);
}

}  // namespace ladder
