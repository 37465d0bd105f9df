// The messages between the page and its workers, by number: what tests/fuzz/messages.cpp makes up, and tests/run/fuzz_seeds_native.cpp
// reads of its corpus.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "run/member_protocol.h"
#include "run/run_checkpoint.h"
#include "run/snapshot.h"
#include "run/worker_protocol.h"

namespace ladder::test {

inline constexpr int message_kinds = 7;

// Read as a message of this kind, and written again. Error: it is none.
inline std::vector<std::byte> rewritten(int kind, std::span<const std::byte> bytes) {
    switch (kind) {
        case 0: return encode(decode_command(bytes));
        case 1: return encode(decode_report(bytes));
        case 2: return encode(decode_snapshot(bytes));
        case 3: return encode(decode_status(bytes));
        case 4: return encode(decode_checkpoint(bytes));
        case 5: return encode(decode_member_command(bytes));
        default: return encode(decode_member_report(bytes));
    }
}

}  // namespace ladder::test
