// A machine that makes whole training steps by itself, for one run or for several of the same shape at once: the
// trainers' numbers to rounding, from the same random streams. What it holds crosses to this side only when asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "train/trainer.h"

namespace ladder {

class StepDevice {
public:
    virtual ~StepDevice() = default;

    virtual std::string name() const = 0;
    virtual int runs() const = 0;

    // Every run makes up to `steps` steps more, fewer where it diverges: then it stands at the state before its last
    // update, as Trainer::apply leaves it. One result a run, of its newest step.
    virtual std::vector<StepResult> advance(int steps) = 0;
    // The gradient of a run's next batch (flat, of the mean loss) and its mean loss in nats, as result.loss; no step is made.
    virtual Contribution gradient(int run) = 0;

    virtual Checkpoint checkpoint(int run) = 0;
    // Error: another size.
    virtual void restore(int run, const Checkpoint&) = 0;

    // Model::forward with a run's present parameters; without dropout.
    virtual void forward(int run, const TokenBatch&, std::span<float> logits, std::span<float> attention, bool all_rows) = 0;
};

// Whether runs of these settings can be made by one device at once: the same model, sizes, batch and kind of data. Seeds,
// rates, chains and initial values may differ.
bool can_share_device(const Settings&, const Settings&);

// Starts at the trainers' present states. The trainers are read, and must outlive the device.
// Error: runs of different shapes, settings that the device cannot do, no memory.
using MakeStepDevice = std::function<std::unique_ptr<StepDevice>(std::span<const Trainer* const>)>;

}  // namespace ladder
