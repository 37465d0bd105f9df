// Checkpoints as bytes: a magic word, the version, the fields in order of declaration, lists in one piece.
#include "run/run_checkpoint.h"

#include <cmath>

#include "run/byte_stream.h"

namespace ladder {
namespace {

constexpr std::uint32_t checkpoint_magic = 0x504B434C;  // "LCKP"
constexpr std::uint32_t checkpoint_version = 1;

void put_numbers(ByteWriter& out, const std::vector<float>& values) {
    out.put(static_cast<std::uint32_t>(values.size()));
    out.put_block(values);
}
std::vector<float> get_numbers(ByteReader& in) {
    std::vector<float> values(in.count(sizeof(float)));
    in.block(values);
    return values;
}

Phase get_phase(ByteReader& in) {
    const int phase = in.integer<std::uint8_t>();
    in.expect(phase <= static_cast<int>(Phase::cooperative));
    return static_cast<Phase>(phase);
}

void put(ByteWriter& out, const Readout::State& r) {
    out.put(static_cast<std::uint8_t>(r.started));
    out.put(r.first_step);
    out.put(r.first_rung);
    out.put(r.current.step);
    out.put(r.current.rung);
    out.put(r.current.height);
    out.put(static_cast<std::uint32_t>(r.current.heads.size()));
    for (const HeadRole& role : r.current.heads) {
        out.put(role.span);
        out.put(role.mass);
    }
    out.put(static_cast<std::uint8_t>(r.current.phase));
    out.put(r.current.specialisation);
    out.put(static_cast<std::uint32_t>(r.rung_changes.size()));
    for (const RungChange& change : r.rung_changes) {
        out.put(change.step);
        out.put(change.from);
        out.put(change.to);
    }
    out.put(static_cast<std::uint32_t>(r.phase_changes.size()));
    for (const PhaseChange& change : r.phase_changes) {
        out.put(change.step);
        out.put(static_cast<std::uint8_t>(change.from));
        out.put(static_cast<std::uint8_t>(change.to));
    }
    out.put(r.reached);
    out.put(r.candidate);
    out.put(r.candidate_count);
    out.put(static_cast<std::uint8_t>(r.phase_candidate));
    out.put(r.phase_count);
}

Readout::State get_readout(ByteReader& in) {
    Readout::State r;
    r.started = in.integer<std::uint8_t>() != 0;
    r.first_step = in.integer<std::int64_t>();
    r.first_rung = in.integer<int>();
    r.current.step = in.integer<std::int64_t>();
    r.current.rung = in.integer<int>();
    r.current.height = in.number();
    r.current.heads.resize(in.count(sizeof(int) + sizeof(double)));
    for (HeadRole& role : r.current.heads) {
        role.span = in.integer<int>();
        role.mass = in.number();
    }
    r.current.phase = get_phase(in);
    r.current.specialisation = in.number();
    r.rung_changes.resize(in.count(16));
    for (RungChange& change : r.rung_changes) {
        change.step = in.integer<std::int64_t>();
        change.from = in.integer<int>();
        change.to = in.integer<int>();
    }
    r.phase_changes.resize(in.count(10));
    for (PhaseChange& change : r.phase_changes) {
        change.step = in.integer<std::int64_t>();
        change.from = get_phase(in);
        change.to = get_phase(in);
    }
    r.reached.resize(in.count(sizeof(std::int64_t)));
    for (std::int64_t& step : r.reached) step = in.integer<std::int64_t>();
    r.candidate = in.integer<int>();
    r.candidate_count = in.integer<int>();
    r.phase_candidate = get_phase(in);
    r.phase_count = in.integer<int>();
    return r;
}

}  // namespace

std::size_t RunCheckpoint::bytes() const {
    return sizeof(RunCheckpoint) + (state.parameters.size() + state.first_moment.size() + state.second_moment.size()) * sizeof(float) + readout.current.heads.size() * sizeof(HeadRole) +
           readout.rung_changes.size() * sizeof(RungChange) + readout.phase_changes.size() * sizeof(PhaseChange) + readout.reached.size() * sizeof(std::int64_t);
}

std::vector<std::byte> encode(const RunCheckpoint& c) {
    ByteWriter out;
    out.reserve(c.bytes() + 64);
    out.put(checkpoint_magic);
    out.put(checkpoint_version);
    out.put(c.state.step);
    put_numbers(out, c.state.parameters);
    put_numbers(out, c.state.first_moment);
    put_numbers(out, c.state.second_moment);
    out.put(c.state.schedule.factor);
    out.put(c.state.schedule.least);
    out.put(c.state.schedule.sum);
    out.put(c.state.schedule.count);
    put(out, c.readout);
    out.put(c.train_loss);
    out.put(c.gradient_norm);
    return out.take();
}

RunCheckpoint decode_checkpoint(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "checkpoint");
    if (in.integer<std::uint32_t>() != checkpoint_magic) in.fail("does not begin as one");
    if (in.integer<std::uint32_t>() != checkpoint_version) in.fail("is of another version");
    RunCheckpoint c;
    c.state.step = in.integer<std::int64_t>();
    in.expect(c.state.step >= 0);
    c.state.parameters = get_numbers(in);
    c.state.first_moment = get_numbers(in);
    c.state.second_moment = get_numbers(in);
    c.state.schedule.factor = in.number();
    c.state.schedule.least = in.number();
    c.state.schedule.sum = in.number();
    c.state.schedule.count = in.integer<std::int64_t>();
    c.readout = get_readout(in);
    c.train_loss = in.number();
    c.gradient_norm = in.number();
    in.expect_end();
    return c;
}

}  // namespace ladder
