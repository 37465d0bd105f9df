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

}  // namespace

std::string progress_line(const Snapshot& s) {
    return format("step %6lld  train %.4f  excess %.4f  rung %d (%.2f)  %s", static_cast<long long>(s.step), s.train_loss, s.evaluation.excess(), s.reading.rung, s.reading.height,
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
    text += format("Validation loss %.4f nats: %.4f %s the %s of %.4f.\n", f.last.evaluation.loss, std::abs(f.last.evaluation.excess()), f.last.evaluation.excess() < 0 ? "below" : "above",
                   f.settings.data == DataSource::text ? "longest n-gram's loss" : "Bayes loss", f.last.evaluation.bayes_loss);
    text += format("%.1f s, %.1f steps a second, %d thread%s.\n", f.seconds, f.seconds > 0 ? static_cast<double>(f.last.step) / f.seconds : 0.0, f.workers, f.workers == 1 ? "" : "s");
    return text;
}

std::string summary_json(const RunFacts& f, bool diverged, const std::string& message, const std::string& out) {
    Json rung_changes = Json::array(), phase_changes = Json::array(), stages = Json::array(), heads = Json::array();
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
                       {"reached", f.readout.reached()},
                       {"rung_changes", rung_changes},
                       {"phase", phase_name(f.last.reading.phase)},
                       {"phase_changes", phase_changes},
                       {"specialisation", f.last.reading.specialisation},
                       {"heads", heads},
                       {"stages", stages},
                       {"workers", f.workers},
                       {"seconds", f.seconds},
                       {"steps_per_second", f.seconds > 0 ? static_cast<double>(f.last.step) / f.seconds : 0.0},
                       {"out", out.empty() ? Json() : Json(out)}};
    return json.dump();
}

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled && isatty(STDERR_FILENO) != 0) {}

void ProgressBar::show(std::int64_t step, std::int64_t steps, double seconds, const Snapshot& newest) {
    if (!enabled_ || (shown_ >= 0 && seconds - shown_ < 0.1 && step < steps)) return;
    shown_ = seconds;
    constexpr int width = 24;
    const int filled = steps > 0 ? static_cast<int>(step * width / steps) : width;
    std::string bar(static_cast<std::size_t>(filled), '#');
    bar.resize(width, '.');
    std::fprintf(stderr, "\r\033[K[%s] %lld/%lld  excess %.4f  rung %d (%.2f)  %s  %.0f steps/s", bar.c_str(), static_cast<long long>(step), static_cast<long long>(steps),
                 newest.evaluation.excess(), newest.reading.rung, newest.reading.height, phase_name(newest.reading.phase), seconds > 0 ? static_cast<double>(step) / seconds : 0.0);
    std::fflush(stderr);
}

void ProgressBar::clear() {
    if (enabled_ && shown_ >= 0) std::fprintf(stderr, "\r\033[K");
}

}  // namespace ladder::cli
