#include "ui/background.h"

#include <algorithm>

namespace ladder {
namespace {

constexpr std::size_t most_asked = 2;  // so that the newest moment never waits for many older ones

}  // namespace

void MemberDesk::follow(const Settings& settings, bool wanted) {
    wanted_ = wanted && service_;
    if (!wanted_ || (studying_ && state_.failure.empty() && MemberStudy::serves(studied_, settings))) return;
    service_->study(settings);
    studied_ = settings;
    studying_ = true;
    asked_.clear();
    state_ = {};
}

// The service answers whatever was asked; the history takes only what belongs to its steps, so these must not come.
void MemberDesk::forget() {
    if (asked_.empty()) return;
    service_->study(studied_);  // known there: it drops its requests and goes on
    asked_.clear();
}

void MemberDesk::poll(History& history) {
    if (!wanted_) return;
    for (MemberReading& reading : service_->take_readings()) {
        std::erase(asked_, reading.step);
        history.add_learned(reading.step, std::move(reading.kl));
    }
    state_ = service_->state();
    if (state_.progress < 1 || !state_.failure.empty()) return;
    for (std::size_t i = history.size(); i-- > 0 && asked_.size() < most_asked;) {
        const std::int64_t step = history[i].step;
        if (!history[i].evaluation.learned_kl.empty() || !history.checkpoint(i) || std::find(asked_.begin(), asked_.end(), step) != asked_.end()) continue;
        asked_.push_back(step);
        service_->measure(step, history.checkpoint(i)->state.parameters);
    }
}

}  // namespace ladder
