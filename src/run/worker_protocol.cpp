// Fields in order of declaration, after a magic word that names the kind of message.
#include "run/worker_protocol.h"

#include <cmath>

#include "run/byte_stream.h"

namespace ladder {
namespace {

constexpr std::uint32_t command_magic = 0x4443574C;  // "LWCD"
constexpr std::uint32_t report_magic = 0x5052574C;   // "LWRP"

}  // namespace

std::vector<std::byte> encode(const WorkerCommand& c) {
    ByteWriter out;
    out.put(command_magic);
    out.put(static_cast<std::uint8_t>(c.kind));
    out.put(c.epoch);
    out.put(c.value);
    if (c.kind == WorkerCommand::Kind::start) {
        out.put(c.rank);
        out.put(c.peers);
        out.put(static_cast<std::uint8_t>(c.running));
        out.put(settings_to_json(c.settings));
        out.put(static_cast<std::uint8_t>(c.from != nullptr));
    }
    std::vector<std::byte> bytes = out.take();
    if (c.from) {
        const std::vector<std::byte> checkpoint = encode(*c.from);
        bytes.insert(bytes.end(), checkpoint.begin(), checkpoint.end());
    }
    return bytes;
}

WorkerCommand decode_command(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "command");
    if (in.integer<std::uint32_t>() != command_magic) in.fail("does not begin as one");
    WorkerCommand c;
    const int kind = in.integer<std::uint8_t>();
    in.expect(kind <= static_cast<int>(WorkerCommand::Kind::checkpoint));
    c.kind = static_cast<WorkerCommand::Kind>(kind);
    c.epoch = in.integer<std::uint32_t>();
    c.value = in.number();
    in.expect(std::isfinite(c.value));
    if (c.kind == WorkerCommand::Kind::start) {
        c.rank = in.integer<int>();
        c.peers = in.integer<int>();
        c.running = in.integer<std::uint8_t>() != 0;
        in.expect(c.peers >= 1 && c.rank >= 0 && c.rank < c.peers);
        settings_from_json(c.settings, in.text());  // what is out of range is moved into it, as everywhere
        if (in.integer<std::uint8_t>() != 0) {
            c.from = std::make_shared<const RunCheckpoint>(decode_checkpoint(in.rest()));
            return c;
        }
    }
    in.expect_end();
    return c;
}

std::vector<std::byte> encode(const WorkerReport& r) {
    ByteWriter out;
    out.put(report_magic);
    out.put(static_cast<std::uint8_t>(r.kind));
    out.put(r.epoch);
    std::vector<std::byte> bytes = out.take();
    bytes.insert(bytes.end(), r.payload.begin(), r.payload.end());
    return bytes;
}

WorkerReport decode_report(std::span<const std::byte> bytes) {
    constexpr std::size_t header = 9;
    ByteReader in(bytes.first(std::min(bytes.size(), header)), "report");
    if (in.integer<std::uint32_t>() != report_magic) in.fail("does not begin as one");
    WorkerReport r;
    const int kind = in.integer<std::uint8_t>();
    in.expect(kind <= static_cast<int>(WorkerReport::Kind::checkpoint));
    r.kind = static_cast<WorkerReport::Kind>(kind);
    r.epoch = in.integer<std::uint32_t>();
    r.payload.assign(bytes.begin() + header, bytes.end());
    return r;
}

}  // namespace ladder
