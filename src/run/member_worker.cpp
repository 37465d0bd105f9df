#include "run/member_worker.h"

#include <algorithm>
#include <new>

namespace ladder {
namespace {

constexpr double report_every = 0.02;  // of the training

}  // namespace

template <class F>
void MemberWorker::guarded(F&& f) {
    const auto fail = [this](std::string sentence) {
        if (studying_) kept_.pop_back();
        studying_ = false;
        state_.failure = std::move(sentence);
        report_state();
    };
    try {
        f();
    } catch (const std::bad_alloc&) {
        fail("There is not enough memory to train the learned members with these settings.");
    } catch (const std::exception& e) {
        fail(e.what());
    }
}

void MemberWorker::command(std::span<const std::byte> bytes) {
    guarded([&] {
        MemberCommand c = decode_member_command(bytes);
        if (c.kind == MemberCommand::Kind::study) {
            epoch_ = c.epoch;
            study(c.settings);
        } else if (c.epoch == epoch_ && studying_) {
            kept_.back().study->measure(c.step, std::move(c.parameters));
        }
    });
}

void MemberWorker::study(const Settings& settings) {
    studying_ = false;
    state_ = {};
    if (const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return MemberStudy::serves(k.settings, settings); }); known != kept_.end()) {
        std::rotate(known, known + 1, kept_.end());
        kept_.back().study->forget_requests();
    } else {
        if (kept_.size() >= MemberService::kept) kept_.erase(kept_.begin());
        kept_.push_back({settings, std::make_unique<MemberStudy>(settings)});
    }
    studying_ = true;
    state_.progress = kept_.back().study->progress();
    state_.distances = kept_.back().study->distances();
    report_state();
}

bool MemberWorker::work() {
    bool worked = false;
    guarded([&] {
        if (!studying_) return;
        MemberStudy& study = *kept_.back().study;
        worked = study.work();
        for (MemberReading& reading : study.take_readings()) reports_.push_back(encode(MemberReport{MemberReport::Kind::reading, epoch_, {}, std::move(reading)}));
        const double progress = study.progress();
        const bool further = progress >= state_.progress + report_every || (progress >= 1 && state_.progress < 1);
        if (!further && (!state_.distances.empty() || study.distances().empty())) return;
        state_.progress = progress;
        state_.distances = study.distances();
        report_state();
    });
    return worked;
}

void MemberWorker::report_state() { reports_.push_back(encode(MemberReport{MemberReport::Kind::state, epoch_, state_, {}})); }

}  // namespace ladder
