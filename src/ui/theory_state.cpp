// Solving in slices.
#include "ui/theory_state.h"

#include <chrono>

#include "base/error.h"

namespace ladder {

bool FlowView::follow(const FlowSettings& wanted) {
    problem.clear();
    if (next ? next->settings() != wanted : !ready() || settings != wanted) {
        next.reset();
        next_milliseconds = 0;
        try {
            next = std::make_unique<FlowSolver>(wanted, logarithmic_times(0.01, wanted.end, 300));
        } catch (const Error& e) {
            problem = e.what();
        }
    }
    if (!next) return false;
    // A third of a frame at most; a step of the integrator takes some tens of microseconds.
    constexpr double slice = 5;
    const auto start = std::chrono::steady_clock::now();
    double spent = 0;
    bool more = true;
    while (more && spent < slice) {
        more = next->advance(4);
        spent = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    next_milliseconds += spent;
    if (more) return false;
    settings = next->settings();
    solution = next->solution();
    milliseconds = next_milliseconds;
    next.reset();
    return true;
}

}  // namespace ladder
