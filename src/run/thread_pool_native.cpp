// The thread pool on standard threads: a generation number calls the workers. What a worker or the caller waits for often
// comes within a tenth of a millisecond, while it takes half of that to wake a thread that sleeps: so everybody looks for it
// for so long, giving way to whoever wants the core, and sleeps only then.
#include "run/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace ladder {
namespace {

template <class F>
void look_for(F&& come) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
    while (!come() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

}  // namespace

struct ThreadPool::Impl {
    std::mutex mutex;
    std::condition_variable_any wake, done;
    const std::function<void(int)>* task = nullptr;
    std::atomic<std::uint64_t> generation = 0;  // both change under the mutex, and are looked at without
    std::atomic<int> busy = 0;
    std::exception_ptr failure;
    std::vector<std::jthread> threads;  // last: stopped and joined before the rest goes

    void keep(std::exception_ptr e) {
        const std::scoped_lock lock(mutex);
        if (!failure) failure = std::move(e);
    }
    void work(const std::stop_token& stop, int worker) {
        std::uint64_t seen = 0;
        for (;;) {
            const std::function<void(int)>* mine = nullptr;
            look_for([&] { return generation != seen; });
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [&] { return generation != seen; })) return;
                seen = generation;
                mine = task;
            }
            try {
                (*mine)(worker);
            } catch (...) {
                keep(std::current_exception());
            }
            const std::scoped_lock lock(mutex);
            if (--busy == 0) done.notify_one();
        }
    }
};

ThreadPool::ThreadPool(int workers) : workers_(std::max(workers, 1)), impl_(std::make_unique<Impl>()) {
    for (int worker = 1; worker < workers_; ++worker)
        impl_->threads.emplace_back([impl = impl_.get(), worker](const std::stop_token& stop) { impl->work(stop, worker); });
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::run(const std::function<void(int)>& task) {
    {
        const std::scoped_lock lock(impl_->mutex);
        impl_->task = &task;
        impl_->busy = workers_ - 1;
        impl_->failure = nullptr;
        ++impl_->generation;
    }
    impl_->wake.notify_all();
    try {
        task(0);
    } catch (...) {
        impl_->keep(std::current_exception());
    }
    look_for([this] { return impl_->busy == 0; });
    std::unique_lock lock(impl_->mutex);
    impl_->done.wait(lock, [this] { return impl_->busy == 0; });
    if (impl_->failure) std::rethrow_exception(impl_->failure);
}

int available_cores() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

}  // namespace ladder
