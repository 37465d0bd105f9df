// One figure's runs, one after the other, for whoever trains them: says what to run next and collects what comes back.
// Knows no clock, no thread and no screen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/figures.h"
#include "experiment/record.h"
#include "experiment/verdict.h"

namespace ladder {

class FigureRun {
public:
    // At the page's scale. The figure must have runs.
    FigureRun(const Figure&, std::uint64_t seed);

    const Figure& figure() const { return *figure_; }
    bool done() const { return index_ == figure_->runs.size(); }
    std::size_t index() const { return index_; }            // of the run that is going on
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

    // Begun runs, the one going on included.
    const std::vector<RunRecord>& runs() const { return runs_; }
    // Of all runs; call when done.
    Verdict verdict() const { return judge(figure_->rule, runs_); }

private:
    void begin_run();

    const Figure* figure_;
    std::uint64_t seed_;
    std::size_t index_ = 0;
    std::vector<RunRecord> runs_;
};

}  // namespace ladder
