// Any bytes as what the page and its workers exchange: commands, reports, snapshots, statuses, checkpoints. The first
// byte chooses the kind; what is taken is written and read to the same.
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "run/worker_protocol.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

namespace {

template <class Decode>
void round_trip(std::span<const std::byte> bytes, Decode decode) {
    const auto written = encode(decode(bytes));
    fuzz::expect(encode(decode(written)) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto bytes = fuzz::as_bytes(data + 1, size - 1);
    fuzz::tolerate([&] {
        switch (data[0] % 5) {
            case 0: round_trip(bytes, decode_command); break;
            case 1: round_trip(bytes, decode_report); break;
            case 2: round_trip(bytes, decode_snapshot); break;
            case 3: round_trip(bytes, decode_status); break;
            default: round_trip(bytes, decode_checkpoint); break;
        }
    });
    return 0;
}
