// The member service of the page: one worker that can only be sent bytes. Who starts it and carries the bytes is given.
#pragma once

#include <memory>
#include <span>

#include "run/member_protocol.h"
#include "run/worker_runner.h"

namespace ladder {

class WorkerMemberService final : public MemberService {
public:
    // The pool's worker 0 is used; it is started with the first study.
    explicit WorkerMemberService(std::unique_ptr<WorkerPool> pool) : pool_(std::move(pool)) {}

    void study(const Settings&) override;
    void measure(std::int64_t step, const std::vector<float>& parameters) override;
    State state() const override { return state_; }
    std::vector<MemberReading> take_readings() override { return std::exchange(readings_, {}); }

    // A report of the worker. What belongs to a dropped study is ignored.
    void receive(std::span<const std::byte>);
    // It could not be started, broke down or does not answer: another one does the work from the start, to the same numbers. Where
    // that goes wrong again and again the study fails with a sentence.
    void lost(const std::string& why);

private:
    struct Asked {
        std::int64_t step;
        std::vector<float> parameters;
    };
    void launch();

    std::unique_ptr<WorkerPool> pool_;
    Settings settings_;
    std::vector<Asked> asked_;  // and not answered
    int losses_ = 0;            // of this study
    std::uint32_t epoch_ = 0;
    State state_;
    std::vector<MemberReading> readings_;
};

}  // namespace ladder
