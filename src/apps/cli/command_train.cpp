// `ladder train`: one run from its settings to its files. Settings that cannot be taken as given are
// refused: unlike the page, a script must not go on with something else than it asked for.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "apps/cli/commands.h"
#include "apps/cli/device_option.h"
#include "apps/cli/interruption.h"
#include "apps/cli/report.h"
#include "apps/cli/run_folder.h"
#include "apps/cli/settings_options.h"
#include "base/error.h"
#include "run/training_loop.h"

namespace ladder::cli {
namespace {

constexpr std::int64_t most_steps = 1000;  // that a device makes before an interruption is looked for

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

KeptRun taken_up(const TrainOptions& options, RunFolder& folder) {
    if (!options.settings.preset.empty() || !options.settings.values.empty()) throw Error("A run that is taken up again keeps its settings, so --resume goes without any.", "Leave them out, or start a new run without --resume.");
    return folder.take_up();
}

}  // namespace

int train(const TrainOptions& options) {
    const MakeStepDevice make_device = step_device(options.device);
    RunFolder folder(options.out);
    const KeptRun kept = options.resume ? taken_up(options, folder) : KeptRun{chosen_settings(options.settings), {}, {}};
    const Settings& settings = kept.settings;
    if (options.resume && kept.checkpoint->step() >= settings.steps && kept.model_written) throw Error("The run in " + options.out + " is finished: it stands at step " + std::to_string(kept.checkpoint->step()) + ".", "Choose another folder for a new run.");
    if (!options.out.empty() && !options.resume) folder.open();  // before any work is done: the folder must take files
    listen_for_interruption();
    if (!options.out.empty()) outlive_the_reader();

    TrainingLoop loop(settings, options.kernels, kept.checkpoint);
    if (const Trainer* const trainers[] = {&loop.trainer()}; make_device) loop.attach(make_device(trainers));
    if (settings.workers > loop.workers() && !options.json)
        std::fprintf(stderr, "ladder: %d threads were asked for, %d can be used here. The numbers are the same for any number of threads.\n", settings.workers, loop.workers());

    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [start] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
    ProgressBar bar(!options.json);
    Lines lines(!options.json && !bar.enabled(), settings.steps);
    std::string csv = kept.csv;
    std::shared_ptr<const Snapshot> newest;
    const auto record = [&](std::shared_ptr<const Snapshot> snapshot) {
        if (!snapshot) return false;
        if (csv.empty()) csv = csv_header(*snapshot);
        csv += csv_row(*snapshot);
        lines.show(*snapshot, settings.steps);
        newest = std::move(snapshot);
        return true;
    };
    double next_checkpoint = seconds() + options.checkpoint_seconds;
    const auto keep = [&] {
        if (options.out.empty() || !loop.evaluated()) return;
        folder.keep(csv, *loop.evaluated());
        next_checkpoint = seconds() + options.checkpoint_seconds;
    };

    std::int64_t failed_step = 0;  // of a run that diverged
    const auto evaluate = [&] {
        const std::int64_t step = loop.step();
        auto snapshot = loop.evaluate();
        if (!snapshot && failed_step == 0) failed_step = step;
        return snapshot;
    };

    if (!loop.is_evaluated() && !record(evaluate())) throw Error("The untrained model's loss is not finite, so there is nothing to train.", "Use smaller values for the scale of the chain or of the initial weights.");
    // Only now, when nothing that is asked for can be refused any more, does a new run take the place of an old one.
    if (!options.out.empty() && !options.resume) {
        if (const int signal = interruption()) throw Interrupted(signal, std::string("Stopped by ") + signal_name(signal) + " before the run began. The folder " + options.out + " is as it was.");
        folder.begin(settings);
    }
    while (!loop.diverged() && loop.step() < settings.steps && !interruption()) {
        const std::int64_t due = next_evaluation(loop.step(), settings.evaluate_every, settings.steps) - loop.step();
        const StepResult result = loop.advance(static_cast<int>(std::min<std::int64_t>(due, most_steps)));
        if (result.diverged) failed_step = result.failed_step;
        else if (evaluation_due(result.step, settings.evaluate_every, settings.steps)) record(evaluate());
        if (newest && !loop.diverged()) bar.show(result.step, settings.steps, seconds(), *newest);
        if (loop.is_evaluated() && seconds() >= next_checkpoint) keep();
    }
    const int signal = loop.diverged() || loop.step() >= settings.steps ? 0 : interruption();
    keep();  // of the last evaluated state: a run that was stopped goes on from there as if it had not been
    if (loop.diverged() && !loop.is_evaluated()) record(evaluate());
    // For the summary and the model alone: a state between two evaluations may have left the finite numbers unnoticed,
    // and then the last one that had not takes its place.
    if ((signal && !loop.is_evaluated()) || !newest) newest = evaluate();
    if (!newest) newest = evaluate();
    if (!newest) throw Error("The state in the run's checkpoint is not finite, so the run cannot go on from it.", "Start the run again without --resume.");
    bar.clear();
    const std::string message = loop.diverged() ? divergence_message(settings, failed_step, loop.step()) : std::string();

    if (!options.out.empty()) folder.finish(csv, loop.trainer());
    const RunFacts facts{*newest, loop.readout(), settings, seconds(), loop.workers()};
    if (options.json) std::printf("%s\n", summary_json(facts, loop.diverged(), message, options.out).c_str());
    else std::printf("%s", summary(facts).c_str());
    if (!options.json && !options.out.empty()) std::printf("Written to %s: config.json, metrics.csv, model.safetensors, checkpoint.run.\n", options.out.c_str());
    if (signal && !loop.diverged())
        std::fprintf(stderr, "ladder: Stopped by %s at step %lld of %d.%s\n", signal_name(signal), static_cast<long long>(loop.step()), settings.steps,
                     options.out.empty() ? "" : " What was reached is written; the same --out with --resume goes on.");
    if (loop.diverged()) std::fprintf(stderr, "ladder: %s\n", message.c_str());
    return loop.diverged() ? diverged : signal ? interrupted + signal : done;
}

}  // namespace ladder::cli
