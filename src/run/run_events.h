// What happens in a run, told to a host page: a JSON message for each new run, evaluation, rung, stage, end and
// failure. Observes what the interface observes; nobody has to listen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.h"
#include "ladder/readout.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

class RunEvents {
public:
    // A new run; preset: name of the one it came from.
    void load(const std::string& preset, const Settings&, const Chain&);
    // A new snapshot of it; stages: of the run so far.
    void snapshot(const Chain&, const Snapshot&, const std::vector<Stage>& stages);
    // The run goes on from an earlier moment of its own or of another's, up to which so many stages were told.
    void rewind(std::size_t stages) { stages_ = stages; }
    // The newest status; the first time that it is an end, or a failure, is told.
    void status(const RunnerStatus&, const std::vector<std::int64_t>& reached);

    // All that was told since the last call, a JSON array; empty text: nothing. Of evaluations that nobody fetched only
    // the newest is kept.
    std::string take();

private:
    std::vector<std::string> messages_;
    std::string step_;             // the newest evaluation, not yet among messages_
    int rung_ = -1;
    std::size_t stages_ = 0;
    bool ended_ = false;
};

}  // namespace ladder
