// A study of the hypothesis classes' members in progress somewhere else: on a thread natively, in a web worker on the
// page, beside the run and without holding it up. No call waits.
#pragma once

#include <string>
#include <vector>

#include "run/member_study.h"

namespace ladder {

class MemberService {
public:
    // Studies that are kept: going back to a task that was studied lately trains nothing again.
    static constexpr std::size_t kept = 2;

    struct State {
        double progress = 0;                              // of the learned members' training, 0 to 1
        std::vector<BestInClass::Distance> distances;     // of the ideal members from the best of their classes; empty until measured
        std::string failure;                              // a sentence when the study cannot be made
    };

    virtual ~MemberService() = default;

    // Studies the task of these settings, from now on and instead of what was studied before.
    virtual void study(const Settings&) = 0;
    // The reading of a model comes with take_readings(), once the members are trained.
    virtual void measure(std::int64_t step, const std::vector<float>& parameters) = 0;
    virtual State state() const = 0;
    virtual std::vector<MemberReading> take_readings() = 0;
};

}  // namespace ladder
