// Being asked to stop: Ctrl-C or the system's request to end. The first request lets a command finish its step and
// write what it has; a second one ends the program at once, in the system's way.
#pragma once

#include <stdexcept>
#include <string>

namespace ladder::cli {

// From now on SIGINT and SIGTERM are requests instead of the end.
void listen_for_interruption();
// Number of the signal that came; 0 when none did. Any thread may ask.
int interruption();
// "SIGINT", "SIGTERM"
const char* signal_name(int signal);

// Thrown by a command that ended early because of a signal, after what it had was written: a sentence for the user.
struct Interrupted : std::runtime_error {
    explicit Interrupted(int number, const std::string& sentence) : std::runtime_error(sentence), signal(number) {}
    int signal;
};

}  // namespace ladder::cli
