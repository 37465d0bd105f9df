// The run in words: each head, the stage, and the sizes that text can have.
#include "ui/summary_words.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("each head is told with what it reads, each block by its number") {
    Settings s;
    s.vocabulary = 5;
    const Chain chain(s);
    Snapshot now;
    now.reading.heads = {{2, 0.931}, {-1, 0}};
    CHECK(head_readings(chain, 2, now) == std::vector<std::string>{"Head 1 serves the near pair, with 93 % of its attention.", "Head 2 has no favourite yet."});
    CHECK(head_readings(chain, 1, now)[1] == "Block 2, head 1 has no favourite yet.");
    CHECK(head_readings(chain, 3, Snapshot{}).empty());
}

TEST_CASE("a step lies in the last stage that began before it") {
    const std::vector<Stage> stages{{0, 100, 0, -1}, {100, 230, 1, 2}, {230, 400, 2, 1}};
    CHECK(stage_at(stages, 0) == 0);
    CHECK(stage_at(stages, 99) == 0);
    CHECK(stage_at(stages, 100) == 1);
    CHECK(stage_at(stages, 5000) == 2);
    CHECK(stage_at({}, 3) == 0);
}

TEST_CASE("a stage says when it began and what was learned") {
    Settings s;
    s.vocabulary = 5;
    const Chain chain(s);
    Readout readout(chain);
    CHECK(stage_sentence(chain, readout, 0).empty());
    Readout::State state;
    state.started = true;
    state.current.step = 300;
    state.current.rung = 1;
    state.current.heads = readout.current().heads;
    state.rung_changes = {{200, 0, 1}};
    state.reached = {0, 200, -1, -1};
    readout.restore(state);
    CHECK(stage_sentence(chain, readout, 150) == "Stage 1, since step 0: rung 0 of 3.");
    CHECK(stage_sentence(chain, readout, 300) == "Stage 2, since step 200: rung 1 of 3, it learned to use the near pair.");
}

TEST_CASE("hidden controls are named, sizes of text go up and down and end") {
    ControlSet set;
    CHECK(control_list(set).empty());
    set.add(Control::speed), set.add(Control::new_seed);
    CHECK(control_list(set) == std::vector<std::string>{"new-seed", "speed"});
    CHECK(next_text_size(100, true) == 115);
    CHECK(next_text_size(100, false) == 90);
    CHECK(next_text_size(120, true) == 130);
    CHECK(next_text_size(200, true) == 200);
    CHECK(next_text_size(50, false) == 50);
}
