// From evaluations to rung, height, head roles and phase. Every discrete reading has hysteresis, so that
// noise between two evaluations does not flip what a person is told; the continuous ones have none.
#include "ladder/readout.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace ladder {
namespace {

// A rung changes at once when the new class is nearer by this part of what its own member is nearer by, after three evaluations in a
// row when it is nearer by the smaller part, and after 24 when it is nearer at all.
constexpr double clear_margin = 0.15;
constexpr double small_margin = 0.05;
constexpr int points_needed = 24, by_small_margin = 8, by_any = 1;
constexpr double rounding = 1e-5;  // nats: of a sum of float terms, and far below what is shown

constexpr double stands_out = 1.5;    // attention per lag, relative to uniform attention, that makes a role
constexpr double role_inertia = 0.95; // a head keeps its role until another span has this much more of it
constexpr double a_choice = 0.05;     // attention beyond uniform attention that makes a head's distribution count fully
constexpr int phase_patience = 2;     // evaluations in a row that a new phase needs

constexpr int scale_pasts = 512;

double kl_divergence(std::span<const double> p, std::span<const float> log_p, std::span<const float> log_q) {
    double sum = 0;
    for (std::size_t v = 0; v < p.size(); ++v) sum += p[v] * (static_cast<double>(log_p[v]) - log_q[v]);
    return std::max(sum, 0.0);
}

// The token at which the sum of probabilities passes u of [0, 1).
std::int32_t draw(std::span<const double> p, double u) {
    std::size_t v = 0;
    for (double sum = 0; v + 1 < p.size() && (sum += p[v]) <= u;) ++v;
    return static_cast<std::int32_t>(v);
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

LadderScale ladder_scale(const Chain& chain) {
    const std::size_t d = static_cast<std::size_t>(chain.vocabulary()), members = static_cast<std::size_t>(chain.span_count()) + 1;
    LadderScale scale{chain.span_count(), std::vector<double>(members * members, 0.0)};
    std::vector<std::int32_t> past(static_cast<std::size_t>(chain.window()));
    std::vector<float> logs(members * d);
    std::vector<double> p(d);  // of the member looked at last: p_h where the next token is drawn
    const auto of = [&](std::size_t k) { return std::span(logs).subspan(k * d, d); };
    RandomSequence random(0, Stream::display);
    for (int i = 0; i < scale_pasts; ++i) {
        if (const NGrams* ngrams = chain.ngrams()) {
            const auto text = ngrams->text().held_out_part();
            std::copy_n(text.begin() + random.below(static_cast<std::uint32_t>(text.size() - past.size())), past.size(), past.begin());
        } else if (i % chain.length() == 0) {
            for (auto& token : past) token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(d)));
        } else {
            std::rotate(past.begin(), past.begin() + 1, past.end());
            past.back() = draw(p, random.uniform_double());
        }
        for (std::size_t k = 0; k < members; ++k) chain.log_probs(static_cast<int>(k), past, of(k));
        for (std::size_t a = 0; a < members; ++a) {
            std::transform(of(a).begin(), of(a).end(), p.begin(), [](float x) { return std::exp(static_cast<double>(x)); });
            for (std::size_t b = 0; b < members; ++b) scale.kl[a * members + b] += kl_divergence(p, of(a), of(b)) / scale_pasts;
        }
    }
    return scale;
}

double ladder_height(const std::vector<double>& kl, const LadderScale& scale) {
    const int nearest = static_cast<int>(std::min_element(kl.begin(), kl.end()) - kl.begin()), first = std::max(nearest - 1, 0);
    double height = first, held = 1;
    for (int k = first; k < scale.rungs; ++k) {
        const double up = scale.between(k, k + 1), down = scale.between(k + 1, k);
        if (!(up + down > 1e-9)) continue;  // p_k and p_{k+1} are the same predictor: there is no way to go
        const double difference = kl[static_cast<std::size_t>(k)] - kl[static_cast<std::size_t>(k) + 1];
        held *= std::clamp(0.5 + 0.5 * difference / std::max(difference < 0 ? down : up, 1e-12), 0.0, 1.0);
        height += held;
    }
    return std::min(height, nearest + 0.5);
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

Readout::Readout(const Chain& chain) : spans_(chain.spans()), scale_(ladder_scale(chain)) { state_.reached.assign(spans_.size() + 1, -1); }

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
    state_.current.height = ladder_height(kl, scale_);
    const int nearest = static_cast<int>(std::min_element(kl.begin(), kl.end()) - kl.begin());
    bool change = false;
    if (!state_.started) {
        state_.first_rung = state_.current.rung = nearest;
        state_.reached[static_cast<std::size_t>(nearest)] = state_.current.step;
    } else if (nearest == state_.current.rung) {
        state_.candidate = -1;
    } else {
        const double own_lead = scale_.between(state_.current.rung, nearest);  // of the new class' member itself
        const double lead = kl[static_cast<std::size_t>(state_.current.rung)] - kl[static_cast<std::size_t>(nearest)];
        if (state_.candidate != nearest) {
            state_.candidate = nearest;
            state_.candidate_count = 0;
        }
        if (lead <= rounding) state_.candidate_count = 0;
        else state_.candidate_count += lead >= small_margin * own_lead ? by_small_margin : by_any;
        change = lead > rounding && (lead >= clear_margin * own_lead || state_.candidate_count >= points_needed);
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
