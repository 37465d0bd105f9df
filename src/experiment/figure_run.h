// One figure's runs, one after the other, for whoever trains them: says what to run next and collects what comes back.
// With several seeds all its runs are made once for each. Knows no clock, no thread and no screen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiment/figures.h"
#include "experiment/record.h"
#include "experiment/verdict.h"

namespace ladder {

// Of a figure's runs with one seed: by its rule. With several: whether the rule holds for at least four fifths of them, and
// for which it does not.
Verdict judge_seeds(const Figure&, std::span<const RunRecord>);

class FigureRun {
public:
    // At the page's scale, with the seeds seed, seed + 1, .. The figure must have runs; at least one seed.
    FigureRun(const Figure&, std::uint64_t seed, int seeds = 1);

    const Figure& figure() const { return *figure_; }
    bool done() const { return index_ == count(); }
    std::size_t index() const { return index_; }            // of the run that is going on
    std::size_t count() const { return figure_->runs.size() * static_cast<std::size_t>(seeds_); }
    // Preset, and label in words, of the run that is going on.
    const std::string& label() const { return runs_.back().label; }
    const FigureCase& current() const { return figure_->runs[index_ % figure_->runs.size()]; }
    // Of the run that is going on.
    Settings settings() const;
    // Share of all steps done, 0 to 1, given the step of the run that is going on.
    double progress(std::int64_t step) const;

    // A snapshot of the run that is going on; what is not newer than the last one is ignored.
    void observe(const Snapshot&);
    // Whether the run that is going on has its last evaluation.
    bool run_complete() const;
    // Ends it, with a sentence when it failed, and goes on to the next.
    void end_run(std::string failure);

    // Begun runs, the one going on included: those of the first seed, then those of the next.
    const std::vector<RunRecord>& runs() const { return runs_; }
    // Of all runs; call when done.
    Verdict verdict() const { return judge_seeds(*figure_, runs_); }

private:
    void begin_run();

    const Figure* figure_;
    std::uint64_t seed_;
    int seeds_;
    std::size_t index_ = 0;
    std::vector<RunRecord> runs_;
};

}  // namespace ladder
