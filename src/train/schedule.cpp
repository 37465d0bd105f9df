#include "train/schedule.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/portable_log.h"

namespace ladder {
namespace {

constexpr double least_gain = 1e-3;  // of the loss: less than this is no improvement

}  // namespace

Schedule::Schedule(const Settings& s) : kind_(s.schedule), rate_(s.learning_rate), reduction_(s.reduction), steps_(s.steps), patience_(s.patience) {}

double Schedule::rate(std::int64_t step) const {
    if (kind_ == ScheduleKind::constant) return rate_;
    if (kind_ == ScheduleKind::plateau) return rate_ * state_.factor;
    const double done = static_cast<double>(std::clamp<std::int64_t>(step, 0, steps_)) / static_cast<double>(steps_);
    return rate_ * (1 + portable_sine_cosine(done / 2).cosine) / 2;
}

void Schedule::observe(double loss) {
    if (kind_ != ScheduleKind::plateau) return;
    state_.sum += loss;
    if (++state_.count < patience_) return;
    const double mean = state_.sum / static_cast<double>(state_.count);
    if (mean < state_.least - least_gain * std::abs(state_.least) || !std::isfinite(state_.least)) {
        state_.least = mean;
    } else {
        state_.factor *= reduction_;
    }
    state_.sum = 0;
    state_.count = 0;
}

void Schedule::restore(const State& state) {
    if (!(state.factor >= 0 && state.factor <= 1) || std::isnan(state.least) || !std::isfinite(state.sum) || state.count < 0 || state.count >= std::max<std::int64_t>(patience_, 1))
        throw Error("The state of the learning-rate schedule does not fit these settings.", "Restore a checkpoint that was made with the same settings.");
    state_ = state;
}

}  // namespace ladder
