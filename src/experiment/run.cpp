#include "experiment/run.h"

#include "experiment/attempt.h"
#include "run/training_loop.h"

namespace ladder {

RunRecord run_experiment(const Settings& settings, std::string label, const Progress& progress, Kernels kernels) {
    RunRecord record{std::move(label), settings, {}, {}};
    attempt(record, [&] {
        refuse_contradictions(settings);
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
        if (record.empty() && record.failure.empty()) record.failure = untrained_not_finite;
    });
    return record;
}

}  // namespace ladder
