// What a model is to the trainer and the ladder. Sizes: B sequences, T = w + L - 1 input positions,
// L predicted positions (w - 1 .. T - 1), V = d vocabulary, H heads. A model owns no parameters; it is
// given them in prepare(), keeps what it needs of them (tables, or a copy), and is then read by any number of threads, each
// with its own Workspace.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/settings.h"
#include "model/parameters.h"

namespace ladder {

// Row-major (sequences, length) with length = w + L: input is all but the last token, targets the last L.
struct TokenBatch {
    std::span<const std::int32_t> tokens;
    int sequences = 0;
    int length = 0;
};

// Where a batch stands in the run: dropout masks are a function of these, never of the worker.
struct StepContext {
    std::uint64_t seed = 0;
    std::int64_t step = 0;
    std::int64_t first_sequence = 0;  // index of the batch's first sequence within the step's whole batch
};

class Model {
public:
    class Workspace {  // scratch memory of one thread; made by the model that uses it
    public:
        virtual ~Workspace() = default;
    };

    virtual ~Model() = default;
    virtual const ParameterTable& table() const = 0;
    virtual std::unique_ptr<Workspace> workspace() const = 0;

    // Derived tables for these parameters (flat, as in table()). Call after every change of them.
    virtual void prepare(std::span<const float> parameters) = 0;

    // Sum of the cross-entropy over B x L predictions, in nats. gradient (flat, as in table()) is
    // overwritten with `scale` times the sum's gradient.
    virtual double gradient(const TokenBatch&, const StepContext&, float scale, std::span<float> gradient, Workspace&) const = 0;

    // logits (B, L, V). attention (B, blocks, H, T, T) or empty; rows of positions that predict nothing
    // are filled when all_rows, else zero.
    virtual void forward(const TokenBatch&, std::span<float> logits, std::span<float> attention, bool all_rows, Workspace&) const = 0;

    // logits (B, L, V), and the attention of the predicting rows summed over the sequences is added to
    // attention_sums (blocks, H, L, T), maps = blocks * H. A call may sum in float: give it tens of sequences at a time.
    virtual void forward_sums(const TokenBatch&, int maps, std::span<float> logits, std::span<double> attention_sums, Workspace&) const;
};

enum class Kernels { reference, fast };  // reference: plain Eigen; fast: SIMD, the same results to rounding

std::unique_ptr<Model> make_model(const Settings&, Kernels = Kernels::fast);

}  // namespace ladder
