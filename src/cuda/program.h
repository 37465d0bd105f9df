// What differs between the models in a training step: which kernels turn tokens and parameters into loss and gradient.
#pragma once

#include <memory>

#include "base/settings.h"
#include "cuda/machine.h"
#include "model/parameters.h"

namespace ladder::cuda {

// The arrays of a step that every model reads or writes.
struct StepArrays {
    Runs runs;
    int run_count = 1, batch = 1;          // batch: sequences of a step
    PerRun<const std::int32_t> tokens;     // (batch, w + L)
    PerRun<const float> parameters;        // flat, as in the model's table
    PerRun<float> gradient;                // the same, of the mean loss; zeros where nothing is written
    PerRun<double> losses;                 // (loss_count()): partial sums of the cross-entropy, nats
};

class Program {
public:
    virtual ~Program() = default;

    virtual int loss_count() const = 0;
    // Runs the kernels of one gradient, of all runs.
    virtual void gradient(const StepArrays&) = 0;
    // As Model::forward, for one run and at most forward_sequences() sequences; everything in the device's memory.
    virtual void forward(const StepArrays&, int run, const std::int32_t* tokens, int sequences, float* logits, float* attention, bool all_rows) = 0;
    virtual int forward_sequences() const = 0;
};

// Allocates what the model keeps between its kernels. Error: a model that the device does not have, no memory.
std::unique_ptr<Program> make_minimal_program(Machine&, const Settings&, int runs);
std::unique_ptr<Program> make_full_program(Machine&, const Settings&, const ParameterTable&, int runs);

}  // namespace ladder::cuda
