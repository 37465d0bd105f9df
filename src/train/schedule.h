// How the learning rate changes during a run. It depends on the step and on the training losses alone, both of which
// every worker knows, so that all of them take the same steps.
//   constant: the learning rate itself.
//   cosine:   rate (1 + cos(pi step / steps)) / 2, which is 0 where the run was to stop, and from there on.
//   plateau:  after every `patience` steps their mean training loss is compared with the least such mean so far; when
//             it is not lower, by a thousandth of its size, the rate is multiplied by `reduction`.
#pragma once

#include <cstdint>
#include <limits>

#include "base/settings.h"

namespace ladder {

class Schedule {
public:
    explicit Schedule(const Settings&);

    // The rate of the update that leads from `step` to the next.
    double rate(std::int64_t step) const;
    // Rates depend on what observe() is told.
    bool follows_losses() const { return kind_ == ScheduleKind::plateau; }
    // The training loss (nats) of an update that was made.
    void observe(double loss);

    // All that rate() depends on besides the settings, for checkpoints.
    struct State {
        double factor = 1;                                       // what the plateaus so far have left of the rate
        double least = std::numeric_limits<double>::infinity();  // the least mean loss so far
        double sum = 0;                                          // of the losses observed since the last comparison
        std::int64_t count = 0;                                  // of those losses
        bool operator==(const State&) const = default;
    };
    const State& state() const { return state_; }
    // Error: a state that no run of these settings can be in.
    void restore(const State&);

private:
    ScheduleKind kind_;
    double rate_, reduction_;
    std::int64_t steps_, patience_;
    State state_;
};

}  // namespace ladder
