// What `ladder train` says about a run: lines, the summary, JSON.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/settings.h"
#include "ladder/readout.h"
#include "run/metrics.h"
#include "run/snapshot.h"

namespace ladder::cli {

// One line about one moment: "step   120  train 3.6512  excess 0.0832  rung 2 (2.13)  competitive".
std::string progress_line(const Snapshot&);

struct RunFacts {
    const Snapshot& last;
    const Readout& readout;
    const Settings& settings;
    std::int64_t first_step;  // at which this process began
    double seconds;           // that it took
    int workers;

    double steps_per_second() const { return seconds > 0 ? static_cast<double>(last.step - first_step) / seconds : 0.0; }
};
// A few sentences: rungs and when they were reached, phases, what remains to the truth.
std::string summary(const RunFacts&);
std::string summary_json(const RunFacts&, bool diverged, const std::string& message, const std::string& out);

// A bar that redraws its line on standard error; silent when that is no terminal.
class ProgressBar {
public:
    explicit ProgressBar(bool enabled);
    bool enabled() const { return enabled_; }
    void show(std::int64_t step, std::int64_t steps, double steps_per_second, double seconds, const Snapshot& newest);
    void clear();

private:
    bool enabled_;
    double shown_ = -1;  // seconds of the last redraw
};

}  // namespace ladder::cli
