// Steps per second over about the last second, from the times at which steps ended. Given the time, it
// reads no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

namespace ladder {

class SpeedMeter {
public:
    void step_done(double seconds, std::int64_t step) {
        if (!ends_.empty() && seconds < ends_.back().first) reset();  // the clock was set back
        ends_.emplace_back(seconds, step);
        while (ends_.size() > 2 && seconds - ends_[1].first > span) ends_.pop_front();
    }
    // 0 until two steps are known.
    double steps_per_second() const {
        if (ends_.size() < 2 || ends_.back().first <= ends_.front().first) return 0;
        return static_cast<double>(ends_.back().second - ends_.front().second) / (ends_.back().first - ends_.front().first);
    }
    void reset() { ends_.clear(); }

private:
    static constexpr double span = 1.0;  // seconds
    std::deque<std::pair<double, std::int64_t>> ends_;
};

}  // namespace ladder
