// `ladder replay`: repeats a reference training run. Starts from the file's init.* values, trains on its
// tokens as one fixed batch, and writes what the file holds, computed anew: logits, attention, grad.*
// (before clipping) of the first step, and the parameters after 1, 5, 20 and the last step.
#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/fixture.h"
#include "base/error.h"
#include "base/files.h"
#include "ladder/evaluation.h"
#include "train/trainer.h"

namespace ladder::cli {
namespace {

// Named tensors of one flat buffer laid out as in the table.
void add_parameters(TensorFile& out, const std::string& prefix, const ParameterTable& table, std::span<const float> flat) {
    for (const ParameterInfo& p : table.entries()) {
        const auto values = flat.subspan(p.offset, p.size());
        out.add(prefix + p.name, p.shape, std::vector<float>(values.begin(), values.end()));
    }
}

std::vector<float> initial_values(const Fixture& fixture, const ParameterTable& table) {
    std::vector<float> flat(table.size());
    for (const ParameterInfo& p : table.entries()) {
        const Tensor& tensor = fixture.file.f32("init." + p.name, p.shape);
        std::copy(tensor.f32.begin(), tensor.f32.end(), flat.begin() + static_cast<std::ptrdiff_t>(p.offset));
    }
    return flat;
}

// Weights of the file that the model does not train (the minimal model's read-out, which takes the first d
// components) pass through unchanged.
void add_untrained(TensorFile& out, const std::string& prefix, const Fixture& fixture, const ParameterTable& table) {
    for (const auto& [name, tensor] : fixture.file.tensors) {
        if (name.rfind("init.", 0) != 0 || tensor.type != Tensor::Type::f32) continue;
        const std::string plain = name.substr(5);
        const bool trained = std::any_of(table.entries().begin(), table.entries().end(), [&](const ParameterInfo& p) { return p.name == plain; });
        if (!trained) out.add(prefix + plain, tensor.shape, tensor.f32);
    }
}

void check_fixed_readout(const std::string& path, const Fixture& fixture, const ParameterTable& table) {
    const std::string name = "decoder.weight";
    const bool trained = std::any_of(table.entries().begin(), table.entries().end(), [&](const ParameterInfo& p) { return p.name == name; });
    if (trained || !fixture.file.has("init." + name)) return;
    const std::int64_t shape[] = {fixture.settings.vocabulary, -1};
    const Tensor& t = fixture.file.f32("init." + name, shape);
    for (std::int64_t row = 0; row < t.shape[0]; ++row)
        for (std::int64_t column = 0; column < t.shape[1]; ++column)
            if (t.f32[static_cast<std::size_t>(row * t.shape[1] + column)] != (row == column ? 1.0f : 0.0f))
                throw Error(path + ": init.decoder.weight is not the minimal model's fixed read-out.", "It must hold ones on the diagonal and zeros elsewhere.");
}

void add_forward(TensorFile& out, const Trainer& trainer, const Fixture& fixture, Model::Workspace& workspace) {
    const Settings& s = trainer.settings();
    const int B = fixture.sequences, L = s.length, d = s.vocabulary, T = input_length(s), H = s.heads, N = s.blocks;
    std::vector<float> logits(static_cast<std::size_t>(B) * L * d);
    const std::size_t map = static_cast<std::size_t>(H) * T * T;
    std::vector<float> attention(static_cast<std::size_t>(B) * N * map), by_block(attention.size());
    trainer.model().forward({fixture.tokens, B, T + 1}, logits, attention, true, workspace);
    for (int b = 0; b < B; ++b)  // (B, blocks, ..) to (blocks, B, ..), the file's order
        for (int n = 0; n < N; ++n)
            std::copy_n(attention.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(b) * N + n) * map), map,
                        by_block.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(n) * B + b) * map));
    out.add("logits", {B, L, d}, std::move(logits));
    out.add("attention", {N, B, H, T, T}, std::move(by_block));
}

}  // namespace

int replay(const FixtureOptions& options) {
    const Fixture fixture = read_fixture(options.file, "training");
    Settings settings = fixture.settings;
    settings.validation = std::min(settings.validation, 16);  // the trainer's own held-out sequences are not used here
    std::vector<float> parameters = initial_values(fixture, make_model(settings, options.kernels)->table());
    Trainer trainer(settings, fixture.features, std::move(parameters), fixture.tokens, options.kernels);
    const ParameterTable& table = trainer.model().table();
    check_fixed_readout(options.file, fixture, table);
    const auto workspace = trainer.model().workspace();

    TensorFile out;
    out.metadata = {{"kind", "replay"}, {"source", options.file}, {"settings", settings_to_json(settings)}};
    add_forward(out, trainer, fixture, *workspace);

    const Evaluator evaluator(trainer.chain(), settings, fixture.tokens);
    EvaluationSums sums;
    for (int shard = 0; shard < evaluator.shards(); ++shard) sums.add(evaluator.evaluate(trainer.model(), shard, *workspace));
    const Evaluation start = evaluator.finish(sums);

    TreeSum tree(trainer.shards());
    for (int shard = 0; shard < trainer.shards(); ++shard) tree.add({0, shard}, trainer.gradient(shard, *workspace));
    add_parameters(out, "grad.", table, tree.take_root().gradient);

    std::vector<double> losses, norms;
    bool has_diverged = false;
    for (int step = 1; step <= options.steps && !has_diverged; ++step) {
        const StepResult result = trainer.train_step(*workspace);
        has_diverged = result.diverged;
        if (has_diverged) break;
        losses.push_back(result.loss);
        norms.push_back(result.gradient_norm);
        if (step != 1 && step != 5 && step != 20 && step != options.steps) continue;
        const std::string prefix = "after" + std::to_string(step) + ".";
        add_parameters(out, prefix, table, trainer.parameters());
        add_untrained(out, prefix, fixture, table);
    }
    write_file(options.out, format_safetensors(out));

    const nlohmann::ordered_json json = {{"steps", losses.size()}, {"diverged", has_diverged}, {"losses", losses}, {"grad_norms", norms},
                                         {"loss_at_start", start.loss}, {"kl_ideal_0_to_h", start.kl},
                                         {"kl_ideal_1_to_h", std::vector<double>(start.kl.begin() + 1, start.kl.end())}, {"out", options.out}};
    std::printf("%s\n", json.dump().c_str());
    return has_diverged ? diverged : done;
}

}  // namespace ladder::cli
