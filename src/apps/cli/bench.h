// `ladder bench`: how fast this machine trains, and how near that is to what it could do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/settings.h"

namespace CLI {
class App;
}

namespace ladder::cli {

// Adds the command; when it is given, chosen becomes what runs it.
void add_bench_command(CLI::App& app, std::function<int()>& chosen);

struct DeviceBench {
    std::string device;        // "cuda" or "emulated"
    std::vector<int> batches;
    int runs = 1;              // beside each other
    double seconds = 1;        // for each figure
    bool full = false, json = false;
};
// Steps of a device against its own measured peaks.
int bench_device(const DeviceBench&);

}  // namespace ladder::cli
