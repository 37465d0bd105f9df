// What is done beside the run on screen: the study of the hypothesis classes' members, and sweeps. Given to the App by
// the program, which knows threads or workers; all of it may be absent.
#pragma once

#include <functional>
#include <memory>

#include "run/history.h"
#include "run/member_service.h"
#include "run/runner.h"

namespace ladder {

struct Background {
    std::unique_ptr<MemberService> members;
    std::function<std::unique_ptr<Runner>()> make_runner;  // for one run of a sweep at a time
    int at_once = 1;                                       // runs that this machine can make at once
};

// Has the run's moments measured against the learned members, the newest first, as far as they have checkpoints.
class MemberDesk {
public:
    // The service may be null.
    explicit MemberDesk(MemberService* service = nullptr) : service_(service) {}

    // What the run on screen now is, and whether its members are wanted; the same task is not studied twice.
    void follow(const Settings&, bool wanted);
    // Another run has begun, or the present one went back: what was asked for is of no use any more.
    void forget();
    // Collects readings into the history and asks for further ones. Call at every frame.
    void poll(History&);
    const MemberService::State* state() const { return wanted_ ? &state_ : nullptr; }

private:
    MemberService* service_;
    bool wanted_ = false, studying_ = false;
    Settings studied_;
    MemberService::State state_;
    std::vector<std::int64_t> asked_;  // steps whose readings are to come
};

}  // namespace ladder
