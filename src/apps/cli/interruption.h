// Being asked to stop: Ctrl-C, the system's request to end, or a terminal that closes. The first request lets a command
// finish its step and write what it has; a second one, but of a terminal, ends the program at once, in the system's way.
// And what becomes of a command whose output nobody reads any more.
#pragma once

#include <stdexcept>
#include <string>

namespace ladder::cli {

// From now on SIGINT, SIGTERM and SIGHUP are requests instead of the end; SIGHUP stays ignored where it was.
void listen_for_interruption();
// Number of the signal that came; 0 when none did. Any thread may ask.
int interruption();
// "SIGINT", "SIGTERM", "SIGHUP"
const char* signal_name(int signal);

// From now on a reader of the output that goes away, as `head` does, is not the end: for commands that write files besides.
void outlive_the_reader();
// Then: the output could not be written because its reader had gone.
bool reader_left();

// Thrown by a command that ended early because of a signal, after what it had was written: a sentence for the user.
struct Interrupted : std::runtime_error {
    explicit Interrupted(int number, const std::string& sentence) : std::runtime_error(sentence), signal(number) {}
    int signal;
};

}  // namespace ladder::cli
