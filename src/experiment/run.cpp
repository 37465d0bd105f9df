#include "experiment/run.h"

#include <new>

#include "base/error.h"
#include "run/training_loop.h"

namespace ladder {

RunRecord run_experiment(const Settings& settings, std::string label, const Progress& progress, Kernels kernels) {
    RunRecord record{std::move(label), settings, {}, {}};
    try {
        Settings possible = settings;
        if (const auto problems = reconcile(possible); !problems.empty()) throw Error(left_out(problems.front()));
        TrainingLoop loop(settings, kernels);
        const auto keep = [&](const std::shared_ptr<const Snapshot>& snapshot) {
            if (snapshot) record.moments.push_back(to_moment(*snapshot));
        };
        keep(loop.evaluate());
        while (!loop.diverged() && loop.trainer().step() < settings.steps) {
            const std::int64_t step = loop.trainer().step() + 1;
            if (!loop.advance().diverged && evaluation_due(step, settings.evaluate_every, settings.steps)) keep(loop.evaluate());
            // What is kept of a run ends with its last evaluation, wherever the model stands.
            if (loop.diverged()) record.failure = divergence_message(settings, step, record.last().step);
            else if (progress && !progress(step)) break;
        }
        if (record.empty() && record.failure.empty()) record.failure = "The untrained model's loss is not finite. Use smaller values for the scale of the chain or of the initial weights.";
    } catch (const Error& e) {
        record.failure = e.what();
    } catch (const std::bad_alloc&) {
        record.failure = not_enough_memory;
        record.machine_failed = true;
    }
    return record;
}

}  // namespace ladder
