// What the page says to the worker that studies the classes' members, and what it answers, as bytes. Every message
// carries the number of the study (epoch), so that what belongs to a dropped one is ignored.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "run/member_service.h"

namespace ladder {

struct MemberCommand {
    enum class Kind : std::uint8_t { study, measure } kind = Kind::study;
    std::uint32_t epoch = 0;
    Settings settings;              // study only
    std::int64_t step = 0;          // measure only
    std::vector<float> parameters;  // measure only
};

struct MemberReport {
    enum class Kind : std::uint8_t { state, reading } kind = Kind::state;
    std::uint32_t epoch = 0;
    MemberService::State state;
    MemberReading reading;
};

// Whether the bytes are a command of this kind, and not one of a training worker's (run/worker_protocol.h).
bool is_member_command(std::span<const std::byte>);

std::vector<std::byte> encode(const MemberCommand&);
std::vector<std::byte> encode(const MemberReport&);
// Errors: truncated, unknown kind, values that cannot be.
MemberCommand decode_member_command(std::span<const std::byte>);
MemberReport decode_member_report(std::span<const std::byte>);

}  // namespace ladder
