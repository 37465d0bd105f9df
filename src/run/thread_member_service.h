// The member service natively: a thread of its own.
#pragma once

#include <memory>

#include "run/member_service.h"

namespace ladder {

class ThreadMemberService final : public MemberService {
public:
    ThreadMemberService();
    ~ThreadMemberService() override;

    void study(const Settings&) override;
    void measure(std::int64_t step, const std::vector<float>& parameters) override;
    State state() const override;
    std::vector<MemberReading> take_readings() override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
