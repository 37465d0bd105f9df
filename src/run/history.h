// The snapshots of a run in bounded memory: when full, every second one that marks nothing is dropped, and
// from then on half as many are kept; snapshots of rung and phase changes stay, and so do the first, the newest
// and the one of lowest validation loss.
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
    // capacity in snapshots, at least 4. A thousand are about as many as a timeline has pixels, and 7 MB at the paper's sizes.
    History(const Chain&, std::size_t capacity = 1024);

    // Snapshots come in order of step; one that is not newer than the newest is ignored.
    void add(std::shared_ptr<const Snapshot>);
    std::size_t size() const { return kept_.size(); }
    bool empty() const { return kept_.empty(); }
    const Snapshot& operator[](std::size_t i) const { return *kept_[i].snapshot; }
    const Snapshot& newest() const { return *kept_.back().snapshot; }
    // Index of the last kept snapshot at or before the step (0 when all are later).
    std::size_t at_step(std::int64_t step) const;
    // Index of the snapshot of lowest validation loss, where early stopping ends the run; 0 when empty.
    std::size_t best() const { return at_step(best_step_); }
    // Rung and phase changes, stages, steps of first reach: of the whole run.
    const Readout& readout() const { return readout_; }

private:
    struct Kept {
        std::shared_ptr<const Snapshot> snapshot;
        std::int64_t arrival;  // 0, 1, 2, .. as added
        bool marks;            // a rung or phase change
    };
    bool stays(const Kept& k) const { return k.marks || k.arrival % stride_ == 0 || k.snapshot->step == best_step_; }
    void thin();

    std::size_t capacity_;
    std::int64_t stride_ = 1, arrivals_ = 0;
    std::vector<Kept> kept_;
    std::int64_t best_step_ = -1;
    double best_loss_ = 0;
    Readout readout_;
};

}  // namespace ladder
