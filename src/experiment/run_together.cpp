#include "experiment/run_together.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>

#include "base/out_of_memory.h"
#include "experiment/attempt.h"
#include "run/thread_pool.h"
#include "run/training_loop.h"

namespace ladder {
namespace {

struct Member {
    RunRecord record;
    std::unique_ptr<TrainingLoop> loop;  // empty: it could not be made

    bool alive() const { return loop && !loop->diverged() && record.failure.empty(); }

    void begin(const SweepJob& job) {
        record = {job.label, job.settings, {}, {}};
        attempt(record, [&] {
            refuse_contradictions(job.settings);
            Settings settings = job.settings;
            settings.workers = 1;
            loop = std::make_unique<TrainingLoop>(settings);
        });
    }

    void evaluate() {
        attempt(record, [&] {
            const std::int64_t step = loop->step();
            if (const auto snapshot = loop->evaluate()) record.moments.push_back(to_moment(*snapshot));
            else if (record.empty()) record.failure = untrained_not_finite;
            else record.failure = divergence_message(record.settings, step, loop->step());
        });
    }
};

class Group {
public:
    Group(std::span<const SweepJob> jobs, int threads, const StepsMade& made) : pool_(threads), made_(made), members_(jobs.size()) {
        in_parallel([&](std::size_t i) { members_[i].begin(jobs[i]); });
    }

    // Error: the device cannot take them.
    void attach(const MakeStepDevice& make) {
        std::vector<const Trainer*> trainers;
        for (const Member& m : members_)
            if (m.loop) trainers.push_back(&m.loop->trainer());
        if (trainers.empty()) return;
        device_ = make(trainers);
        int run = 0;
        for (Member& m : members_)
            if (m.loop) m.loop->attach(device_, run++);
    }

    // Error: the device failed. What the runs had reached is in their records.
    void run() {
        do evaluate();
        while (advance());
    }

    // Of the machine, not of a run: those that failed by themselves keep their own sentences.
    void fail(const std::string& sentence) {
        for (Member& m : members_) {
            if (!m.record.failure.empty()) continue;
            m.record.failure = sentence;
            m.record.machine_failed = true;
        }
    }

    std::vector<RunRecord> records() {
        std::vector<RunRecord> all;
        for (Member& m : members_) all.push_back(std::move(m.record));
        return all;
    }

private:
    template <class F>
    void in_parallel(F&& work) {
        std::atomic<std::size_t> next{0};
        pool_.run([&](int) {
            for (std::size_t i = next++; i < members_.size(); i = next++) work(i);
        });
    }

    void evaluate() {
        in_parallel([this](std::size_t i) {
            if (members_[i].alive()) members_[i].evaluate();
        });
    }

    // To the next evaluation; false when there is none, or the runs are to end.
    bool advance() {
        const auto first = std::find_if(members_.begin(), members_.end(), [](const Member& m) { return m.alive(); });
        if (first == members_.end()) return false;
        const Settings& s = first->record.settings;
        const std::int64_t step = first->loop->step(), due = next_evaluation(step, s.evaluate_every, s.steps) - step;
        if (step >= s.steps) return false;
        const std::vector<StepResult> results = device_->advance(static_cast<int>(due));
        std::int64_t steps = 0;
        std::size_t run = 0;
        for (Member& m : members_) {
            if (!m.loop) continue;
            const StepResult& result = results[run++];
            if (!m.alive()) continue;
            steps += due;
            m.loop->take(result);
            m.loop->fetch();  // here: a device is for one thread at a time
            if (result.diverged) m.record.failure = divergence_message(m.record.settings, result.failed_step, m.record.last().step);
        }
        return !made_ || made_(steps);
    }

    ThreadPool pool_;
    const StepsMade& made_;
    std::vector<Member> members_;
    std::shared_ptr<StepDevice> device_;
};

}  // namespace

std::vector<std::vector<std::size_t>> groups_of_runs(std::span<const SweepJob> jobs, std::size_t most) {
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const Settings& mine = jobs[i].settings;
        const auto place = std::find_if(groups.begin(), groups.end(), [&](const std::vector<std::size_t>& g) {
            const Settings& other = jobs[g.front()].settings;
            return g.size() < most && can_share_device(mine, other) && mine.steps == other.steps && mine.evaluate_every == other.evaluate_every;
        });
        if (place != groups.end()) place->push_back(i);
        else groups.push_back({i});
    }
    return groups;
}

std::vector<RunRecord> run_together(std::span<const SweepJob> jobs, const MakeStepDevice& make, int threads, const StepsMade& made) {
    {
        Group group(jobs, threads, made);
        std::string shortage;  // of memory: fewer runs may find room, while of anything else they would fail as well
        try {
            group.attach(make);
            group.run();
        } catch (const OutOfMemory& e) {
            shortage = e.what();
        } catch (const std::bad_alloc&) {
            shortage = not_enough_memory;
        } catch (const Error& e) {
            group.fail(e.what());
        }
        if (!shortage.empty() && jobs.size() == 1) group.fail(shortage);
        if (shortage.empty() || jobs.size() == 1) return group.records();
    }
    const std::size_t half = jobs.size() / 2;
    std::vector<RunRecord> records = run_together(jobs.first(half), make, threads, made);
    for (RunRecord& r : run_together(jobs.subspan(half), make, threads, made)) records.push_back(std::move(r));
    return records;
}

}  // namespace ladder
