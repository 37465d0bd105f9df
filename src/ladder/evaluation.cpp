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
constexpr std::size_t kept_limit = std::size_t{64} << 20;  // bytes

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
    add_to(learned_kl, other.learned_kl);
    add_to(attention, other.attention);
}

bool Evaluation::finite() const {
    const auto all = [](const auto& values) { return std::all_of(values.begin(), values.end(), [](auto x) { return std::isfinite(x); }); };
    return std::isfinite(loss) && std::isfinite(bayes_loss) && all(kl) && all(learned_kl) && all(attention) && all(span_mass);
}

Evaluator::Evaluator(const Chain& chain, const Settings& settings, std::span<const std::int32_t> tokens)
    : chain_(chain), settings_(settings), tokens_(tokens), length_(chain.window() + settings.length) {
    if (tokens.empty() || tokens.size() % static_cast<std::size_t>(length_) != 0)
        throw Error("The held-out tokens are no whole number of sequences of " + std::to_string(length_) + " tokens.");
    sequences_ = static_cast<int>(tokens.size() / static_cast<std::size_t>(length_));

    const std::size_t d = static_cast<std::size_t>(chain_.vocabulary()), h = static_cast<std::size_t>(chain_.span_count()), w = static_cast<std::size_t>(chain_.window());
    const auto ideal_members = [this](int first_rank, int count) {
        Members m = empty_members(count, [this, first_rank, count](std::span<const std::int32_t> sequence_tokens, std::span<float> out) { ideal_of(sequence_tokens, first_rank, count, out); });
        prepare(m);
        return m;
    };
    ideal_ = ideal_members(1, chain_.span_count());
    if (chain_.ngrams()) bottom_ = ideal_members(0, 1);
    std::vector<float> scratch(per_sequence(ideal_.count));
    bayes_loss_.assign(static_cast<std::size_t>(shards_), 0.0);
    for (int shard = 0; shard < shards_; ++shard)
        for (int i = shard_first(shard); i < shard_first(shard + 1); ++i) {
            const float* p = probabilities(ideal_, i, scratch);
            for (std::size_t r = 0; r < static_cast<std::size_t>(settings_.length); ++r) {
                const float p_target = p[(r * h + (h - 1)) * d + static_cast<std::size_t>(sequence(i)[w + r])];
                bayes_loss_[static_cast<std::size_t>(shard)] -= std::log(std::max(static_cast<double>(p_target), 1e-300));
            }
        }
}

std::size_t Evaluator::per_sequence(int count) const { return static_cast<std::size_t>(settings_.length) * static_cast<std::size_t>(count) * static_cast<std::size_t>(chain_.vocabulary()); }

void Evaluator::ideal_of(std::span<const std::int32_t> tokens, int first, int count, std::span<float> out) const {
    const int d = chain_.vocabulary(), w = chain_.window();
    for (int r = 0; r < settings_.length; ++r)
        for (int k = 0; k < count; ++k) {
            const auto row = out.subspan((static_cast<std::size_t>(r) * count + k) * d, static_cast<std::size_t>(d));
            chain_.log_probs(first + k, tokens.subspan(static_cast<std::size_t>(r), static_cast<std::size_t>(w)), row);
            for (float& x : row) x = exp_negative(x);
        }
}

Evaluator::Members Evaluator::empty_members(int count, std::function<void(std::span<const std::int32_t>, std::span<float>)> compute) const {
    const std::size_t all = per_sequence(count) * static_cast<std::size_t>(sequences_);
    Members m{std::move(compute), count, {}, {}};
    if (all * sizeof(float) <= kept_limit) m.kept.resize(all);
    m.constant.assign(static_cast<std::size_t>(shards_), std::vector<double>(static_cast<std::size_t>(count)));
    return m;
}

