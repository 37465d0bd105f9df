// A signal handler may do almost nothing: it notes the signal's number and gives the next one its usual meaning. Not so with
// SIGHUP, which comes twice when a terminal closes: from its shell and from the system.
#include "apps/cli/interruption.h"

#include <atomic>
#include <csignal>

namespace ladder::cli {
namespace {

// What a handler can reach: lock-free, so that it may be written at any moment.
std::atomic<int>& received() {
    static std::atomic<int> number{0};
    static_assert(std::atomic<int>::is_always_lock_free);
    return number;
}

std::atomic<bool>& unread() {
    static std::atomic<bool> so{false};
    static_assert(std::atomic<bool>::is_always_lock_free);
    return so;
}

extern "C" void note_signal(int number) {
    received() = number;
    if (number != SIGHUP) std::signal(number, SIG_DFL);
}

// errno is gone by the time that somebody looks: what is larger than the buffer is written in the middle of a printf.
extern "C" void note_unread(int number) {
    unread() = true;
    std::signal(number, note_unread);
}

}  // namespace

void listen_for_interruption() {
    received() = 0;  // made before a handler needs it
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, note_signal);
    if (std::signal(SIGHUP, note_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);  // nohup asked for that
}

void outlive_the_reader() {
    unread() = false;
    std::signal(SIGPIPE, note_unread);
}

bool reader_left() { return unread(); }

int interruption() { return received(); }

const char* signal_name(int signal) { return signal == SIGTERM ? "SIGTERM" : signal == SIGHUP ? "SIGHUP" : "SIGINT"; }

}  // namespace ladder::cli
