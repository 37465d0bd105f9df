// Branching a run: which settings may change at a checkpoint, what is said of the change, and the checkpoint as
// the branch begins with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"
#include "run/run_checkpoint.h"

namespace ladder {

// Whether a branch may change this setting: those that leave the task, the model's shape and the optimizer's state as they are.
// The data may, but not from or to a text: only branch_problem sees that.
bool can_branch(std::string_view setting);
// A sentence that names what differs and may not; empty when nothing does. Another batch moves the branch's place in the stream of
// training sequences, see Trainer.
std::string branch_problem(const Settings& before, const Settings& after);
// "learning rate 0.08 -> 0.2, clip 1 -> 0"; empty when nothing differs on which a number of the run depends.
std::string branch_difference(const Settings& before, const Settings& after);
// Where a run left the settings that it had begun with, and for which.
struct Parting {
    std::int64_t step;
    std::string difference;
    bool operator==(const Parting&) const = default;
};
// The partings of a run that goes on from this step: what came later in it comes now.
std::vector<Parting> partings_at(std::vector<Parting>, std::int64_t step);
// What a link or a command, which begin with a run's settings, cannot hold of such a run; empty when it never parted.
std::string branched_sentence(const std::vector<Parting>&);
// The checkpoint that the branch goes on from: a schedule that changes starts anew.
std::shared_ptr<const RunCheckpoint> branch_checkpoint(std::shared_ptr<const RunCheckpoint>, const Settings& before, const Settings& after);

}  // namespace ladder
