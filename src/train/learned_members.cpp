#include "train/learned_members.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/portable_exp.h"

namespace ladder {
namespace {

// Rates at which both models learn quickly and safely; wide layers need smaller steps.
double member_rate(const Settings& s) { return s.model == ModelKind::minimal ? 0.08 : std::min(0.01, 0.6 / s.hidden); }

// The same architecture for a task whose only span is the window of the tokens seen.
Settings member_settings(const Settings& run, int lags) {
    Settings s = run;
    s.spans = {lags};
    s.stride = 0;
    s.weights.clear();
    s.length = 1;
    s.data = DataSource::online;
    s.dropout = 0;
    s.query_init = s.value_init = InitKind::xavier;
    s.optimizer = OptimizerKind::adamw;
    s.learning_rate = member_rate(run);
    s.schedule = ScheduleKind::cosine;
    s.steps = LearnedMembers::steps;
    s.weight_decay = 0;
    s.clip = 1;
    return s;
}

}  // namespace

LearnedMembers::Member LearnedMembers::make_member(const Settings& run, std::vector<int> lags) {
    const Settings s = member_settings(run, static_cast<int>(lags.size()));
    std::unique_ptr<Model> model = make_model(s);
    std::vector<float> parameters = initial_parameters(model->table(), s);
    model->prepare(parameters);
    const std::size_t size = parameters.size();
    auto workspace = model->workspace();
    return {std::move(lags), s, std::move(model), std::move(workspace), std::move(parameters), std::vector<float>(size), Optimizer(s, size), Schedule(s)};
}

LearnedMembers::LearnedMembers(const Settings& settings, const Chain& chain)
    : window_(chain.window()), length_(settings.length), vocabulary_(chain.vocabulary()), batch_(settings.model == ModelKind::minimal ? 192 : 48), sampler_(chain, settings.length, settings.seed) {
    for (int k = 1; k <= chain.span_count(); ++k) {
        std::vector<int> lags;
        for (int lag = window_; lag >= 1; --lag)
            if (std::any_of(chain.spans().begin(), chain.spans().end(), [&](const Span& span) { return span.rank <= k && span.has_lag(lag); })) lags.push_back(lag);
        members_.push_back(make_member(settings, std::move(lags)));
    }
}

bool LearnedMembers::done() const {
    return std::all_of(members_.begin(), members_.end(), [](const Member& m) { return m.step >= steps; });
}

std::vector<std::int32_t> LearnedMembers::windows(const Member& member, std::span<const std::int32_t> tokens) const {
    const std::size_t length = static_cast<std::size_t>(window_) + static_cast<std::size_t>(length_);
    std::vector<std::int32_t> out;
    out.reserve(tokens.size() / length * static_cast<std::size_t>(length_) * (member.lags.size() + 1));
    for (std::size_t start = 0; start < tokens.size(); start += length)
        for (int i = window_; i < window_ + length_; ++i) {
            for (const int lag : member.lags) out.push_back(tokens[start + static_cast<std::size_t>(i - lag)]);
            out.push_back(tokens[start + static_cast<std::size_t>(i)]);
        }
    return out;
}

void LearnedMembers::train_step(int k) {
    Member& m = members_[static_cast<std::size_t>(k - 1)];
    if (m.step >= steps) return;
    std::vector<std::int32_t> sequences(static_cast<std::size_t>(batch_ * (window_ + length_)));
    sampler_.sample(Stream::member_data, static_cast<std::uint64_t>(m.step * batch_), batch_, sequences);
    const std::vector<std::int32_t> tokens = windows(m, sequences);
    const int predictions = batch_ * length_;
    const double loss = m.model->gradient({tokens, predictions, static_cast<int>(m.lags.size()) + 1}, {m.settings.seed, m.step, 0}, 1.0f / static_cast<float>(predictions), m.gradient, *m.workspace);
    const double norm = global_norm(m.gradient), rate = m.schedule.rate(m.step);
    ++m.step;
    if (!std::isfinite(loss) || !std::isfinite(norm)) return;  // a batch beyond float's range teaches nothing
    m.optimizer.apply(m.parameters, m.gradient, clip_scale(norm, m.settings.clip), rate, m.parameters);
    m.model->prepare(m.parameters);
}

void LearnedMembers::train_step() {
    for (int k = 1; k <= classes(); ++k)
        if (!done(k)) return train_step(k);
}

void LearnedMembers::probabilities(std::span<const std::int32_t> tokens, std::span<float> out) const {
    const std::size_t d = static_cast<std::size_t>(vocabulary_), h = members_.size(), predictions = out.size() / (h * d);
    std::vector<float> logits(predictions * d);
    for (std::size_t k = 0; k < h; ++k) {
        const Member& m = members_[k];
        const std::vector<std::int32_t> shown = windows(m, tokens);
        const auto workspace = m.model->workspace();
        m.model->forward({shown, static_cast<int>(predictions), static_cast<int>(m.lags.size()) + 1}, logits, {}, false, *workspace);
        for (std::size_t i = 0; i < predictions; ++i) {
            const std::span<const float> row = std::span(logits).subspan(i * d, d);
            const std::span<float> p = out.subspan((i * h + k) * d, d);
            const double top = *std::max_element(row.begin(), row.end());
            double sum = 0;
            for (const float x : row) sum += portable_exp(x - top);
            for (std::size_t v = 0; v < d; ++v) p[v] = static_cast<float>(portable_exp(row[v] - top) / sum);
        }
    }
}

}  // namespace ladder
