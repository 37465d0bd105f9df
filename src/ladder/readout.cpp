// From evaluations to rung, height, head roles and phase. Every discrete reading has hysteresis, so that
// noise between two evaluations does not flip what a person is told; the continuous ones have none.
#include "ladder/readout.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace ladder {
namespace {

// A rung changes at once when the new class is nearer by this part of the distance between the two
// classes, and after `patience` evaluations in a row when it is nearer by the smaller part.
constexpr double clear_margin = 0.15;
constexpr double small_margin = 0.05;
constexpr int patience = 3;

constexpr double stands_out = 1.5;    // attention per lag, relative to uniform attention, that makes a role
constexpr double role_inertia = 0.95; // a head keeps its role until another span has this much more of it
constexpr double a_choice = 0.05;     // attention beyond uniform attention that makes a head's distribution count fully
constexpr int phase_patience = 2;     // evaluations in a row that a new phase needs

constexpr int gap_pasts = 256;

double kl_of_logs(std::span<const float> p, std::span<const float> q) {
    double sum = 0;
    for (std::size_t v = 0; v < p.size(); ++v) sum += std::exp(static_cast<double>(p[v])) * (static_cast<double>(p[v]) - q[v]);
    return std::max(sum, 0.0);
}

double entropy(std::span<const double> p) {
    double sum = 0;
    for (const double x : p)
        if (x > 0) sum -= x * std::log(x);
    return sum;
}

// The greatest Jensen-Shannon divergence of so many heads over so many spans: each head wholly on one span, the heads as evenly spread as they
// can be, n + 1 on each of `more` spans and n on each of the others.
double greatest_divergence(int heads, int spans) {
    const int n = heads / spans, more = heads % spans;
    const auto term = [](int count) { return count > 0 ? count * std::log(static_cast<double>(count)) : 0.0; };
    return std::log(static_cast<double>(heads)) - (more * term(n + 1) + (spans - more) * term(n)) / heads;
}

}  // namespace

std::vector<RungGap> rung_gaps(const Chain& chain) {
    const int d = chain.vocabulary(), h = chain.span_count();
    std::vector<RungGap> gaps(static_cast<std::size_t>(h), RungGap{0, 0});
    std::vector<std::int32_t> past(static_cast<std::size_t>(chain.window()));
    std::vector<float> lower(static_cast<std::size_t>(d)), upper(lower.size());
    RandomSequence random(0, Stream::display);
    for (int i = 0; i < gap_pasts; ++i) {
        if (const NGrams* ngrams = chain.ngrams()) {
            // What can stand before a prediction is what stands in the text.
            const auto text = ngrams->text().held_out_part();
            std::copy_n(text.begin() + random.below(static_cast<std::uint32_t>(text.size() - past.size())), past.size(), past.begin());
        } else {
            for (auto& token : past) token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(d)));
        }
        chain.log_probs(0, past, lower);
        for (int k = 0; k < h; ++k) {
            chain.log_probs(k + 1, past, upper);
            gaps[static_cast<std::size_t>(k)].up += kl_of_logs(lower, upper) / gap_pasts;
            gaps[static_cast<std::size_t>(k)].down += kl_of_logs(upper, lower) / gap_pasts;
            lower.swap(upper);
        }
    }
    return gaps;
}

double ladder_height(const std::vector<double>& kl, const std::vector<RungGap>& gaps) {
    double height = 0, held = 1;
    for (std::size_t k = 0; k < gaps.size(); ++k) {
        const double way = gaps[k].up + gaps[k].down;
        if (!(way > 1e-9)) continue;  // p_k and p_{k+1} are the same predictor: there is no way to go
        held *= std::clamp((kl[k] - kl[k + 1] + gaps[k].down) / way, 0.0, 1.0);
        height += held;
    }
    return height;
}

double specialisation_index(std::span<const float> span_mass, std::span<const double> uniform, int heads) {
    const std::size_t spans = uniform.size();
    if (heads < 2 || spans < 2) return 0;
    std::vector<double> head(spans), mean(spans, 0.0);
    double mean_entropy = 0;
    for (int a = 0; a < heads; ++a) {
        double beyond = 0;
        for (std::size_t s = 0; s < spans; ++s)
            beyond += head[s] = std::max(static_cast<double>(span_mass[static_cast<std::size_t>(a) * spans + s]) - uniform[s], 0.0);
        const double chosen = std::min(beyond / a_choice, 1.0);
        for (std::size_t s = 0; s < spans; ++s) {
            head[s] = (beyond > 0 ? chosen * head[s] / beyond : 0.0) + (1 - chosen) / static_cast<double>(spans);
            mean[s] += head[s] / heads;
        }
        mean_entropy += entropy(head) / heads;
    }
    return std::clamp((entropy(mean) - mean_entropy) / greatest_divergence(heads, static_cast<int>(spans)), 0.0, 1.0);
}

Readout::Readout(const Chain& chain) : spans_(chain.spans()), gaps_(rung_gaps(chain)) { state_.reached.assign(spans_.size() + 1, -1); }

void Readout::restore(State state) {
    const int h = static_cast<int>(spans_.size());
    const auto is_rung = [h](int rung) { return rung >= 0 && rung <= h; };
    bool fits = state.reached.size() == spans_.size() + 1 && is_rung(state.first_rung) && is_rung(state.current.rung) && state.candidate >= -1 && state.candidate <= h;
    for (const RungChange& change : state.rung_changes) fits = fits && is_rung(change.from) && is_rung(change.to);
    for (const HeadRole& role : state.current.heads) fits = fits && role.span >= -1 && role.span < h;
    if (!fits) throw Error("The checkpoint's readings do not fit this ladder.", "Continue from a checkpoint of a run with the same spans.");
    state_ = std::move(state);
}

