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

// How far the classes' own members are from each other: what the ladder is measured by.
struct LadderScale {
    int rungs = 0;           // h
    std::vector<double> kl;  // (h + 1, h + 1): [i][j] is the mean of KL(p_i || p_j), nats

    double between(int i, int j) const { return kl[static_cast<std::size_t>(i) * (static_cast<std::size_t>(rungs) + 1) + static_cast<std::size_t>(j)]; }
};
// Means over some hundreds of pasts like those of an evaluation (a text's own; else a random start and what the chain makes of it),
// drawn from a fixed stream. Other pasts would not do: a chain with few symbols or sharp distributions soon leaves most of them.
LadderScale ladder_scale(const Chain&);

// The rules, each a function of numbers so that it can be tested and explained alone:
// height = n - 1 + s_{n-1} + s_{n-1} s_n + .. + s_{n-1} .. s_{h-1}, at most n + 1/2, where n is the nearest class (the smallest KL_k;
//   from s_0 on if it is 0) and s_k the part of the way from F_k to F_{k+1} that the model has gone: 1/2 where both are equally near,
//   1/2 + (KL_k - KL_{k+1}) / (2 KL(p_k || p_{k+1})) above that and 1/2 + (KL_k - KL_{k+1}) / (2 KL(p_{k+1} || p_k)) below, cut to
//   [0, 1]. So the height of p_k is k, and a rung counts as far as the one below it is held. KL_k - KL_{k+1} is linear in the
//   model's log-probabilities: what the model has elsewhere (noise, overfitting) does not move s_k.
double ladder_height(const std::vector<double>& kl, const LadderScale&);
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
        int candidate = -1, candidate_count = 0;     // a rung that may be next, and how much speaks for it
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
    LadderScale scale_;
    State state_;
};

}  // namespace ladder
