// The trainer does the work; here its numbers are named as in the file.
#include "train/replay.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "train/trainer.h"

namespace ladder {
namespace {

constexpr std::int64_t most_weights = std::int64_t{1} << 27;  // attention weights: half a gigabyte

std::vector<float> initial_values(const Fixture& fixture, const ParameterTable& table) {
    std::vector<float> flat(table.size());
    for (const ParameterInfo& p : table.entries()) {
        const std::vector<float>& values = fixture.file.f32("init." + p.name, p.shape).f32;
        if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }))
            throw Error(fixture.name + ": init." + p.name + " holds values that are not finite.", "Every entry must be an ordinary number.");
        std::copy(values.begin(), values.end(), flat.begin() + static_cast<std::ptrdiff_t>(p.offset));
    }
    return flat;
}

void check_constants(const Fixture& fixture, const ParameterTable& table) {
    for (const ConstantTensor& c : table.constants())
        if (fixture.file.has("init." + c.name) && fixture.file.f32("init." + c.name, c.shape).f32 != c.values)
            throw Error(fixture.name + ": init." + c.name + " differs from the model's, which is fixed.", "It must hold ones on the diagonal and zeros elsewhere.");
}

void add_parameters(TensorFile& out, const std::string& prefix, const ParameterTable& table, std::span<const float> flat) {
    for (const ParameterInfo& p : table.entries()) {
        const auto values = flat.subspan(p.offset, p.size());
        out.add(prefix + p.name, p.shape, std::vector<float>(values.begin(), values.end()));
    }
}

// Loss and KL_0..KL_h of the logits (B, L, V).
void compare_with_chain(const Fixture& fixture, const Chain& chain, std::span<const float> logits, Replay& out) {
    const int V = chain.vocabulary(), L = fixture.settings.length, w = chain.window(), h = chain.span_count();
    const double predictions = static_cast<double>(fixture.sequences) * L;
    std::vector<float> ideal(static_cast<std::size_t>(V));
    out.kl.assign(static_cast<std::size_t>(h) + 1, 0.0);
    for (int b = 0; b < fixture.sequences; ++b)
        for (int r = 0; r < L; ++r) {
            const std::int32_t* past = fixture.tokens.data() + static_cast<std::ptrdiff_t>(b) * (w + L) + r;
            const float* row = logits.data() + (static_cast<std::ptrdiff_t>(b) * L + r) * V;
            const double top = *std::max_element(row, row + V);
            double sum = 0;
            for (int v = 0; v < V; ++v) sum += std::exp(row[v] - top);
            const double lse = top + std::log(sum);
            out.loss_at_start += (lse - row[past[w]]) / predictions;
            for (int k = 0; k <= h; ++k) {
                chain.log_probs(k, {past, static_cast<std::size_t>(w)}, ideal);
                double kl = 0;
                for (int v = 0; v < V; ++v) kl += std::exp(static_cast<double>(ideal[static_cast<std::size_t>(v)])) * (ideal[static_cast<std::size_t>(v)] - (row[v] - lse));
                out.kl[static_cast<std::size_t>(k)] += kl / predictions;
            }
        }
}

// Who computes: the trainer on this thread, or a device that started as the trainer.
class Engine {
public:
    Engine(Trainer& trainer, const MakeStepDevice& make) : trainer_(trainer), workspace_(trainer.model().workspace()) {
        const Trainer* const trainers[] = {&trainer};
        if (make) device_ = make(trainers);
    }

    const Trainer& trainer() const { return trainer_; }

    void forward(const TokenBatch& batch, std::span<float> logits, std::span<float> attention) const {
        if (device_) device_->forward(0, batch, logits, attention, true);
        else trainer_.model().forward(batch, logits, attention, true, *workspace_);
    }
    std::vector<float> gradient() const {
        if (device_) return device_->gradient(0).gradient;
        TreeSum sum(trainer_.shards());
        for (int shard = 0; shard < trainer_.shards(); ++shard) sum.add({0, shard}, trainer_.gradient(shard, *workspace_));
        return sum.take_root().gradient;
    }
    StepResult step() { return device_ ? device_->advance(1).front() : trainer_.train_step(*workspace_); }
    std::vector<float> parameters() const { return device_ ? device_->checkpoint(0).parameters : std::vector<float>(trainer_.parameters().begin(), trainer_.parameters().end()); }

private:
    Trainer& trainer_;
    std::unique_ptr<Model::Workspace> workspace_;
    std::unique_ptr<StepDevice> device_;
};

void add_forward(const Fixture& fixture, const Engine& engine, Replay& out) {
    const Trainer& trainer = engine.trainer();
    const Settings& s = trainer.settings();
    const int B = fixture.sequences, L = s.length, V = s.vocabulary, T = input_length(s), H = s.heads, N = s.blocks;
    std::vector<float> logits(static_cast<std::size_t>(B) * L * V);
    const std::size_t map = static_cast<std::size_t>(H) * T * T;
    std::vector<float> attention(static_cast<std::size_t>(B) * N * map), by_block(attention.size());
    engine.forward({fixture.tokens, B, T + 1}, logits, attention);
    for (int b = 0; b < B; ++b)  // (B, blocks, ..) to (blocks, B, ..), the file's order
        for (int n = 0; n < N; ++n)
            std::copy_n(attention.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(b) * N + n) * map), map,
                        by_block.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(n) * B + b) * map));
    compare_with_chain(fixture, trainer.chain(), logits, out);
    out.tensors.add("logits", {B, L, V}, std::move(logits));
    out.tensors.add("attention", {N, B, H, T, T}, std::move(by_block));
}

}  // namespace

Replay replay(const Fixture& fixture, int steps, Kernels kernels, const MakeStepDevice& make_device) {
    Settings settings = fixture.settings;
    settings.validation = 1;  // the trainer's own held-out sequences are not used here
    const std::int64_t T = input_length(settings);
    if (fixture.sequences * T * T * settings.heads * settings.blocks > most_weights)
        throw Error(fixture.name + ": the attention maps of " + std::to_string(fixture.sequences) + " sequences would not fit into memory.", "Use a file with fewer sequences.");

    const auto model = make_model(settings, kernels);
    check_constants(fixture, model->table());
    Trainer trainer(settings, fixture.features, initial_values(fixture, model->table()), fixture.tokens, kernels);
    const ParameterTable& table = trainer.model().table();
    Engine engine(trainer, make_device);

    Replay out;
    out.tensors.metadata = {{"kind", "replay"}, {"source", fixture.name}, {"settings", settings_to_json(trainer.settings())}};
    add_forward(fixture, engine, out);
    add_parameters(out.tensors, "grad.", table, engine.gradient());

    for (int step = 1; step <= steps; ++step) {
        const StepResult result = engine.step();
        out.diverged = result.diverged;
        if (result.diverged) break;
        out.losses.push_back(result.loss);
        out.gradient_norms.push_back(result.gradient_norm);
        if (step != 1 && step != 5 && step != 20 && step != steps) continue;
        const std::string prefix = "after" + std::to_string(step) + ".";
        add_parameters(out.tensors, prefix, table, engine.parameters());
        for (const ConstantTensor& c : table.constants()) out.tensors.add(prefix + c.name, c.shape, c.values);
    }
    return out;
}

}  // namespace ladder
