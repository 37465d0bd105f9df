// Text about a run; numbers in sentences are rounded for people.
#include "apps/cli/report.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char text[256];
    std::snprintf(text, sizeof text, pattern, args...);
    return text;
}

// Of a loss: a run that is about to diverge has ones that no digit behind the point belongs to.
std::string nats(double x) { return format(std::abs(x) < 1e6 ? "%.4f" : "%.4g", x); }

}  // namespace

std::string progress_line(const Snapshot& s) {
    return format("step %6lld  train %s  excess %s  rung %d (%.2f)  %s", static_cast<long long>(s.step), nats(s.train_loss).c_str(), nats(s.evaluation.excess()).c_str(), s.reading.rung, s.reading.height,
                  phase_name(s.reading.phase));
}

std::string summary(const RunFacts& f) {
    std::string rungs;
    for (std::size_t k = 1; k < f.readout.reached().size(); ++k) {
        if (f.readout.reached()[k] < 0) continue;
        rungs += (rungs.empty() ? "Reached rung " : ", rung ") + std::to_string(k) + " at step " + std::to_string(f.readout.reached()[k]);
    }
    std::string text = rungs.empty() ? std::string("Reached no rung above 0.") : rungs + ".";
    text += format(" At step %lld it stands on rung %d of %d, at height %.2f.\n", static_cast<long long>(f.last.step), f.last.reading.rung,
                   static_cast<int>(f.readout.reached().size()) - 1, f.last.reading.height);
    std::string phases;
    for (const PhaseChange& change : f.readout.phase_changes())
        phases += (phases.empty() ? "The heads were " : ", ") + std::string(phase_name(change.to)) + " from step " + std::to_string(change.step);
    text += (phases.empty() ? std::string("The heads showed neither competition nor cooperation") : phases) + format("; specialisation %.2f.\n", f.last.reading.specialisation);
    const double excess = f.last.evaluation.excess();
    text += "Validation loss " + nats(f.last.evaluation.loss) + " nats: " + nats(std::abs(excess)) + (excess < 0 ? " below" : " above") + " the " +
            (f.settings.data == DataSource::text ? "longest n-gram's loss" : "Bayes loss") + " of " + nats(f.last.evaluation.bayes_loss) + ".\n";
    text += format("%.1f s, %.1f steps a second, %d thread%s.\n", f.seconds, f.steps_per_second(), f.workers, f.workers == 1 ? "" : "s");
    return text;
}

std::string summary_json(const RunFacts& f, bool diverged, const std::string& message, const std::string& out) {
    Json rung_changes = Json::array(), phase_changes = Json::array(), stages = Json::array(), heads = Json::array();
    Json reached = Json::array();
    for (const std::int64_t step : f.readout.reached()) reached.push_back(step < 0 ? Json() : Json(step));
    for (const RungChange& c : f.readout.rung_changes()) rung_changes.push_back({{"step", c.step}, {"from", c.from}, {"to", c.to}});
    for (const PhaseChange& c : f.readout.phase_changes()) phase_changes.push_back({{"step", c.step}, {"from", phase_name(c.from)}, {"to", phase_name(c.to)}});
    for (const Stage& s : f.readout.stages())
        stages.push_back({{"start", s.start}, {"end", s.end}, {"rung", s.rung}, {"acquired_span", s.acquired_span < 0 ? Json() : Json(s.acquired_span + 1)}});
    for (const HeadRole& r : f.last.reading.heads) heads.push_back({{"span", r.span < 0 ? Json() : Json(r.span + 1)}, {"mass", r.mass}});
    const Evaluation& e = f.last.evaluation;
    const Json json = {{"seed", f.settings.seed},
                       {"step", f.last.step},
                       {"diverged", diverged},
                       {"message", message},
                       {"train_loss", f.last.train_loss},
                       {"val_loss", e.loss},
                       {"bayes_loss", e.bayes_loss},
                       {"excess_loss", e.excess()},
                       {"kl", e.kl},
                       {"rung", f.last.reading.rung},
                       {"height", f.last.reading.height},
                       {"reached", reached},
                       {"rung_changes", rung_changes},
                       {"phase", phase_name(f.last.reading.phase)},
                       {"phase_changes", phase_changes},
                       {"specialisation", f.last.reading.specialisation},
                       {"heads", heads},
                       {"stages", stages},
                       {"workers", f.workers},
                       {"seconds", f.seconds},
                       {"steps_per_second", f.steps_per_second()},
                       {"out", out.empty() ? Json() : Json(out)}};
    return json.dump();
}

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled && isatty(STDERR_FILENO) != 0) {}

void ProgressBar::show(std::int64_t step, std::int64_t steps, double steps_per_second, double seconds, const Snapshot& newest) {
    if (!enabled_ || (shown_ >= 0 && seconds - shown_ < 0.1 && step < steps)) return;
    shown_ = seconds;
    constexpr int width = 24;
    const int filled = steps > 0 ? static_cast<int>(step * width / steps) : width;
    std::string bar(static_cast<std::size_t>(filled), '#');
    bar.resize(width, '.');
    std::fprintf(stderr, "\r\033[K[%s] %lld/%lld  excess %s  rung %d (%.2f)  %s  %.0f steps/s", bar.c_str(), static_cast<long long>(step), static_cast<long long>(steps),
                 nats(newest.evaluation.excess()).c_str(), newest.reading.rung, newest.reading.height, phase_name(newest.reading.phase), steps_per_second);
    std::fflush(stderr);
}

void ProgressBar::clear() {
    if (enabled_ && shown_ >= 0) std::fprintf(stderr, "\r\033[K");
}

}  // namespace ladder::cli
