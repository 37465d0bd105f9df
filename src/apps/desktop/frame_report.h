// What the frames cost and what the program holds, measured by itself: a line of JSON every so many seconds, which scripts/soak
// judges. CPU time of the thread that draws, so that waiting for the screen and other programs do not count.
#pragma once

#include <ctime>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace ladder {

class FrameReport {
public:
    // interval in seconds; 0: nothing is measured or printed.
    explicit FrameReport(double interval) : interval_(interval) {}

    void begin_frame() { begin_ = cpu_milliseconds(); }
    // state: App::state_json(), called only when a line is due.
    template <class State>
    void end_frame(double seconds, State&& state) {
        if (interval_ <= 0) return;
        const double spent = cpu_milliseconds() - begin_;
        ++frames_;
        if (spent > slow) ++slow_;
        if (spent > longest_) longest_ = spent;
        if (due_ == 0) due_ = seconds + interval_;
        if (seconds < due_) return;
        due_ = seconds + interval_;
        const auto of = nlohmann::json::parse(state());
        const nlohmann::json line{{"seconds", seconds}, {"frames", frames_}, {"slow", slow_}, {"longest", longest_}, {"step", of["step"]}, {"snapshots", of["snapshots"]}, {"historyBytes", of.value("historyBytes", 0)}};
        std::printf("%s\n", line.dump().c_str());
        std::fflush(stdout);
        frames_ = slow_ = 0;
        longest_ = 0;
    }

private:
    static constexpr double slow = 20;  // milliseconds

    static double cpu_milliseconds() {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
    }

    const double interval_;
    double begin_ = 0, due_ = 0, longest_ = 0;
    long frames_ = 0, slow_ = 0;
};

}  // namespace ladder
