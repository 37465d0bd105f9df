// Where a device's batches come from: the same sequences as Trainer::batch_tokens, made or picked in its own memory.
#pragma once

#include <memory>
#include <span>

#include "cuda/machine.h"
#include "train/trainer.h"

namespace ladder::cuda {

class BatchSource {
public:
    virtual ~BatchSource() = default;

    // Makes ready for a run's steps from `step` on; returns for how many of them that holds, INT_MAX where for all.
    virtual int enter(int run, std::int64_t step) = 0;
    // Runs the kernel that makes the batch of every run's present step.
    virtual void run(const Runs&) = 0;
    virtual PerRun<const std::int32_t> tokens() const = 0;  // (batch, w + L)
};

std::unique_ptr<BatchSource> make_batch_source(Machine&, std::span<const Trainer* const>);

}  // namespace ladder::cuda
