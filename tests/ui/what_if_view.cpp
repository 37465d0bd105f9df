// The answer to a what-if in words.
#include "ui/what_if_view.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("the answer's difference is that of the two losses as they are said, and it says of how many sequences") {
    const Chain chain{Settings{}};
    WhatIfState state;
    state.sequences = 64;
    state.as_trained.emplace().loss = 3.7406;
    state.changed.emplace().loss = 3.8832;
    CHECK(what_if_sentence(chain, state).starts_with("Loss 3.883 instead of 3.741 nats (+0.142) on 64 held-out sequences. Still nearest to "));
    state.changed->loss = 3.7404;
    CHECK(what_if_sentence(chain, state).starts_with("Loss 3.740 instead of 3.741 nats (\u22120.001) on 64 held-out sequences. "));
}
