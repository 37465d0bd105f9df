// Held-out loss, KL_0..KL_h and mean attention of a model. KL(p_k || q) is split into -entropy(p_k), which
// never changes, and the cross-entropy sum_v p_k(v) (lse - logit_v), which is the only part computed anew.
// Sums within a prediction are float in fixed lanes, everything above is double.
#include "ladder/evaluation.h"

#include <algorithm>
#include <cmath>

#include "base/bit_cast.h"
#include "base/error.h"
#include "kernels/rows.h"

namespace ladder {
namespace {

constexpr int chunk = 16;                                // sequences per forward call: the buffers stay in cache
constexpr std::size_t ideal_limit = std::size_t{64} << 20;  // bytes

// exp(x) for x <= 0, relative error below 3e-7; 0 below -87. Multiplications and additions only, so a
// compiler can vectorise it and every machine gets the same bits.
inline float exp_negative(float x) {
    const float clamped = x < -87.0f ? -87.0f : x;
    const float shifted = clamped * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: rounds to the nearest integer
    const float n = shifted - 12582912.0f;
    const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;  // ln 2 in two parts
    float p = 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const std::uint32_t exponent = (bit_cast<std::uint32_t>(shifted) - 0x4B400000u + 127u) << 23;
    const float value = p * bit_cast<float>(exponent);
    return x < -87.0f ? 0.0f : value;
}

}  // namespace

void EvaluationSums::add(const EvaluationSums& other) {
    predictions += other.predictions;
    sequences += other.sequences;
    loss += other.loss;
    bayes_loss += other.bayes_loss;
    const auto add_to = [](std::vector<double>& into, const std::vector<double>& from) {
        if (into.empty()) into.assign(from.size(), 0.0);
        for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
    };
    add_to(kl, other.kl);
    add_to(attention, other.attention);
}

bool Evaluation::finite() const {
    const auto all = [](const auto& values) { return std::all_of(values.begin(), values.end(), [](auto x) { return std::isfinite(x); }); };
    return std::isfinite(loss) && std::isfinite(bayes_loss) && all(kl) && all(attention) && all(span_mass);
}

Evaluator::Evaluator(const Chain& chain, const Settings& settings, std::span<const std::int32_t> tokens)
    : chain_(chain), settings_(settings), tokens_(tokens), length_(chain.window() + settings.length) {
    if (tokens.empty() || tokens.size() % static_cast<std::size_t>(length_) != 0)
        throw Error("The held-out tokens are no whole number of sequences of " + std::to_string(length_) + " tokens.");
    sequences_ = static_cast<int>(tokens.size() / static_cast<std::size_t>(length_));

    const int d = chain_.vocabulary(), h = chain_.span_count(), w = chain_.window(), L = settings_.length;
    const std::size_t per_sequence = static_cast<std::size_t>(L) * h * d;
    const bool keep = per_sequence * sequences_ * sizeof(float) <= ideal_limit;
    if (keep) ideal_.resize(per_sequence * sequences_);
    std::vector<float> scratch(keep ? 0 : per_sequence);
    constant_.resize(static_cast<std::size_t>(shards_));
    for (int shard = 0; shard < shards_; ++shard) {
        EvaluationSums& sums = constant_[static_cast<std::size_t>(shard)];
        sums.kl.assign(static_cast<std::size_t>(h) + 1, 0.0);
        for (int s = shard_first(shard); s < shard_first(shard + 1); ++s) {
            const std::span<float> p = keep ? std::span(ideal_).subspan(per_sequence * s, per_sequence) : std::span(scratch);
            ideal_of_sequence(s, p);
            for (int r = 0; r < L; ++r) {
                sums.kl[0] -= std::log(static_cast<double>(d));
                for (int k = 1; k <= h; ++k) {
                    const float* q = p.data() + (static_cast<std::size_t>(r) * h + (k - 1)) * d;
                    double negative_entropy = 0;
                    for (int v = 0; v < d; ++v)
                        if (q[v] > 0) negative_entropy += q[v] * std::log(static_cast<double>(q[v]));
                    sums.kl[static_cast<std::size_t>(k)] += negative_entropy;
                }
                const std::int32_t target = tokens_[static_cast<std::size_t>(s) * length_ + w + r];
                const float p_target = p[(static_cast<std::size_t>(r) * h + (h - 1)) * d + target];
                sums.bayes_loss -= std::log(std::max(static_cast<double>(p_target), 1e-300));
            }
        }
    }
}

void Evaluator::ideal_of_sequence(int sequence, std::span<float> out) const {
    const int d = chain_.vocabulary(), h = chain_.span_count(), w = chain_.window();
    const auto tokens = tokens_.subspan(static_cast<std::size_t>(sequence) * length_, static_cast<std::size_t>(length_));
    for (int r = 0; r < settings_.length; ++r)
        for (int k = 1; k <= h; ++k) {
            const auto row = out.subspan((static_cast<std::size_t>(r) * h + (k - 1)) * d, static_cast<std::size_t>(d));
            chain_.log_probs(k, tokens.subspan(static_cast<std::size_t>(r), static_cast<std::size_t>(w)), row);
            for (float& x : row) x = exp_negative(x);
        }
}

EvaluationSums Evaluator::evaluate(const Model& model, int shard, Model::Workspace& workspace) const {
    const int d = chain_.vocabulary(), h = chain_.span_count(), w = chain_.window(), L = settings_.length;
    const int T = length_ - 1, maps = settings_.blocks * settings_.heads;
    const std::size_t rows = static_cast<std::size_t>(L) * T;
    const std::size_t per_sequence = static_cast<std::size_t>(L) * h * d;

    EvaluationSums sums = constant_[static_cast<std::size_t>(shard)];
    sums.attention.assign(static_cast<std::size_t>(maps) * rows, 0.0);
    std::vector<double> cross_entropies(static_cast<std::size_t>(h) + 2);  // of the targets, then to p_0 (uniform) .. p_h
    std::vector<float> logits(static_cast<std::size_t>(chunk) * L * d);
    std::vector<float> scratch(ideal_.empty() ? per_sequence : 0);
    const RowKernels& kernels = row_kernels();

    const int end = shard_first(shard + 1);
    for (int first = shard_first(shard); first < end; first += chunk) {
        const int count = std::min(chunk, end - first);
        const TokenBatch batch{tokens_.subspan(static_cast<std::size_t>(first) * length_, static_cast<std::size_t>(count) * length_), count, length_};
        model.forward_sums(batch, maps, std::span(logits).first(static_cast<std::size_t>(count) * L * d), sums.attention, workspace);
        for (int b = 0; b < count; ++b) {
            const float* ideal = scratch.data();
            if (ideal_.empty()) ideal_of_sequence(first + b, scratch);
            else ideal = ideal_.data() + per_sequence * (first + b);
            kernels.cross_entropies(logits.data() + static_cast<std::size_t>(b) * L * d, ideal, batch.tokens.data() + static_cast<std::size_t>(b) * length_ + w, L, d, h,
                                    cross_entropies.data());
        }
        sums.sequences += count;
        sums.predictions += static_cast<std::int64_t>(count) * L;
    }
    sums.loss += cross_entropies[0];
    for (std::size_t k = 0; k < sums.kl.size(); ++k) sums.kl[k] += cross_entropies[k + 1];
    return sums;
}

Evaluation Evaluator::finish(const EvaluationSums& sums) const {
    const int h = chain_.span_count(), w = chain_.window(), L = settings_.length, T = length_ - 1;
    const double predictions = static_cast<double>(std::max<std::int64_t>(sums.predictions, 1));
    const double sequences = static_cast<double>(std::max<std::int64_t>(sums.sequences, 1));

    Evaluation e;
    e.loss = sums.loss / predictions;
    e.bayes_loss = sums.bayes_loss / predictions;
    for (const double kl : sums.kl) e.kl.push_back(kl / predictions);
    e.blocks = settings_.blocks;
    e.heads = settings_.heads;
    e.predictions = L;
    e.positions = T;
    e.attention.reserve(sums.attention.size());
    for (const double a : sums.attention) e.attention.push_back(static_cast<float>(a / sequences));

    for (int m = 0; m < e.blocks * e.heads; ++m)
        for (int s = 0; s < h; ++s) {
            const Span& span = chain_.spans()[static_cast<std::size_t>(s)];
            double mass = 0;
            for (int r = 0; r < L; ++r) {
                const float* row = e.attention.data() + (static_cast<std::size_t>(m) * L + r) * T;
                // Query position i = w - 1 + r predicts token i + 1, whose lag-l token sits at i + 1 - l.
                for (int lag = span.nearest_lag; lag <= span.oldest_lag; ++lag) mass += row[w + r - lag];
            }
            e.span_mass.push_back(static_cast<float>(mass / L));
        }
    return e;
}

}  // namespace ladder
