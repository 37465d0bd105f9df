// The synchronous heart of a run, shared by the thread runner and the command line: gradient over threads,
// update, evaluation at its cadence. No clock, no commands: whoever holds it decides when to go on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ladder/evaluation.h"
#include "ladder/readout.h"
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "run/thread_pool.h"
#include "train/learned_members.h"
#include "train/step_device.h"
#include "train/trainer.h"

namespace ladder {

// Threads worth having for these settings on this machine: as many as asked for, or as there are cores,
// but never more than shards.
int useful_workers(const Settings&, int cores);
// Whether a state is evaluated: step 0, multiples of evaluate_every, the last step.
bool evaluation_due(std::int64_t step, int evaluate_every, std::int64_t last_step);
// The first step after this one at which it is.
std::int64_t next_evaluation(std::int64_t step, int evaluate_every, std::int64_t last_step);
// What is said when training diverged: the step that failed, the state kept, the mend.
std::string divergence_message(const Settings&, std::int64_t failed_step, std::int64_t kept_step);
// What is said when a run cannot even begin.
inline constexpr const char* untrained_not_finite = "The untrained model's loss is not finite. Use smaller values for the scale of the chain or of the initial weights.";

class TrainingLoop {
public:
    // Ready at step 0; nothing is computed yet but the task, the data and the initial parameters, and where the
    // settings ask for them the learned members of the classes, which take some seconds.
    // With a checkpoint: at its step, going on as the run it is from (Runner::resume). Error: it does not fit.
    explicit TrainingLoop(const Settings&, Kernels = Kernels::fast, std::shared_ptr<const RunCheckpoint> from = {});

    // From now on a device makes the steps: this is its run-th, and starts at the trainer's state. Evaluations are made here.
    void attach(std::shared_ptr<StepDevice>, int run = 0);

    // With a device it stands at the last state that was fetched: of the last evaluation, or what remains of a run that diverged.
    const Trainer& trainer() const { return trainer_; }
    std::int64_t step() const { return device_ ? device_step_ : trainer_.step(); }
    // Of the device that makes the steps; empty: this machine does.
    std::string device_name() const { return device_ ? device_->name() : std::string(); }
    const Readout& readout() const { return readout_; }
    int workers() const { return pool_.workers(); }
    // Training has left the finite numbers: nothing more is learned, the trainer stands at a finite state.
    bool diverged() const { return diverged_; }

    // One training step; on a device up to `most`, with nothing said in between. When a step diverges the trainer stands at the
    // state before the last update, or at the last one whose evaluation was finite where that is newer.
    StepResult advance(int most = 1);
    // The same where the steps were made by the holder of a device that several loops are attached to.
    StepResult take(const StepResult&);
    // The device's state into the trainer. evaluate() does it where it was not done since the last step.
    void fetch();
    // Evaluates the present state and reads it. Where no step led here (step 0), or which loss it had is not known any more
    // (after a step that diverged), train_loss is that of the next batch, which is computed for it. Empty when the evaluation
    // is not finite: the run has diverged, and the trainer is put back to the last state whose evaluation was finite.
    std::shared_ptr<const Snapshot> evaluate();
    // The last state whose evaluation was finite; empty before the first one.
    const std::shared_ptr<const RunCheckpoint>& evaluated() const { return evaluated_; }
    // The present state's snapshot was made already, here or in the run that it is resumed from.
    bool is_evaluated() const { return evaluated_ && evaluated_->evaluated() && evaluated_->step() == step(); }

private:
    void train_learned_members();
    Contribution batch_gradient();
    void reuse(Contribution&&);  // its buffer serves the next gradient
    StepResult note(StepResult);
    void recall();               // last_, where the last step did not lead to the present state: known if it was evaluated
    void put_back();             // to the last state whose evaluation was finite

    Trainer trainer_;
    std::shared_ptr<StepDevice> device_;  // empty: the pool makes the steps
    int run_ = 0;                         // of the device's
    std::int64_t device_step_ = 0;
    bool fetched_ = true;                 // the trainer stands where the device does
    ThreadPool pool_;
    Evaluator evaluator_;
    std::unique_ptr<LearnedMembers> learned_;  // read by the evaluator
    Readout readout_;
    std::optional<StepResult> last_;  // empty when the step that led to the present state is not known
    bool diverged_ = false;
    std::shared_ptr<const RunCheckpoint> evaluated_;
    std::vector<std::unique_ptr<Model::Workspace>> workspaces_;  // one per worker
    std::vector<TreeSum> sums_;                                  // one per worker: its shards' subtrees
    std::vector<std::vector<std::vector<float>>> buffers_;       // one list per worker: gradients to be written over
};

}  // namespace ladder
