// One of N workers that train the same run in lockstep. Each holds a whole Trainer, computes its own shards
// of every batch, sends their largest subtrees to all others and applies the same sum, so every one goes
// through the same states bit for bit. Bytes in, bytes out: nothing here knows what carries them.
//
// Rank 0 is the lead. It alone decides when a step may be taken, by holding back its own contribution until
// release() is called, so pacing costs no further message. The others run up to one gradient ahead. It also
// collects the evaluations, which all peers share at the run's cadence, and makes the snapshots.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ladder/evaluation.h"
#include "ladder/readout.h"
#include "run/byte_stream.h"
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "train/trainer.h"

namespace ladder {

class PeerTrainer {
public:
    struct Message {
        static constexpr int everyone = -1;  // every peer but the sender
        int to;
        std::vector<std::byte> bytes;
    };

    // epoch: number of the run; messages of another one are ignored. 1 <= peers <= shards, 0 <= rank < peers.
    // from: the checkpoint to go on from (Runner::resume), the same for all peers. Error: it does not fit.
    PeerTrainer(const Settings&, int rank, int peers, std::uint32_t epoch, Kernels = Kernels::fast, std::shared_ptr<const RunCheckpoint> from = {});

    // Does one small piece of work (a shard's gradient, an evaluation shard, an update). False when there is
    // none until a message or release() comes, or because training diverged.
    bool work();
    // A message of another peer. Messages of one sender must arrive in order. Error: not one of this build's.
    void receive(int from, std::span<const std::byte>);
    std::vector<Message> take_messages() { return std::exchange(outgoing_, {}); }

    // The run that a message between peers belongs to.
    static std::uint32_t message_epoch(std::span<const std::byte>);

    std::int64_t step() const { return trainer_.step(); }
    double train_loss() const { return last_ ? last_->loss : 0; }  // of the last step
    const Trainer& trainer() const { return trainer_; }

    // For the lead only.
    bool released() const { return released_; }
    void release() { released_ = true; }  // one more step may be taken
    // Evaluates the present state even though it is off the cadence, on the lead alone (the same numbers).
    // Call while no further step is released; right after a step it comes before the next gradient.
    void request_evaluation();
    bool evaluating() const { return evaluating_ || first_; }  // the present state's snapshot is still to come
    std::vector<std::shared_ptr<const Snapshot>> take_snapshots() { return std::exchange(snapshots_, {}); }
    // The last state whose evaluation was finite: that of the newest snapshot. Empty before the first one.
    const std::shared_ptr<const RunCheckpoint>& evaluated() const { return evaluated_; }

    // Training has left the finite numbers, found at this step; the trainer stands at a finite state.
    bool diverged() const { return diverged_; }
    std::int64_t diverged_at() const { return diverged_at_; }

private:
    struct Evaluating {  // of the present state
        int next, end;                                     // own shards still to do
        std::vector<std::optional<EvaluationSums>> sums;   // [shard]; on other peers than the lead only their own
    };
    struct Received {
        std::int64_t step;
        std::vector<std::pair<TreeNode, Contribution>> nodes;
    };

    struct ReceivedSums {
        std::int64_t step;
        int shard;
        EvaluationSums sums;
    };

    bool lead() const { return rank_ == 0; }
    void enter_state(bool evaluate);
    bool evaluation_due() const { return step() % std::max(trainer_.settings().evaluate_every, 1) == 0; }
    bool evaluate_piece();
    void finish_evaluation();
    bool gradient_piece();
    bool draw_ahead();
    void contribute();
    bool add_received();
    void apply();
    void publish(Snapshot);
    void stop_at(std::int64_t step);
    void receive_gradient(ByteReader&);
    void receive_evaluation(ByteReader&);
    std::size_t parameters() const { return trainer_.model().table().size(); }

    Trainer trainer_;
    Evaluator evaluator_;
    std::optional<Readout> readout_;   // the lead's
    std::unique_ptr<Model::Workspace> workspace_;
    const int rank_, peers_;
    const std::uint32_t epoch_;
    const ShardRange own_;             // gradient shards

    TreeSum sum_;                      // of the step being prepared
    std::vector<float> buffer_;        // the last step's gradient, to be written over
    int next_shard_ = 0;
    std::vector<std::vector<std::int32_t>> ahead_;  // own shards' tokens of step ahead_step_, drawn while others were waited for
    std::int64_t ahead_step_ = -1;
    bool contributed_ = false, released_ = false;
    std::vector<std::byte> held_back_; // the lead's contribution until it is released
    std::vector<Received> received_;   // of this step and the next
    std::vector<ReceivedSums> received_sums_;
    std::optional<Evaluating> evaluating_;
    std::optional<Snapshot> first_;    // where no step led here (step 0), it waits for the loss of the next batch
    std::shared_ptr<const RunCheckpoint> evaluated_;  // the lead's

    std::optional<StepResult> last_;   // empty when the step that led to the present state is not known
    bool diverged_ = false;
    std::int64_t diverged_at_ = 0;
    std::vector<Message> outgoing_;
    std::vector<std::shared_ptr<const Snapshot>> snapshots_;
};

}  // namespace ladder
