// Threads take one job after the other; each run is computed by one thread, which is the fastest way for many runs.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>

#include "apps/cli/experiments.h"
#include "apps/cli/interruption.h"
#include "experiment/run.h"
#include "experiment/run_together.h"
#include "run/thread_pool.h"

namespace ladder::cli {
namespace {

class JobProgress {
public:
    JobProgress(bool quiet, std::size_t jobs, std::int64_t steps) : quiet_(quiet), bar_(!quiet && isatty(STDERR_FILENO)), jobs_(jobs), steps_(steps) {}

    void stepped(std::int64_t steps = 1) {
        done_steps_ += steps;
        if (!bar_) return;
        const std::lock_guard lock(mutex_);
        const double seconds = elapsed();
        if (seconds - shown_ < 0.2) return;
        shown_ = seconds;
        const double part = steps_ ? static_cast<double>(done_steps_) / static_cast<double>(steps_) : 1;
        std::fprintf(stderr, "\r%5.1f %%  %zu of %zu runs  %.0f s, about %.0f s left  ", 100 * part, done_runs_, jobs_, seconds, part > 0 ? seconds * (1 - part) / part : 0.0);
    }
    void ended(const RunRecord& run) {
        const std::lock_guard lock(mutex_);
        ++done_runs_;
        if (quiet_ || bar_) return;
        std::fprintf(stderr, "%zu of %zu: %s%s%s\n", done_runs_, jobs_, run.label.c_str(), run.failure.empty() ? "" : ": ", run.failure.c_str());
    }
    void clear() const {
        if (bar_) std::fprintf(stderr, "\r%78s\r", "");
    }

private:
    double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

    bool quiet_, bar_;
    std::size_t jobs_, done_runs_ = 0;
    std::int64_t steps_;
    std::atomic<std::int64_t> done_steps_{0};
    double shown_ = -1;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

std::vector<RunRecord> run_jobs(const std::vector<SweepJob>& jobs, const RunStore& store, int threads, bool quiet, const MakeStepDevice& make_device, int together) {
    std::vector<RunRecord> records(jobs.size());
    std::vector<std::size_t> missing;
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (auto kept = store.find(jobs[i].id, jobs[i].settings)) {
            records[i] = std::move(*kept);
            if (records[i].label != jobs[i].label) {  // of another sweep: the tables of both are to name it alike
                records[i].label = jobs[i].label;
                store.keep(jobs[i].id, records[i]);
            }
        } else {
            missing.push_back(i);
            steps += jobs[i].settings.steps;
        }
    }
    if (!quiet && missing.size() < jobs.size()) std::fprintf(stderr, "%zu of %zu runs are there already.\n", jobs.size() - missing.size(), jobs.size());
    JobProgress progress(quiet, missing.size(), steps);
    const int workers = threads > 0 ? threads : available_cores();
    std::atomic<std::size_t> next{0}, kept{0}, not_kept{0};
    listen_for_interruption();
    outlive_the_reader();
    const auto keep = [&](std::size_t job, RunRecord&& record) {
        RunRecord& place = records[job] = std::move(record);
        if (interruption() && place.failure.empty() && (place.empty() || place.last().step < jobs[job].settings.steps)) return;  // half a run is no run
        store.keep(jobs[job].id, place);
        ++(place.machine_failed ? not_kept : kept);
        progress.ended(place);
    };
    if (make_device) {
        std::vector<SweepJob> wanted;
        wanted.reserve(missing.size());
        for (const std::size_t i : missing) wanted.push_back(jobs[i]);
        for (const std::vector<std::size_t>& group : groups_of_runs(wanted, static_cast<std::size_t>(together))) {
            if (interruption()) break;
            std::vector<SweepJob> mine;
            mine.reserve(group.size());
            for (const std::size_t n : group) mine.push_back(wanted[n]);
            auto made = run_together(mine, make_device, workers, [&](std::int64_t count) {
                progress.stepped(count);
                return !interruption();
            });
            for (std::size_t n = 0; n < group.size(); ++n) keep(missing[group[n]], std::move(made[n]));
        }
    } else {
        ThreadPool pool(workers);
        pool.run([&](int) {
            for (std::size_t n = next++; n < missing.size() && !interruption(); n = next++) {
                const SweepJob& job = jobs[missing[n]];
                Settings settings = job.settings;
                settings.workers = 1;
                keep(missing[n], run_experiment(settings, job.label, [&](std::int64_t) {
                         progress.stepped();
                         return !interruption();
                     }));
            }
        });
    }
    progress.clear();
    if (kept + not_kept < missing.size())
        throw Interrupted(interruption(), std::string("Stopped by ") + signal_name(interruption()) + ": " + std::to_string(jobs.size() - missing.size() + kept) + " of " + std::to_string(jobs.size()) +
                                              " runs are made and kept. The same command goes on from there.");
    return records;
}

bool some_to_make_again(const std::vector<RunRecord>& records) {
    const auto again = std::count_if(records.begin(), records.end(), [](const RunRecord& r) { return r.machine_failed; });
    if (again > 0) std::fprintf(stderr, "ladder: This machine or device could not make %td of the runs. They are not kept: the same command tries them again, and none of the others.\n", again);
    return again > 0;
}

}  // namespace ladder::cli
