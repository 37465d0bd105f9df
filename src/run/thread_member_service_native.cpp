// The page's worker and its messages, with a thread and two queues between them.
#include "run/thread_member_service.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "run/member_worker.h"
#include "run/worker_member_service.h"

namespace ladder {
namespace {

struct Queues {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<std::vector<std::byte>> commands, reports;
};

struct QueuePool final : WorkerPool {
    explicit QueuePool(Queues& q) : queues(q) {}
    void ensure(int) override {}
    void post(int, std::vector<std::byte> bytes) override {
        {
            const std::scoped_lock lock(queues.mutex);
            queues.commands.push_back(std::move(bytes));
        }
        queues.changed.notify_all();
    }
    Queues& queues;
};

void live(const std::stop_token& stop, Queues& queues) {
    MemberWorker worker;
    bool busy = false;
    while (!stop.stop_requested()) {
        std::vector<std::vector<std::byte>> commands;
        {
            std::unique_lock lock(queues.mutex);
            if (!busy && !queues.changed.wait(lock, stop, [&] { return !queues.commands.empty(); })) return;
            commands.swap(queues.commands);
        }
        for (const auto& command : commands) worker.command(command);
        busy = worker.work();
        const std::scoped_lock lock(queues.mutex);
        for (auto& report : worker.take_reports()) queues.reports.push_back(std::move(report));
    }
}

}  // namespace

struct ThreadMemberService::Impl {
    Queues queues;
    WorkerMemberService service{std::make_unique<QueuePool>(queues)};
    std::jthread thread{[this](const std::stop_token& stop) { live(stop, queues); }};  // last: it ends before the rest goes

    void collect() {
        std::vector<std::vector<std::byte>> reports;
        {
            const std::scoped_lock lock(queues.mutex);
            reports.swap(queues.reports);
        }
        for (const auto& report : reports) service.receive(report);
    }
};

ThreadMemberService::ThreadMemberService() : impl_(std::make_unique<Impl>()) {}
ThreadMemberService::~ThreadMemberService() = default;

void ThreadMemberService::study(const Settings& settings) { impl_->service.study(settings); }
void ThreadMemberService::measure(std::int64_t step, const std::vector<float>& parameters) { impl_->service.measure(step, parameters); }

MemberService::State ThreadMemberService::state() const {
    impl_->collect();
    return impl_->service.state();
}

std::vector<MemberReading> ThreadMemberService::take_readings() {
    impl_->collect();
    return impl_->service.take_readings();
}

}  // namespace ladder