void Evaluator::prepare(Members& m, int shard) const {
    const std::size_t d = static_cast<std::size_t>(chain_.vocabulary()), members = static_cast<std::size_t>(m.count), size = per_sequence(m.count);
    std::vector<float> scratch(m.kept.empty() ? size : 0);
    std::vector<double>& sums = m.constant[static_cast<std::size_t>(shard)];
    for (int i = shard_first(shard); i < shard_first(shard + 1); ++i) {
        const std::span<float> p = m.kept.empty() ? std::span(scratch) : std::span(m.kept).subspan(size * static_cast<std::size_t>(i), size);
        m.compute(sequence(i), p);
        for (std::size_t row = 0; row < size / d; ++row) {
            double negative_entropy = 0;
            for (const float q : p.subspan(row * d, d))
                if (q > 0) negative_entropy += q * std::log(static_cast<double>(q));
            sums[row % members] += negative_entropy;
        }
    }
}

void Evaluator::prepare(Members& m) const {
    for (int shard = 0; shard < shards_; ++shard) prepare(m, shard);
}

const float* Evaluator::probabilities(const Members& m, int i, std::span<float> scratch) const {
    if (!m.kept.empty()) return m.kept.data() + per_sequence(m.count) * static_cast<std::size_t>(i);
    m.compute(sequence(i), scratch);
    return scratch.data();
}

void Evaluator::begin_learned(std::function<void(std::span<const std::int32_t>, std::span<float>)> compute) { learned_ = empty_members(chain_.span_count(), std::move(compute)); }

void Evaluator::set_learned(std::function<void(std::span<const std::int32_t>, std::span<float>)> compute) {
    begin_learned(std::move(compute));
    prepare(*learned_);
}

std::size_t Evaluator::attention_size() const {
    std::size_t size = 1;
    for (const int n : {settings_.blocks, settings_.heads, settings_.length, length_ - 1}) size *= static_cast<std::size_t>(n);
    return size;
}

EvaluationSums Evaluator::evaluate(const Model& model, int shard, Model::Workspace& workspace) const {
    const int d = chain_.vocabulary(), h = chain_.span_count(), w = chain_.window(), L = settings_.length;
    const int maps = settings_.blocks * settings_.heads;
    const std::size_t at = static_cast<std::size_t>(shard), row_size = static_cast<std::size_t>(L) * d;

    EvaluationSums sums;
    sums.attention.assign(attention_size(), 0.0);
    // Cross-entropies of the targets, then of the uniform predictor and the members.
    std::vector<double> to_ideal(static_cast<std::size_t>(h) + 2), to_learned(to_ideal.size()), to_bottom(3);
    std::vector<float> logits(chunk * row_size), scratch(per_sequence(h));
    const RowKernels& kernels = row_kernels();

    const int end = shard_first(shard + 1);
    for (int first = shard_first(shard); first < end; first += chunk) {
        const int count = std::min(chunk, end - first);
        const TokenBatch batch{tokens_.subspan(static_cast<std::size_t>(first) * length_, static_cast<std::size_t>(count) * length_), count, length_};
        model.forward_sums(batch, maps, std::span(logits).first(static_cast<std::size_t>(count) * row_size), sums.attention, workspace);
        for (int b = 0; b < count; ++b) {
            const float* row = logits.data() + static_cast<std::size_t>(b) * row_size;
            const std::int32_t* targets = sequence(first + b).data() + w;
            kernels.cross_entropies(row, probabilities(ideal_, first + b, scratch), targets, L, d, h, to_ideal.data());
            if (bottom_) kernels.cross_entropies(row, probabilities(*bottom_, first + b, scratch), targets, L, d, 1, to_bottom.data());
            if (learned_) kernels.cross_entropies(row, probabilities(*learned_, first + b, scratch), targets, L, d, h, to_learned.data());
        }
        sums.sequences += count;
        sums.predictions += static_cast<std::int64_t>(count) * L;
    }
    sums.loss = to_ideal[0];
    sums.bayes_loss = bayes_loss_[at];
    sums.kl.push_back(bottom_ ? to_bottom[2] + bottom_->constant[at][0] : to_ideal[1] - static_cast<double>(sums.predictions) * std::log(static_cast<double>(d)));
    for (std::size_t k = 0; k < static_cast<std::size_t>(h); ++k) {
        sums.kl.push_back(to_ideal[k + 2] + ideal_.constant[at][k]);
        if (learned_) sums.learned_kl.push_back(to_learned[k + 2] + learned_->constant[at][k]);
    }
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
    for (const double kl : sums.learned_kl) e.learned_kl.push_back(kl / predictions);
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
