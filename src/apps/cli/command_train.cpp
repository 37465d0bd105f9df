// `ladder train`: one run from its settings to its files. Settings that cannot be taken as given are
// refused: unlike the page, a script must not go on with something else than it asked for.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "apps/cli/commands.h"
#include "apps/cli/report.h"
#include "apps/cli/settings_options.h"
#include "base/error.h"
#include "base/files.h"
#include "run/training_loop.h"

namespace ladder::cli {
namespace {

// Lines on standard output when nobody watches a bar: about twenty of them, and every change of the reading.
class Lines {
public:
    Lines(bool enabled, std::int64_t steps) : enabled_(enabled), every_(std::max<std::int64_t>(steps / 20, 1)) {}
    void show(const Snapshot& s, std::int64_t last) {
        const bool changed = s.reading.rung != rung_ || s.reading.phase != phase_;
        if (!enabled_ || !(changed || s.step >= next_ || s.step == last)) return;
        std::printf("%s\n", progress_line(s).c_str());
        std::fflush(stdout);
        rung_ = s.reading.rung;
        phase_ = s.reading.phase;
        next_ = s.step - s.step % every_ + every_;
    }

private:
    bool enabled_;
    std::int64_t every_, next_ = 0;
    int rung_ = -1;
    Phase phase_ = Phase::undecided;
};

}  // namespace

int train(const TrainOptions& options) {
    const Settings settings = chosen_settings(options.settings);
    if (!options.out.empty()) {  // before any work is done: the folder must take files
        make_folder(options.out);
        write_file(options.out + "/config.json", settings_to_json(settings));
    }

    TrainingLoop loop(settings, options.kernels);
    if (settings.workers > loop.workers() && !options.json)
        std::fprintf(stderr, "ladder: %d threads were asked for, %d can be used here. The numbers are the same for any number of threads.\n", settings.workers, loop.workers());

    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [start] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
    ProgressBar bar(!options.json);
    Lines lines(!options.json && !bar.enabled(), settings.steps);
    std::string csv, message;
    std::shared_ptr<const Snapshot> newest;
    const auto record = [&](std::shared_ptr<const Snapshot> snapshot) {
        if (!snapshot) return false;
        if (csv.empty()) csv = csv_header(*snapshot);
        csv += csv_row(*snapshot);
        lines.show(*snapshot, settings.steps);
        newest = std::move(snapshot);
        return true;
    };

    if (!record(loop.evaluate())) throw Error("The untrained model's loss is not finite, so there is nothing to train.", "Use smaller values for the scale of the chain or of the initial weights.");
    while (!loop.diverged() && loop.trainer().step() < settings.steps) {
        const std::int64_t step = loop.trainer().step() + 1;
        if (!loop.advance().diverged && evaluation_due(step, settings.evaluate_every, settings.steps)) record(loop.evaluate());
        if (loop.diverged()) message = divergence_message(settings, step, loop.trainer().step());
        else bar.show(step, settings.steps, seconds(), *newest);
    }
    if (loop.diverged() && loop.trainer().step() > newest->step) record(loop.evaluate());
    bar.clear();

    if (!options.out.empty()) {
        write_file(options.out + "/metrics.csv", csv);
        write_file(options.out + "/model.safetensors", format_safetensors(loop.trainer().to_tensors()));
    }
    const RunFacts facts{*newest, loop.readout(), settings, seconds(), loop.workers()};
    if (options.json) std::printf("%s\n", summary_json(facts, loop.diverged(), message, options.out).c_str());
    else std::printf("%s", summary(facts).c_str());
    if (!options.json && !options.out.empty()) std::printf("Written to %s: config.json, metrics.csv, model.safetensors.\n", options.out.c_str());
    if (loop.diverged()) std::fprintf(stderr, "ladder: %s\n", message.c_str());
    return loop.diverged() ? diverged : done;
}

}  // namespace ladder::cli
