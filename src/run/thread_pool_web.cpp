// Without threads the caller is the only worker; the page spreads its work over web workers instead.
#include "run/thread_pool.h"

namespace ladder {

struct ThreadPool::Impl {};

ThreadPool::ThreadPool(int) : workers_(1) {}
ThreadPool::~ThreadPool() = default;
void ThreadPool::run(const std::function<void(int)>& task) { task(0); }
int available_cores() { return 1; }

}  // namespace ladder
