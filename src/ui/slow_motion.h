// One training step in slow motion: sample, forward, loss, backward, update. The step is a real one of the run; what is
// said of each part are its numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "run/snapshot.h"
#include "task/chain.h"
#include "ui/layout.h"

namespace ladder {

class SlowMotion {
public:
    enum class Part { sample, forward, loss, backward, update };
    static constexpr std::array<const char*, 5> names{"Sample", "Forward", "Loss", "Backward", "Update"};
    static constexpr double seconds_a_part = 5;

    bool open() const { return open_; }
    // To begin as soon as the run rests.
    void ask() { asked_ = true; }
    bool asked() const { return asked_; }
    // From a run at rest; before: step of the newest moment; parameters: of the model, to be said.
    void begin(std::int64_t before, double seconds, std::size_t parameters = 0);
    void close() { open_ = asked_ = false; }
    // With a moment after `before`, the parts follow each other by themselves until one is chosen.
    void follow(std::int64_t newest, double seconds, bool by_itself);
    void choose(Part part) { part_ = part, by_itself_ = false; }

    Part part() const { return part_; }
    bool stepped() const { return stepped_; }                // the step has been made, its numbers are there
    bool shows_result() const { return part_ == Part::update && stepped_; }
    std::int64_t before() const { return before_; }
    std::size_t parameters() const { return parameters_; }

private:
    bool open_ = false, asked_ = false, stepped_ = false, by_itself_ = true;
    Part part_ = Part::sample;
    std::int64_t before_ = 0;
    std::size_t parameters_ = 0;
    double entered_ = 0;
};

// The panel in which this part happens.
Panel slow_motion_panel(SlowMotion::Part);
// after: the moment after the step; null while it is not there yet.
std::string slow_motion_sentence(SlowMotion::Part, const Settings&, const Chain&, std::size_t parameters, const Snapshot* after);

}  // namespace ladder
