// A signal handler may do almost nothing: it notes the signal's number and gives the next one its usual meaning.
#include "apps/cli/interruption.h"

#include <atomic>
#include <csignal>

namespace ladder::cli {
namespace {

// The one thing that a handler can reach: lock-free, so that it may be written at any moment.
std::atomic<int>& received() {
    static std::atomic<int> number{0};
    static_assert(std::atomic<int>::is_always_lock_free);
    return number;
}

extern "C" void note_signal(int number) {
    received() = number;
    std::signal(number, SIG_DFL);
}

}  // namespace

void listen_for_interruption() {
    received() = 0;  // made before a handler needs it
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, note_signal);
}

int interruption() { return received(); }

const char* signal_name(int signal) { return signal == SIGTERM ? "SIGTERM" : "SIGINT"; }

}  // namespace ladder::cli
