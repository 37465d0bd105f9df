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

// The run that the folder holds, with another end or another number of threads where these are given: what its numbers up to here
// do not depend on.
KeptRun taken_up(const TrainOptions& options, RunFolder& folder) {
    const auto& given = options.settings.values;
    if (!options.settings.preset.empty() || std::any_of(given.begin(), given.end(), [](const auto& setting) { return setting.first != "steps" && setting.first != "workers"; }))
        throw Error("A run that is taken up again keeps its settings but for --steps and --threads.", "Leave the others out, or start a new run without --resume.");
    KeptRun run = folder.take_up();
    const Settings before = run.settings;
    take_settings(run.settings, options.settings);
    if (!run.checkpoint) {
        std::fprintf(stderr, "ladder: The run in %s was ended before its first checkpoint. It begins again, with its settings.\n", options.out.c_str());
        return run;
    }
    const std::int64_t step = run.checkpoint->step();
    if (needs_restart(before, at_pace_of(before, run.settings))) throw Error("This run's learning rate falls to 0 at step " + std::to_string(before.steps) + ", where it was to stop: it cannot go on to another step.", "Start a new run with these --steps.");
    if (run.settings.steps < step) throw Error("The run in " + options.out + " stands at step " + std::to_string(step) + " already.", "Give a larger --steps, or none.");
    if (step >= run.settings.steps && run.model_written) throw Error("The run in " + options.out + " is finished: it stands at step " + std::to_string(step) + ".", "Give a larger --steps to go on, or choose another folder for a new run.");
    if (run.maker.kernels != options.kernels)
        throw Error("The run in " + options.out + " was made with --kernels " + (run.maker.kernels == Kernels::fast ? "fast" : "reference") + ", and other kernels give the same numbers to rounding only.", "Give it the same ones.");
    if (run.maker.device != options.device)
        std::fprintf(stderr, "ladder: The run was made with --device %s and goes on with --device %s: from here on its numbers are those of a run that was never stopped to rounding only.\n", run.maker.device.c_str(), options.device.c_str());
    return run;
}

}  // namespace

int train(const TrainOptions& options) {
    const MakeStepDevice make_device = step_device(options.device);
    RunFolder folder(options.out);
    const KeptRun kept = options.resume ? taken_up(options, folder) : KeptRun{chosen_settings(options.settings), {}, {}, {}};
    const Settings& settings = kept.settings;
    const Maker maker{options.kernels, options.device};
    tell_without_effect(options.settings, {settings});
    if (!options.out.empty() && !options.resume) folder.open(options.overwrite);  // before any work is done: the folder must take files
    listen_for_interruption();
    if (!options.out.empty()) outlive_the_reader();

    TrainingLoop loop(settings, options.kernels, kept.checkpoint);
    if (const Trainer* const trainers[] = {&loop.trainer()}; make_device) loop.attach(make_device(trainers));
    if (settings.workers > loop.workers() && !options.json)
        std::fprintf(stderr, "ladder: %d threads were asked for, %d can be used here. The numbers are the same for any number of threads.\n", settings.workers, loop.workers());

    const std::int64_t first_step = loop.step();
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
        folder.keep(csv, *loop.evaluated(), settings, maker);
        next_checkpoint = seconds() + options.checkpoint_seconds;
    };

    std::int64_t failed_step = 0;  // of a run that diverged
    const auto evaluate = [&] {
        const std::int64_t step = loop.step();
        auto snapshot = loop.evaluate();
        if (!snapshot && failed_step == 0) failed_step = step;
        return snapshot;
    };

    if (!loop.is_evaluated() && !record(evaluate())) throw Error(untrained_not_finite);
    // Only now, when nothing that is asked for can be refused any more, does a new run take the place of an old one.
    if (!options.out.empty() && !kept.checkpoint) {
        if (const int signal = interruption()) throw Interrupted(signal, std::string("Stopped by ") + signal_name(signal) + " before the run began. The folder " + options.out + " is as it was.");
        folder.begin(settings);
    } else if (!options.out.empty()) {
        folder.note(settings);
    }
    while (!loop.diverged() && loop.step() < settings.steps && !interruption()) {
        const std::int64_t due = next_evaluation(loop.step(), settings.evaluate_every, settings.steps) - loop.step();
        const StepResult result = loop.advance(static_cast<int>(std::min<std::int64_t>(due, most_steps)));
        if (result.diverged) failed_step = result.failed_step;
        else if (evaluation_due(result.step, settings.evaluate_every, settings.steps)) record(evaluate());
        if (newest && !loop.diverged()) bar.show(result.step, settings.steps, static_cast<double>(result.step - first_step) / seconds(), seconds(), *newest);
        if (loop.is_evaluated() && seconds() >= next_checkpoint) keep();
    }
    const int signal = loop.diverged() || loop.step() >= settings.steps ? 0 : interruption();
    keep();  // of the last evaluated state: a run that was stopped goes on from there as if it had not been
    if (loop.diverged() && !loop.is_evaluated()) record(evaluate());
    // For the summary and the model alone: a state between two evaluations may have left the finite numbers unnoticed,
    // and then the last one that had not takes its place.
    if ((signal && !loop.is_evaluated()) || !newest) newest = evaluate();
    if (!newest) newest = evaluate();
    if (!newest) throw Error("The state in the run's checkpoint is not finite, so the run cannot go on from it.", "Start the run again with --overwrite instead of --resume.");
    bar.clear();
    const std::string message = loop.diverged() ? divergence_message(settings, failed_step, loop.step()) : std::string();

    if (!options.out.empty()) folder.finish(csv, loop.trainer());
    const RunFacts facts{*newest, loop.readout(), settings, first_step, seconds(), loop.workers()};
    if (options.json) std::printf("%s\n", summary_json(facts, loop.diverged(), message, options.out).c_str());
    else std::printf("%s", summary(facts).c_str());
    if (!options.json && !options.out.empty()) std::printf("Written to %s: config.json, metrics.csv, model.safetensors, checkpoint.run.\n", options.out.c_str());
    if (signal && !loop.diverged())
        std::fprintf(stderr, "ladder: Stopped by %s at step %lld of %d.%s\n", signal_name(signal), static_cast<long long>(loop.step()), settings.steps,
                     options.out.empty() ? "" : " What was reached is written; the same --out with --resume goes on.");
    if (loop.diverged()) std::fprintf(stderr, "ladder: %s\n", message.c_str());
    return loop.diverged() ? incomplete : signal ? interrupted + signal : done;
}

}  // namespace ladder::cli
