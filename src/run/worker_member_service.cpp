#include "run/worker_member_service.h"

#include <utility>

namespace ladder {

void WorkerMemberService::study(const Settings& settings) {
    ++epoch_;
    state_ = {};
    readings_.clear();
    pool_->ensure(1);
    MemberCommand command;
    command.epoch = epoch_;
    command.settings = settings;
    pool_->post(0, encode(command));
}

void WorkerMemberService::measure(std::int64_t step, const std::vector<float>& parameters) {
    if (epoch_ == 0 || !state_.failure.empty()) return;
    MemberCommand command;
    command.kind = MemberCommand::Kind::measure;
    command.epoch = epoch_;
    command.step = step;
    command.parameters = parameters;
    pool_->post(0, encode(command));
}

void WorkerMemberService::receive(std::span<const std::byte> bytes) {
    try {
        MemberReport report = decode_member_report(bytes);
        if (report.epoch != epoch_) return;
        if (report.kind == MemberReport::Kind::state) state_ = std::move(report.state);
        else readings_.push_back(std::move(report.reading));
    } catch (const std::exception& e) {
        state_.failure = e.what();
    }
}

void WorkerMemberService::lost(const std::string& why) {
    state_.failure = "The learned members cannot be trained here: their worker broke down (" + why + ").";
}

}  // namespace ladder
