// `ladder replay`: repeats a reference training run and writes what the file holds, computed anew.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "base/files.h"
#include "train/replay.h"

namespace ladder::cli {

int replay(const FixtureOptions& options) {
    const Fixture fixture = read_fixture(parse_safetensors(read_file(options.file), options.file), options.file, FixtureKind::training);
    const Replay result = ladder::replay(fixture, options.steps, options.kernels, step_device(options.device));
    write_file(options.out, format_safetensors(result.tensors));

    const nlohmann::ordered_json json = {{"steps", result.losses.size()}, {"diverged", result.diverged}, {"losses", result.losses}, {"grad_norms", result.gradient_norms},
                                         {"loss_at_start", result.loss_at_start}, {"kl_ideal_0_to_h", result.kl},
                                         {"kl_ideal_1_to_h", std::vector<double>(result.kl.begin() + 1, result.kl.end())}, {"out", options.out}};
    std::printf("%s\n", json.dump().c_str());
    return result.diverged ? incomplete : done;
}

}  // namespace ladder::cli
