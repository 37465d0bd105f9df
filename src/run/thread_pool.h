// A fixed set of threads that work through numbered tasks together with the caller. Natively these are
// threads; where there are none (WebAssembly) the same class does everything in the caller.
#pragma once

#include <functional>
#include <memory>

namespace ladder {

class ThreadPool {
public:
    // workers >= 1, the caller included. Error when the machine gives no thread.
    explicit ThreadPool(int workers);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    // The number that really work: 1 where there are no threads.
    int workers() const { return workers_; }
    // Calls task(worker) once for every worker, at once, and returns when all are done. The first
    // exception is passed on after all have ended.
    void run(const std::function<void(int worker)>& task);

private:
    struct Impl;
    int workers_;
    std::unique_ptr<Impl> impl_;
};

// Cores of this machine that threads can use; 1 where there are no threads.
int available_cores();

}  // namespace ladder
