#include "run/worker_member_service.h"

#include <utility>

namespace ladder {

namespace {
constexpr int most_study_losses = 3;
}  // namespace

void WorkerMemberService::study(const Settings& settings) {
    settings_ = settings;
    asked_.clear();
    readings_.clear();
    losses_ = 0;
    launch();
}

void WorkerMemberService::launch() {
    ++epoch_;
    state_ = {};
    pool_->ensure(1);
    MemberCommand command;
    command.epoch = epoch_;
    command.settings = settings_;
    pool_->post(0, encode(command));
    for (Asked& a : std::exchange(asked_, {})) measure(a.step, a.parameters);
}

void WorkerMemberService::measure(std::int64_t step, const std::vector<float>& parameters) {
    if (epoch_ == 0 || !state_.failure.empty()) return;
    asked_.push_back({step, parameters});
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
        if (report.kind == MemberReport::Kind::state) {
            state_ = std::move(report.state);
        } else {
            std::erase_if(asked_, [&](const Asked& a) { return a.step == report.reading.step; });
            readings_.push_back(std::move(report.reading));
        }
    } catch (const std::exception& e) {
        state_.failure = e.what();
    }
}

void WorkerMemberService::lost(const std::string& why) {
    if (++losses_ <= most_study_losses) return launch();
    state_.failure = "The learned members cannot be trained here: their worker broke down (" + why + ").";
}

}  // namespace ladder
