// `ladder bench`: how fast this machine trains, and how near that is to what it could do.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace ladder::cli {

// Adds the command; when it is given, chosen becomes what runs it.
void add_bench_command(CLI::App& app, std::function<int()>& chosen);

}  // namespace ladder::cli
