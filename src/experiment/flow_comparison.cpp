#include "experiment/flow_comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace ladder {

FlowSettings flow_of_run(const Chain& chain, const Evaluation& first, const FlowSettings& variant) {
    if (chain.ngrams()) throw Error(no_flow_of_text);
    FlowSettings s = variant;
    const int h = chain.span_count(), w = chain.window();
    s.heads = std::clamp(first.heads, 1, 16);
    // Row r of the predictions sees w + r positions.
    double share = 0;
    for (int r = 0; r < first.predictions; ++r) share += 1.0 / (w + r);
    s.positions = std::clamp(first.predictions > 0 ? static_cast<int>(std::lround(first.predictions / share)) : w, std::max(w, h), 1000);
    s.features = std::max(s.features, h);
    s.strengths.clear();
    s.target.assign(static_cast<std::size_t>(h) * s.positions, 0);
    const auto& spans = chain.spans();
    const auto d = static_cast<std::size_t>(chain.vocabulary());
    for (int rank = 1; rank <= h; ++rank) {
        const auto k = static_cast<std::size_t>(chain.span_of_rank(rank));
        const Span& span = spans[k];
        const double weights = std::accumulate(span.weights.begin(), span.weights.end(), 0.0);
        // |A_k| over sqrt(d), with the chain's scale in it, for each of the span's lags.
        double norm = 0;
        for (float v : chain.features().subspan(k * d * d, d * d)) norm += static_cast<double>(v) * v;
        s.strengths.push_back(std::min(1000.0, std::sqrt(norm / static_cast<double>(d)) * weights));
        for (int lag = span.nearest_lag; lag <= span.oldest_lag; ++lag)
            s.target[static_cast<std::size_t>(rank - 1) * s.positions + static_cast<std::size_t>(s.positions - lag)] = weights > 0 ? span.weights[static_cast<std::size_t>(span.oldest_lag - lag)] / weights : 1.0 / (span.oldest_lag - span.nearest_lag + 1);
    }
    // Each head's first attention: its mass on a span evenly on the span's lags, the rest evenly elsewhere. Lags in several spans count once.
    s.first_attention.assign(static_cast<std::size_t>(s.heads) * s.positions, 0);
    for (int head = 0; head < s.heads; ++head) {
        double* row = s.first_attention.data() + static_cast<std::size_t>(head) * s.positions;
        std::vector<bool> taken(static_cast<std::size_t>(s.positions), false);
        for (std::size_t k = 0; k < spans.size(); ++k) {
            const std::size_t at = static_cast<std::size_t>(head) * spans.size() + k;
            const double mass = at < first.span_mass.size() && std::isfinite(first.span_mass[at]) ? std::clamp<double>(first.span_mass[at], 1e-6, 1) : 1e-6;
            const int length = spans[k].oldest_lag - spans[k].nearest_lag + 1;
            for (int lag = spans[k].nearest_lag; lag <= spans[k].oldest_lag; ++lag) row[s.positions - lag] = mass / length, taken[static_cast<std::size_t>(s.positions - lag)] = true;
        }
        const auto others = static_cast<double>(std::count(taken.begin(), taken.end(), false));
        const double used = std::accumulate(row, row + s.positions, 0.0);
        for (int i = 0; i < s.positions; ++i)
            if (!taken[static_cast<std::size_t>(i)]) row[i] = std::max(1e-6, 1 - used) / others;
        const double sum = std::accumulate(row, row + s.positions, 0.0);
        for (int i = 0; i < s.positions; ++i) row[i] /= sum;
    }
    return s;
}

double predicted_mass(const Chain& chain, const FlowSettings& s, const FlowSolution& solution, int head, int span, double time) {
    const int pattern = chain.spans()[static_cast<std::size_t>(span)].rank - 1;
    const auto& moments = solution.moments;
    if (moments.empty() || !(time <= moments.back().time)) return NAN;
    const auto after = std::lower_bound(moments.begin(), moments.end(), time, [](const FlowMoment& m, double t) { return m.time < t; });
    const double right = pattern_mass(s, *after, head, pattern);
    if (after == moments.begin()) return right;
    const FlowMoment& before = *std::prev(after);
    const double left = pattern_mass(s, before, head, pattern);
    return left + (right - left) * (time - before.time) / (after->time - before.time);
}

FlowComparison compare(const Chain& chain, const FlowSettings& s, const FlowSolution& solution, const std::vector<std::int64_t>& reached, std::span<const double> steps, std::span<const float> measured, int heads) {
    FlowComparison c;
    const int h = chain.span_count();
    double logarithms = 0;
    for (int rank = 1; rank <= h; ++rank) {
        FlowComparison::Stage stage{rank, 0, static_cast<std::size_t>(rank) < reached.size() ? reached[static_cast<std::size_t>(rank)] : -1};
        for (const FlowStage& p : solution.stages)
            if (p.pattern == rank - 1) stage.predicted = p.time;
        if (stage.predicted > 0 && stage.measured > 0) {
            for (const auto& other : c.stages)
                if (other.predicted > 0 && other.measured > 0 && (other.predicted < stage.predicted) != (other.measured <= stage.measured)) c.same_order = false;
            logarithms += std::log(static_cast<double>(stage.measured) / stage.predicted);
            ++c.fitted;
        }
        c.stages.push_back(stage);
    }
    c.head.resize(static_cast<std::size_t>(heads));
    std::iota(c.head.begin(), c.head.end(), 0);
    if (c.fitted == 0) return c;
    c.steps_per_time = std::exp(logarithms / c.fitted);
    for (const auto& stage : c.stages)
        if (stage.predicted > 0 && stage.measured > 0) c.worst_factor = std::max(c.worst_factor, std::exp(std::abs(std::log(stage.predicted * c.steps_per_time / static_cast<double>(stage.measured)))));

    // Squared distance of each pair of heads, then pairs from the nearest on.
    const auto spans = static_cast<std::size_t>(h), all = static_cast<std::size_t>(heads);
    std::vector<double> distance(all * all, 0);
    for (std::size_t i = 0; i < steps.size(); ++i)
        for (std::size_t p = 0; p < all; ++p)
            for (std::size_t k = 0; k < spans; ++k) {
                const double value = predicted_mass(chain, s, solution, static_cast<int>(p), static_cast<int>(k), steps[i] / c.steps_per_time);
                for (std::size_t m = 0; std::isfinite(value) && m < all; ++m) distance[m * all + p] += std::pow(value - static_cast<double>(measured[(i * all + m) * spans + k]), 2);
            }
    std::vector<bool> run_taken(all, false), flow_taken(all, false);
    for (std::size_t n = 0; n < all; ++n) {
        std::size_t best = all * all;
        for (std::size_t at = 0; at < all * all; ++at)
            if (!run_taken[at / all] && !flow_taken[at % all] && (best == all * all || distance[at] < distance[best])) best = at;
        run_taken[best / all] = flow_taken[best % all] = true;
        c.head[best / all] = static_cast<int>(best % all);
    }
    return c;
}

}  // namespace ladder
