// Fields in order of declaration, after a magic word that names the kind of message.
#include "run/member_protocol.h"

#include <cmath>

#include "run/byte_stream.h"

namespace ladder {
namespace {

constexpr std::uint32_t command_magic = 0x44434D4C;  // "LMCD"
constexpr std::uint32_t report_magic = 0x50524D4C;   // "LMRP"

}  // namespace

bool is_member_command(std::span<const std::byte> bytes) {
    return bytes.size() >= 4 && ByteReader(bytes, "command").integer<std::uint32_t>() == command_magic;
}

std::vector<std::byte> encode(const MemberCommand& c) {
    ByteWriter out;
    out.put(command_magic);
    out.put(static_cast<std::uint8_t>(c.kind));
    out.put(c.epoch);
    if (c.kind == MemberCommand::Kind::study) {
        out.put(settings_to_json(c.settings));
    } else {
        out.put(c.step);
        out.put(static_cast<std::uint32_t>(c.parameters.size()));
        out.put_block(c.parameters);
    }
    return out.take();
}

MemberCommand decode_member_command(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "command");
    if (in.integer<std::uint32_t>() != command_magic) in.fail("does not begin as one");
    MemberCommand c;
    const int kind = in.integer<std::uint8_t>();
    in.expect(kind <= static_cast<int>(MemberCommand::Kind::measure));
    c.kind = static_cast<MemberCommand::Kind>(kind);
    c.epoch = in.integer<std::uint32_t>();
    if (c.kind == MemberCommand::Kind::study) {
        settings_from_json(c.settings, in.text());  // what is out of range is moved into it, as everywhere
    } else {
        c.step = in.integer<std::int64_t>();
        c.parameters.resize(in.count(sizeof(float)));
        in.block(c.parameters);
    }
    in.expect_end();
    return c;
}

std::vector<std::byte> encode(const MemberReport& r) {
    ByteWriter out;
    out.put(report_magic);
    out.put(static_cast<std::uint8_t>(r.kind));
    out.put(r.epoch);
    if (r.kind == MemberReport::Kind::reading) {
        out.put(r.reading.step);
        out.put(r.reading.kl);
        return out.take();
    }
    out.put(r.state.progress);
    out.put(static_cast<std::uint32_t>(r.state.distances.size()));
    for (const BestInClass::Distance& d : r.state.distances) {
        out.put(d.mean);
        out.put(d.standard_error);
        out.put(d.effective_draws);
        out.put(d.pasts);
    }
    out.put(r.state.failure);
    return out.take();
}

MemberReport decode_member_report(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "report");
    if (in.integer<std::uint32_t>() != report_magic) in.fail("does not begin as one");
    MemberReport r;
    const int kind = in.integer<std::uint8_t>();
    in.expect(kind <= static_cast<int>(MemberReport::Kind::reading));
    r.kind = static_cast<MemberReport::Kind>(kind);
    r.epoch = in.integer<std::uint32_t>();
    if (r.kind == MemberReport::Kind::reading) {
        r.reading.step = in.integer<std::int64_t>();
        r.reading.kl = in.numbers();
    } else {
        r.state.progress = in.number();
        in.expect(r.state.progress >= 0 && r.state.progress <= 1);
        r.state.distances.resize(in.count(28));
        for (BestInClass::Distance& d : r.state.distances) {
            d.mean = in.number();
            d.standard_error = in.number();
            d.effective_draws = in.number();
            d.pasts = in.integer<int>();
            in.expect(std::isfinite(d.mean) && std::isfinite(d.standard_error));
        }
        r.state.failure = in.text();
    }
    in.expect_end();
    return r;
}

}  // namespace ladder