const Reading& Readout::observe(std::int64_t step, const Evaluation& evaluation) {
    state_.current.step = step;
    if (!evaluation.finite()) return state_.current;
    if (!state_.started) state_.first_step = step;
    observe_rung(evaluation.kl);
    observe_heads(evaluation);
    observe_phase();
    state_.started = true;
    return state_.current;
}

void Readout::observe_rung(const std::vector<double>& kl) {
    state_.current.height = ladder_height(kl, gaps_);
    const int nearest = static_cast<int>(std::min_element(kl.begin(), kl.end()) - kl.begin());
    bool change = false;
    if (!state_.started) {
        state_.first_rung = state_.current.rung = nearest;
        state_.reached[static_cast<std::size_t>(nearest)] = state_.current.step;
    } else if (nearest == state_.current.rung) {
        state_.candidate = -1;
    } else {
        double way = 0;  // half the sum of both directions' KLs between the two classes
        for (int k = std::min(nearest, state_.current.rung); k < std::max(nearest, state_.current.rung); ++k)
            way += 0.5 * (gaps_[static_cast<std::size_t>(k)].up + gaps_[static_cast<std::size_t>(k)].down);
        const double lead = kl[static_cast<std::size_t>(state_.current.rung)] - kl[static_cast<std::size_t>(nearest)];
        if (state_.candidate != nearest) {
            state_.candidate = nearest;
            state_.candidate_count = 0;
        }
        state_.candidate_count = lead >= small_margin * way ? state_.candidate_count + 1 : 0;
        change = lead > 0 && (lead >= clear_margin * way || state_.candidate_count >= patience);
    }
    if (!change) return;
    state_.rung_changes.push_back({state_.current.step, state_.current.rung, nearest});
    state_.current.rung = nearest;
    state_.candidate = -1;
    auto& reached = state_.reached[static_cast<std::size_t>(nearest)];
    if (reached < 0) reached = state_.current.step;
}

void Readout::observe_heads(const Evaluation& e) {
    const int heads = e.blocks * e.heads, h = static_cast<int>(spans_.size());
    state_.current.heads.resize(static_cast<std::size_t>(heads));

    // Uniform causal attention gives every lag the mean over the predicting rows of 1 / (visible positions).
    double per_lag = 0;
    for (int r = 0; r < e.predictions; ++r) per_lag += 1.0 / (e.positions - r) / e.predictions;
    std::vector<double> uniform;
    for (const Span& span : spans_) uniform.push_back(per_lag * (span.oldest_lag - span.nearest_lag + 1));
    state_.current.specialisation = specialisation_index(e.span_mass, uniform, heads);

    for (int a = 0; a < heads; ++a) {
        HeadRole& role = state_.current.heads[static_cast<std::size_t>(a)];
        int best = -1;
        double best_ratio = 0, kept_ratio = 0;
        for (int s = 0; s < h; ++s) {
            const double even = uniform[static_cast<std::size_t>(s)];
            const double ratio = static_cast<double>(e.span_mass[static_cast<std::size_t>(a) * h + s]) / even;
            // A span that holds most of the positions cannot reach the usual threshold: half of what it can reach counts.
            const double enough = std::min(stands_out, 0.5 * (1 + 1 / even));
            if (ratio < enough) continue;
            if (s == role.span) kept_ratio = ratio;
            if (ratio > best_ratio) {
                best_ratio = ratio;
                best = s;
            }
        }
        if (kept_ratio == 0 || kept_ratio < role_inertia * best_ratio) role.span = best;
        role.mass = role.span < 0 ? 0 : static_cast<double>(e.span_mass[static_cast<std::size_t>(a) * h + role.span]);
    }
}

// Competitive: more than half of the heads serve the same span, and some span that could have a head of
// its own has none. Cooperative: as many different spans are served as there can be, min(heads, h).
// Neither, with one head or one span: there is nobody, or nothing, to compete for or to share.
void Readout::observe_phase() {
    const int heads = static_cast<int>(state_.current.heads.size()), h = static_cast<int>(spans_.size());
    std::vector<int> served(spans_.size(), 0);
    for (const HeadRole& role : state_.current.heads)
        if (role.span >= 0) ++served[static_cast<std::size_t>(role.span)];
    const int distinct = static_cast<int>(std::count_if(served.begin(), served.end(), [](int n) { return n > 0; }));
    const int most = served.empty() ? 0 : *std::max_element(served.begin(), served.end());

    Phase seen = state_.current.phase;
    if (heads < 2 || h < 2) seen = Phase::undecided;
    else if (distinct >= std::min(heads, h)) seen = Phase::cooperative;
    else if (2 * most > heads) seen = Phase::competitive;

    if (seen == state_.current.phase) {
        state_.phase_count = 0;
        return;
    }
    state_.phase_count = seen == state_.phase_candidate ? state_.phase_count + 1 : 1;
    state_.phase_candidate = seen;
    if (state_.phase_count < phase_patience) return;
    state_.phase_changes.push_back({state_.current.step, state_.current.phase, seen});
    state_.current.phase = seen;
    state_.phase_count = 0;
}

std::vector<Stage> Readout::stages() const {
    std::vector<Stage> stages;
    if (!state_.started) return stages;
    stages.push_back({state_.first_step, state_.current.step, state_.first_rung, -1});
    for (const RungChange& change : state_.rung_changes) {
        stages.back().end = change.step;
        int acquired = -1;
        if (change.to > change.from)
            for (std::size_t s = 0; s < spans_.size(); ++s)
                if (spans_[s].rank == change.to) acquired = static_cast<int>(s);
        stages.push_back({change.step, state_.current.step, change.to, acquired});
    }
    return stages;
}

}  // namespace ladder
