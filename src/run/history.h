// The snapshots of a run in bounded memory: when full, every second one that marks nothing is dropped, and
// from then on half as many are kept; snapshots of rung and phase changes stay.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ladder/readout.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

class History {
public:
    History(const Chain&, std::size_t capacity = 4096);  // capacity in snapshots

    void add(std::shared_ptr<const Snapshot>);
    std::size_t size() const { return kept_.size(); }
    bool empty() const { return kept_.empty(); }
    const Snapshot& operator[](std::size_t i) const { return *kept_[i]; }
    const Snapshot& newest() const { return *kept_.back(); }
    // Index of the last kept snapshot at or before the step.
    std::size_t at_step(std::int64_t step) const;
    // Rung and phase changes, stages, steps of first reach: of the whole run.
    const Readout& readout() const { return readout_; }

private:
    std::size_t capacity_;
    std::int64_t stride_ = 1;
    std::vector<std::shared_ptr<const Snapshot>> kept_;
    Readout readout_;
};

}  // namespace ladder
