// A moment of a run from which it can be continued bit for bit, or branched off with other settings: the
// trainer's state, what its readings so far depend on, and what is known of the step that led there.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ladder/readout.h"
#include "train/trainer.h"

namespace ladder {

// What a history keeps of checkpoints in all; one that is larger than this by itself does not leave its worker.
inline constexpr std::size_t most_checkpoint_bytes = std::size_t{32} << 20;

struct RunCheckpoint {
    Checkpoint state;
    Readout::State readout;    // of all evaluations up to this step
    double train_loss = 0;     // of the step that led here, as in the snapshot of this step
    double gradient_norm = 0;

    std::int64_t step() const { return state.step; }
    // This state's snapshot exists. One that was not evaluated (a model from a file) is when a run begins with it.
    bool evaluated() const { return readout.started && readout.current.step == state.step; }
    // Memory, and about the size of encode().
    std::size_t bytes() const;
};

std::vector<std::byte> encode(const RunCheckpoint&);
// Errors: other version, truncated. Whether it fits a model is for Trainer::restore and Readout::restore to say.
RunCheckpoint decode_checkpoint(std::span<const std::byte>);

}  // namespace ladder
