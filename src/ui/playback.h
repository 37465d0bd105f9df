// Moving the shown moment through a run by itself, forwards or backwards: a whole run takes `whole` seconds at
// speed 1, however long it is. Given the seconds that passed, it reads no clock.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace ladder {

class Playback {
public:
    static constexpr std::array<double, 6> speeds{0.25, 0.5, 1, 2, 4, 8};
    static constexpr double whole = 16;  // seconds
    static constexpr std::int64_t now = -1;  // in place of a step: the newest one, whichever that is

    int direction() const { return direction_; }  // 1 forwards, -1 backwards, 0: stands still
    double speed() const { return speeds[speed_]; }
    void next_speed() { speed_ = (speed_ + 1) % speeds.size(); }
    // One of speeds; any other changes nothing.
    void set_speed(double speed) {
        if (const auto at = std::find(speeds.begin(), speeds.end(), speed); at != speeds.end()) speed_ = static_cast<std::size_t>(at - speeds.begin());
    }

    // From the step that is shown; forwards from the newest it begins at the first.
    void play(int direction, std::int64_t from, std::int64_t first, std::int64_t newest) {
        direction_ = direction;
        step_ = static_cast<double>(direction > 0 && from >= newest ? first : from);
    }
    void stop() { direction_ = 0; }

    // The step to show after so many seconds more. Backwards it stops at the first; forwards at the newest, and from then on `now` is to be shown.
    std::int64_t advance(double seconds, std::int64_t first, std::int64_t newest) {
        step_ += direction_ * speed() * seconds * static_cast<double>(newest - first) / whole;
        const double from = static_cast<double>(first), to = static_cast<double>(newest);
        const bool arrived = direction_ > 0 && step_ >= to;
        if (arrived || (direction_ < 0 && step_ <= from)) direction_ = 0;
        step_ = std::clamp(step_, from, to);
        if (arrived) return now;
        return static_cast<std::int64_t>(std::floor(step_));
    }

private:
    int direction_ = 0;
    std::size_t speed_ = 2;
    double step_ = 0;
};

}  // namespace ladder
