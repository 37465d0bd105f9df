// Any bytes as a message from one worker to another: it is refused, or the receiver works on with it and its model stays finite.
// The first byte chooses which of the two receives.
#include <algorithm>
#include <cmath>

#include "run/peer_trainer.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

namespace {

constexpr std::uint32_t peers_epoch = 1;

Settings smallest_settings() {
    Settings s;
    s.vocabulary = 2, s.spans = {1, 1}, s.length = 2, s.batch = 4, s.validation = 16, s.heads = 1, s.steps = 3, s.evaluate_every = 1;
    reconcile(s);
    return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const int rank = data[0] & 1;
    PeerTrainer receiver(smallest_settings(), rank, 2, peers_epoch);
    fuzz::tolerate([&] {
        receiver.receive(1 - rank, fuzz::as_bytes(data + 1, size - 1));
        // Some pieces for each of its steps and no more: what a whole run of messages does, tests/run/peer_test.cpp says.
        for (int piece = 0; piece < 100 && receiver.work(); ++piece) receiver.release();
    });
    const Checkpoint state = receiver.trainer().checkpoint();
    fuzz::expect(std::all_of(state.parameters.begin(), state.parameters.end(), [](float x) { return std::isfinite(x); }));
    return 0;
}
