// What the page says to its training workers and what they say to the page, as bytes: the whole protocol.
// Every message carries the number of the run (epoch), so that what belongs to a dropped run is ignored.
// What workers say to each other is PeerTrainer's own affair.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/settings.h"
#include "run/run_checkpoint.h"

namespace ladder {

struct WorkerCommand {
    enum class Kind : std::uint8_t {
        start,   // a new run; to every worker of it
        play,    // the rest to the lead only
        pause,
        step,    // one step, then an evaluation
        speed,   // steps a second, 0: as fast as it goes
        stop,    // the step at which the run stops
        hold,    // value 1: stand still without being paused (the page is hidden), 0: go on
        checkpoint,  // send that of the newest snapshot
    } kind = Kind::pause;
    std::uint32_t epoch = 0;
    double value = 0;       // speed, stop, hold
    // start only:
    int rank = 0, peers = 1;
    bool running = false;
    Settings settings;
    std::shared_ptr<const RunCheckpoint> from;  // empty: from step 0
};

struct WorkerReport {
    enum class Kind : std::uint8_t { snapshot, status, checkpoint } kind = Kind::status;
    std::uint32_t epoch = 0;
    std::vector<std::byte> payload;  // encode(Snapshot), encode(RunnerStatus) or encode(RunCheckpoint)
};

std::vector<std::byte> encode(const WorkerCommand&);
std::vector<std::byte> encode(const WorkerReport&);
// Errors: truncated, unknown kind, values that cannot be.
WorkerCommand decode_command(std::span<const std::byte>);
WorkerReport decode_report(std::span<const std::byte>);

}  // namespace ladder
