// What a runner publishes and a view shows: immutable, complete, versioned. A snapshot holds everything a
// panel needs of one moment of a run; the views keep no state of the training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ladder/evaluation.h"
#include "ladder/readout.h"

namespace ladder {

inline constexpr std::uint32_t snapshot_version = 2;

struct Snapshot {
    std::int64_t step = 0;
    double train_loss = 0;        // of the batch of this step (step 0: of the untrained model's first batch), nats
    double gradient_norm = 0;
    Evaluation evaluation;
    Reading reading;
};

// Measured by the runner about itself.
struct RunnerStatus {
    enum class State { starting, running, paused, finished, diverged, failed } state = State::starting;
    std::int64_t step = 0;        // newest step done (may be ahead of the newest snapshot)
    double train_loss = 0;        // of that step
    double steps_per_second = 0, sequences_per_second = 0;
    int workers = 0;
    std::string kernels;          // "SIMD" or "scalar"
    std::string message;          // sentence for state diverged or failed

    bool ended() const { return state == State::finished || state == State::diverged || state == State::failed; }
};

std::vector<std::byte> encode(const Snapshot&);
std::vector<std::byte> encode(const RunnerStatus&);
// Errors: other version, truncated, counts that do not fit.
Snapshot decode_snapshot(std::span<const std::byte>);
RunnerStatus decode_status(std::span<const std::byte>);

}  // namespace ladder
