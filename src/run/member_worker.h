// The worker that studies the classes' members behind messages: obeys the page's commands, reports to it. Works in small
// pieces and waits for nothing. The last studies are kept, so that going back to a task trains nothing again.
#pragma once

#include <memory>
#include <utility>

#include "run/member_protocol.h"

namespace ladder {

class MemberWorker {
public:
    void command(std::span<const std::byte>);
    // Works for one piece; false when only a command can bring more work.
    bool work();
    std::vector<std::vector<std::byte>> take_reports() { return std::exchange(reports_, {}); }

private:
    struct Kept {
        Settings settings;
        std::unique_ptr<MemberStudy> study;
    };
    void study(const Settings&);
    void report_state();
    template <class F>
    void guarded(F&&);  // what goes wrong inside is reported and ends the study

    std::uint32_t epoch_ = 0;
    std::vector<Kept> kept_;  // the newest last
    bool studying_ = false;   // the newest one is the page's; false after a failure
    MemberService::State state_;
    std::vector<std::vector<std::byte>> reports_;
};

}  // namespace ladder
