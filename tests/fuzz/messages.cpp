// Any bytes as what the page and its workers exchange: commands, reports, snapshots, statuses, checkpoints, and those of the
// members' study. The first byte chooses the kind; what is taken is written and read to the same.
#include "tests/support/message_kinds.h"

#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const int kind = data[0] % test::message_kinds;
    fuzz::tolerate([&] {
        const auto written = test::rewritten(kind, fuzz::as_bytes(data + 1, size - 1));
        fuzz::expect(test::rewritten(kind, written) == written);
    });
    return 0;
}
