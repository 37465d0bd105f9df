// What is computed of a run on screen is computed anew where another run comes in its place, though its chain and its moments
// be the same ones: a branch may have another held-out set.
#include "ui/close_up_state.h"

#include <doctest/doctest.h>

#include "model/model.h"
#include "ui/what_if_view.h"

using namespace ladder;

namespace {

// A run of one moment, with its state, and a branch of it that keeps less held out.
struct RunAndBranch {
    Settings settings, branched;
    Chain chain;
    History history;
    RunnerStatus status;

    RunAndBranch() : settings(small()), branched(settings), chain(settings), history(chain) {
        branched.validation = 2;
        auto s = std::make_shared<Snapshot>();
        s->evaluation.heads = settings.heads;
        s->evaluation.span_mass.assign(static_cast<std::size_t>(settings.heads * chain.span_count()), 0.1f);
        s->evaluation.kl.assign(static_cast<std::size_t>(chain.span_count()) + 1, 0.1);
        history.add(s);
        auto checkpoint = std::make_shared<RunCheckpoint>();
        for (std::size_t i = 0; i < make_model(settings)->table().size(); ++i) checkpoint->state.parameters.push_back(0.01f * static_cast<float>(i % 7));
        history.attach(checkpoint);
    }
    static Settings small() {
        Settings s;
        s.vocabulary = 5, s.length = 16, s.validation = 8;
        return s;
    }
    RunView run() const { return {settings, chain, history, status, 1}; }
    RunView branch() const { return {branched, chain, history, status, 2}; }
};

}  // namespace

TEST_CASE("a prediction taken apart is one of the branch's held-out sequences once the branch is on screen") {
    const RunAndBranch both;
    CloseUpState state;
    state.sequence = 7;
    update_close_up(both.run(), state);
    CHECK(state.problem.empty());
    CHECK(state.shown_sequence == 7);
    update_close_up(both.branch(), state);
    CHECK(state.problem.empty());
    CHECK(state.bench->sequences() == 2);
    CHECK(state.shown_sequence == 1);
}

TEST_CASE("a changed head stays changed in a branch, and is answered for on the branch's held-out sequences") {
    const RunAndBranch both;
    WhatIfState state;
    update_what_if(both.run(), state);
    state.edits[0] = {HeadEdit::Kind::ablated, 0};
    update_what_if(both.run(), state);
    REQUIRE(state.changed);
    const double before = state.changed->loss;
    update_what_if(both.branch(), state);
    CHECK(state.asking());
    REQUIRE(state.changed);
    CHECK(state.changed->loss != before);
}
