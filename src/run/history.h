// The moments of a run in bounded memory: a snapshot each, and where one was given the checkpoint to go on from.
// When there are too many, every second one that marks nothing is dropped, and from then on half as many are kept;
// moments of rung and phase changes stay, and so do the first, the newest and the one of lowest validation loss.
// Attention maps and checkpoints, the heavy parts, are thinned in the same way by their bytes, each for itself.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ladder/readout.h"
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "task/chain.h"

namespace ladder {

// Together below 64 MB, whatever the settings: a moment without its heavy parts takes at most 4 KB.
struct HistoryLimits {
    std::size_t moments = 1024;                             // at least 4; about as many as a timeline has pixels
    std::size_t attention_bytes = std::size_t{24} << 20;
    std::size_t checkpoint_bytes = most_checkpoint_bytes;
};

class History {
public:
    explicit History(const Chain&, HistoryLimits = {});

    // Snapshots come in order of step; one that is not newer than the newest is ignored.
    void add(std::shared_ptr<const Snapshot>);
    // To the moment of its step; ignored when that is not kept.
    void attach(std::shared_ptr<const RunCheckpoint>);
    // Adds the KL divergences from the learned members to the moment of this step; ignored when that is not kept.
    void add_learned(std::int64_t step, std::vector<double> kl);

    std::size_t size() const { return kept_.size(); }
    bool empty() const { return kept_.empty(); }
    const Snapshot& operator[](std::size_t i) const { return *kept_[i].snapshot; }
    const Snapshot& newest() const { return *kept_.back().snapshot; }
    // Index of the last kept snapshot at or before the step (0 when all are later).
    std::size_t at_step(std::int64_t step) const;
    // Index of the snapshot of lowest validation loss, where early stopping ends the run; 0 when empty.
    std::size_t best() const { return at_step(best_step_); }
    // The moment whose attention maps stand for those of moment i: i itself or the last before it that still has them.
    std::size_t with_attention(std::size_t i) const;
    // Empty where none was given or it was thinned.
    const std::shared_ptr<const RunCheckpoint>& checkpoint(std::size_t i) const { return kept_[i].checkpoint; }
    // Index of the last moment at or before i that has a checkpoint; size() when there is none.
    std::size_t with_checkpoint(std::size_t i) const;

    // Forgets everything after moment i, as if the run were there; the best is then that of the moments that are left, where one between
    // them that was thinned may have been lower. Error: it has no checkpoint.
    void rewind(std::size_t i);

    // Rung and phase changes, stages, steps of first reach: of the whole run.
    const Readout& readout() const { return readout_; }
    // Memory of all that is kept.
    std::size_t bytes() const;

private:
    struct Kept {
        std::shared_ptr<const Snapshot> snapshot;
        std::int64_t arrival;  // 0, 1, 2, .. as added
        bool marks;            // a rung or phase change
        std::shared_ptr<const RunCheckpoint> checkpoint;
    };
    // A heavy part of the moments: those whose arrival is a multiple of the stride keep it.
    struct Part {
        std::size_t limit, used = 0;  // bytes
        std::int64_t stride = 1;
        std::size_t (*size)(const Kept&);
        void (*drop)(Kept&);
    };
    bool is_best(const Kept& k) const { return k.snapshot->step == best_step_; }
    bool stays(const Kept& k) const { return k.marks || k.arrival % stride_ == 0 || is_best(k); }
    template <class Condition>
    void erase_if(Condition&&);
    void thin();
    void thin(Part&);
    template <class Condition>
    void drop_if(Part&, Condition&&);

    std::size_t capacity_;
    std::int64_t stride_ = 1, arrivals_ = 0;
    std::vector<Kept> kept_;
    Part attention_, checkpoints_;
    std::int64_t best_step_ = -1;
    double best_loss_ = 0;
    Readout readout_;
};

}  // namespace ladder
