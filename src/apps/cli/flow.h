// `ladder flow`: the differential equations on the command line.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace ladder::cli {

// Adds the command; when it is given, chosen becomes what runs it.
void add_flow_command(CLI::App& app, std::function<int()>& chosen);

}  // namespace ladder::cli
