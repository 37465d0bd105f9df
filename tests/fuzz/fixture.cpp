// Any bytes as a reference file: it is refused, or its settings hold together, its numbers fit them, and a small one is replayed.
#include "train/fixture.h"

#include <algorithm>
#include <cmath>

#include "tests/fuzz/fuzz.h"
#include "train/replay.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const FixtureKind kind : {FixtureKind::teacher, FixtureKind::training})
        fuzz::tolerate([&] {
            const Fixture fixture = read_fixture(parse_safetensors(fuzz::as_bytes(data, size), "fuzz"), "fuzz", kind);
            const Settings& s = fixture.settings;
            fuzz::expect(fixture.features.size() == static_cast<std::size_t>(span_count(s) * s.vocabulary * s.vocabulary));
            fuzz::expect(fixture.tokens.size() == static_cast<std::size_t>(fixture.sequences) * static_cast<std::size_t>(window(s) + s.length));
            fuzz::expect(std::all_of(fixture.tokens.begin(), fixture.tokens.end(), [&](std::int32_t token) { return token >= 0 && token < s.vocabulary; }));
            fuzz::expect(std::all_of(fixture.features.begin(), fixture.features.end(), [](float x) { return std::isfinite(x); }));
            if (kind == FixtureKind::teacher || fixture.tokens.size() > 64 || s.heads > 4 || s.blocks > 2) return;  // a larger one takes longer to replay than to read
            const Replay result = replay(fixture, 1);
            fuzz::expect(result.diverged == result.losses.empty());
        });
    return 0;
}
