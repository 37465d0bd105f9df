// A head's part is what the logits lose without it. In the minimal model with one block that is what the head writes.
#include "ladder/close_up.h"

#include <cmath>
#include <string>

#include "base/error.h"

namespace ladder {
namespace {

// A row of logits at a query, in double and less its mean.
std::vector<double> centred_row(std::span<const float> logits, int row, int vocabulary) {
    const std::span<const float> at = logits.subspan(static_cast<std::size_t>(row) * static_cast<std::size_t>(vocabulary), static_cast<std::size_t>(vocabulary));
    std::vector<double> out(at.begin(), at.end());
    double mean = 0;
    for (const double x : out) mean += x / vocabulary;
    for (double& x : out) x -= mean;
    return out;
}

std::vector<double> softmax(const std::vector<double>& logits) {
    const double top = *std::max_element(logits.begin(), logits.end());
    std::vector<double> p;
    double sum = 0;
    for (const double x : logits) sum += p.emplace_back(std::exp(x - top));
    for (double& x : p) x /= sum;
    return p;
}

}  // namespace

CloseUpBench::CloseUpBench(const Settings& settings, const Chain& chain)
    : settings_(settings), chain_(chain), sampler_(chain, settings.length, settings.seed), model_(make_model(settings)), workspace_(model_->workspace()) {}

std::vector<float> CloseUpBench::forward(std::span<const float> parameters, std::span<const std::int32_t> tokens, std::span<float> attention) {
    std::vector<float> logits(static_cast<std::size_t>(settings_.length) * static_cast<std::size_t>(chain_.vocabulary()));
    model_->prepare(parameters);
    model_->forward({tokens, 1, sampler_.sequence_length()}, logits, attention, false, *workspace_);
    return logits;
}

CloseUp CloseUpBench::look(std::span<const float> parameters, int sequence, int query) {
    if (parameters.size() != model_->table().size())
        throw Error("The model of this moment has " + std::to_string(parameters.size()) + " parameters where the settings ask for " + std::to_string(model_->table().size()) + ".", "Choose another moment of the run.");
    const int V = chain_.vocabulary(), T = input_length(settings_), maps = settings_.blocks * settings_.heads;
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(sampler_.sequence_length()));
    sampler_.sample(Stream::validation_data, static_cast<std::uint64_t>(std::clamp(sequence, 0, sequences() - 1)), 1, tokens);

    CloseUp c;
    c.query = std::clamp(query, first_query(), last_query());
    c.blocks = settings_.blocks, c.heads = settings_.heads;
    c.exact = settings_.model == ModelKind::minimal && settings_.blocks == 1;
    c.tokens.assign(tokens.begin(), tokens.begin() + c.query + 1);
    c.next = tokens[static_cast<std::size_t>(c.query) + 1];
    const int row = c.query - first_query();

    std::vector<float> attention(static_cast<std::size_t>(maps) * static_cast<std::size_t>(T) * static_cast<std::size_t>(T));
    c.logits = centred_row(forward(parameters, tokens, attention), row, V);
    c.model = softmax(c.logits);
    for (int map = 0; map < maps; ++map) {
        const auto from = attention.begin() + (static_cast<std::ptrdiff_t>(map) * T + c.query) * T;
        c.attention.insert(c.attention.end(), from, from + c.query + 1);
    }
    for (int map = 0; map < maps; ++map) {
        std::vector<HeadEdit> edits(static_cast<std::size_t>(maps));
        edits[static_cast<std::size_t>(map)].kind = HeadEdit::Kind::ablated;
        const auto without = centred_row(forward(edit_heads(settings_, model_->table(), chain_, parameters, edits, {}), tokens, {}), row, V);
        for (std::size_t v = 0; v < without.size(); ++v) c.written.push_back(c.logits[v] - without[v]);
    }
    std::vector<float> log_probs(static_cast<std::size_t>(V));
    for (int k = 0; k <= chain_.span_count(); ++k) {
        chain_.log_probs(k, std::span(tokens).subspan(static_cast<std::size_t>(row), static_cast<std::size_t>(chain_.window())), log_probs);
        auto& p = c.classes.emplace_back();
        for (const float x : log_probs) p.push_back(std::exp(static_cast<double>(x)));
    }
    const std::vector<double>& truth = c.classes.back();
    for (std::size_t v = 0; v < truth.size(); ++v)
        if (truth[v] > 0) c.kl += truth[v] * std::log(truth[v] / std::max(c.model[v], 1e-300));
    return c;
}

}  // namespace ladder
