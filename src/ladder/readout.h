// What the evaluations of a run say: current rung, height between rungs, which span each head serves,
// phase, stages. Data only, computed from evaluations in order; no wording here.
#pragma once

#include <cstdint>
#include <vector>

#include "ladder/evaluation.h"
#include "task/chain.h"

namespace ladder {

enum class Phase { undecided, competitive, cooperative };

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

// Feed evaluations in order of step. Cheap to copy: history keeps one per kept moment only where asked.
class Readout {
public:
    explicit Readout(const Chain&);

    const Reading& observe(std::int64_t step, const Evaluation&);
    const Reading& current() const { return current_; }
    const std::vector<RungChange>& rung_changes() const { return rung_changes_; }
    const std::vector<PhaseChange>& phase_changes() const { return phase_changes_; }
    std::vector<Stage> stages() const;
    // First step at which the rung was reached, -1 when never; [k], k = 0..h.
    const std::vector<std::int64_t>& reached() const { return reached_; }

private:
    std::vector<Span> spans_;
    Reading current_;
    std::vector<RungChange> rung_changes_;
    std::vector<PhaseChange> phase_changes_;
    std::vector<std::int64_t> reached_;
    int candidate_ = -1, candidate_count_ = 0;
    Phase phase_candidate_ = Phase::undecided;
    int phase_count_ = 0;
};

}  // namespace ladder
