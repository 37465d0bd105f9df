// What the evaluations of a run say: current rung, height between rungs, which span each head serves,
// phase, stages. Data only, computed from evaluations in order; no wording here.
#pragma once

#include <cstdint>
#include <vector>

#include "ladder/evaluation.h"
#include "task/chain.h"

namespace ladder {

enum class Phase { undecided, competitive, cooperative };  // always undecided with one head or one span

struct HeadRole {
    int span = -1;        // index (oldest first) of the span with most of its attention per lag; -1: none stands out
    double mass = 0;      // attention on that span
};

struct Reading {
    std::int64_t step = 0;
    int rung = 0;                 // k of the smallest KL_k, with hysteresis
    double height = 0;            // continuous, 0..h
    std::vector<HeadRole> heads;  // all blocks' heads, block-major
    Phase phase = Phase::undecided;
    double specialisation = 0;    // 0: all heads alike, 1: each on its own span
};

struct RungChange {
    std::int64_t step;
    int from, to;
};
struct PhaseChange {
    std::int64_t step;
    Phase from, to;
};
// A stretch of the run between two rung changes.
struct Stage {
    std::int64_t start, end;  // steps; end of the last stage is the newest evaluation
    int rung;
    int acquired_span;        // index of the span learned on entering; -1 for the first stage and steps down
};

// The distances between neighbouring hypothesis classes: the ladder's own scale.
struct RungGap {
    double up;    // mean KL(p_k || p_{k+1}), nats
    double down;  // mean KL(p_{k+1} || p_k), nats
};
// [k], k = 0..h-1, averaged over uniformly random pasts drawn from a fixed stream (a few hundred).
std::vector<RungGap> rung_gaps(const Chain&);

// The rules, each a function of numbers so that it can be tested and explained alone:
// height = t_0 + t_0 t_1 + .. + t_0 .. t_{h-1}, where t_k is the part of the way from p_k to p_{k+1} that the
//   model has gone, t_k = (KL_k - KL_{k+1} + down_k) / (up_k + down_k), cut to [0, 1]; a rung counts as far
//   as those below it are held. KL_k - KL_{k+1} is linear in the model's log-probabilities and equals
//   -down_k at p_k and up_k at p_{k+1}, so what the model has elsewhere (noise, overfitting) does not move t_k.
double ladder_height(const std::vector<double>& kl, const std::vector<RungGap>& gaps);
// specialisation: Jensen-Shannon divergence of the heads' distributions over spans, divided by its greatest
//   value, which is log H for H heads on h >= H spans and, as heads must share spans beyond that,
//   log H - (r (q + 1) log(q + 1) + (h - r) q log q) / H with q = H / h rounded down and r = H mod h;
//   0 with one head or one span. A head's distribution is its attention on
//   each span beyond what uniform attention would give it, made to sum to 1; where that is less than a
//   twentieth of all its attention it is mixed with the even distribution, for then it has not chosen.
// span_mass (heads, spans), uniform (spans): the masses of uniform causal attention.
double specialisation_index(std::span<const float> span_mass, std::span<const double> uniform, int heads);

// Feed evaluations in order of step.
class Readout {
public:
    // All that what is read next depends on besides the chain, for checkpoints.
    struct State {
        bool started = false;
        std::int64_t first_step = 0;
        int first_rung = 0;
        Reading current;
        std::vector<RungChange> rung_changes;
        std::vector<PhaseChange> phase_changes;
        std::vector<std::int64_t> reached;           // [k], k = 0..h
        int candidate = -1, candidate_count = 0;     // a rung that may be next, and for how many evaluations
        Phase phase_candidate = Phase::undecided;
        int phase_count = 0;
    };

    explicit Readout(const Chain&);

    // An evaluation that is not finite changes nothing but the step.
    const Reading& observe(std::int64_t step, const Evaluation&);
    const Reading& current() const { return state_.current; }
    const std::vector<RungChange>& rung_changes() const { return state_.rung_changes; }
    const std::vector<PhaseChange>& phase_changes() const { return state_.phase_changes; }
    std::vector<Stage> stages() const;
    // First step at which the rung was the current one, -1 when never; [k], k = 0..h.
    const std::vector<std::int64_t>& reached() const { return state_.reached; }

    const State& state() const { return state_; }
    // Error: a state that no run of this chain can be in.
    void restore(State);

private:
    void observe_rung(const std::vector<double>& kl);
    void observe_heads(const Evaluation&);
    void observe_phase();

    std::vector<Span> spans_;
    std::vector<RungGap> gaps_;
    State state_;
};

}  // namespace ladder
