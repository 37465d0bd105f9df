// The whole interface, the same on the page and in the desktop window. The platform calls frame() once a
// frame between its own begin and end; everything else is inside.
#pragma once

#include <memory>
#include <string>

#include "run/runner.h"
#include "ui/panels.h"

namespace ladder {

// What the platform tells the interface of its surroundings, every frame.
struct FrameInput {
    float width, height;       // points
    float pixel_ratio = 1;     // device pixels per point
    bool dark = false;         // what the system prefers
    bool reduced_motion = false;
    double seconds = 0;        // monotonic
};

class App {
public:
    App(std::unique_ptr<Runner>, const Settings&, std::string preset);
    ~App();

    void frame(const FrameInput&);
    // A problem to be shown as a dismissible sentence (bad URL parameters, a file that could not be read).
    void report(const std::string& sentence);
    void set_theme(int mode);  // 0: follow the system, 1: light, 2: dark
    // State for tests and for the page around the canvas, as one JSON object: step, rung, h, phase, state, kl, seed, preset, message.
    std::string state_json() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
