// Snapshots and statuses as bytes: a magic word, the version, the fields in order of declaration.
#include "run/snapshot.h"

#include "run/byte_stream.h"

namespace ladder {
namespace {

constexpr std::uint32_t snapshot_magic = 0x504E534C;  // "LSNP"
constexpr std::uint32_t status_magic = 0x5453534C;    // "LSST"

void check_header(ByteReader& in, std::uint32_t magic) {
    if (in.integer<std::uint32_t>() != magic) in.fail("does not begin as one");
    if (in.integer<std::uint32_t>() != snapshot_version) in.fail("is of another version");
}

}  // namespace

std::vector<std::byte> encode(const Snapshot& s) {
    ByteWriter out;
    out.put(snapshot_magic);
    out.put(snapshot_version);
    out.put(s.step);
    out.put(s.train_loss);
    out.put(s.gradient_norm);
    const Evaluation& e = s.evaluation;
    out.put(e.loss);
    out.put(e.bayes_loss);
    out.put(e.kl);
    out.put(e.learned_kl);
    out.put(e.blocks);
    out.put(e.heads);
    out.put(e.predictions);
    out.put(e.positions);
    out.put(e.attention);
    out.put(e.span_mass);
    const Reading& r = s.reading;
    out.put(r.step);
    out.put(r.rung);
    out.put(r.height);
    out.put(static_cast<std::uint32_t>(r.heads.size()));
    for (const HeadRole& role : r.heads) {
        out.put(role.span);
        out.put(role.mass);
    }
    out.put(static_cast<std::uint8_t>(r.phase));
    out.put(r.specialisation);
    return out.take();
}

Snapshot decode_snapshot(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "snapshot");
    check_header(in, snapshot_magic);
    Snapshot s;
    s.step = in.integer<std::int64_t>();
    s.train_loss = in.number();
    s.gradient_norm = in.number();
    Evaluation& e = s.evaluation;
    e.loss = in.number();
    e.bayes_loss = in.number();
    e.kl = in.numbers();
    e.learned_kl = in.numbers();
    e.blocks = in.integer<int>();
    e.heads = in.integer<int>();
    e.predictions = in.integer<int>();
    e.positions = in.integer<int>();
    e.attention = in.numbers32();
    e.span_mass = in.numbers32();
    // Whoever shows a snapshot indexes by these sizes, so none may promise more than there is.
    constexpr int most = 1 << 14;
    for (const int n : {e.blocks, e.heads, e.predictions, e.positions}) in.expect(n >= 0 && n <= most);
    in.expect(!e.kl.empty() && e.kl.size() <= static_cast<std::size_t>(most));
    in.expect(e.learned_kl.empty() || e.learned_kl.size() == e.kl.size() - 1);
    const std::size_t heads = static_cast<std::size_t>(e.blocks) * static_cast<std::size_t>(e.heads);
    in.expect(heads <= static_cast<std::size_t>(most));
    // In 64 bits on every machine: the page's sizes have 32, and the product of what is allowed above has up to 42.
    in.expect(e.attention.size() == std::uint64_t{heads} * static_cast<std::uint64_t>(e.predictions) * static_cast<std::uint64_t>(e.positions));
    in.expect(e.span_mass.size() == heads * (e.kl.size() - 1));

    Reading& r = s.reading;
    r.step = in.integer<std::int64_t>();
    r.rung = in.integer<int>();
    r.height = in.number();
    r.heads.resize(in.count(sizeof(int) + sizeof(double)));
    for (HeadRole& role : r.heads) {
        role.span = in.integer<int>();
        role.mass = in.number();
        in.expect(role.span >= -1 && role.span < static_cast<int>(e.kl.size()) - 1);
    }
    const int phase = in.integer<std::uint8_t>();
    in.expect(phase <= static_cast<int>(Phase::cooperative));
    r.phase = static_cast<Phase>(phase);
    r.specialisation = in.number();
    in.expect(r.rung >= 0 && r.rung < static_cast<int>(e.kl.size()) && r.heads.size() == heads);
    in.expect_end();
    return s;
}

std::vector<std::byte> encode(const RunnerStatus& s) {
    ByteWriter out;
    out.put(status_magic);
    out.put(snapshot_version);
    out.put(static_cast<std::uint8_t>(s.state));
    out.put(s.step);
    out.put(s.train_loss);
    out.put(s.steps_per_second);
    out.put(s.sequences_per_second);
    out.put(s.workers);
    out.put(s.kernels);
    out.put(s.message);
    return out.take();
}

RunnerStatus decode_status(std::span<const std::byte> bytes) {
    ByteReader in(bytes, "status");
    check_header(in, status_magic);
    RunnerStatus s;
    const int state = in.integer<std::uint8_t>();
    in.expect(state <= static_cast<int>(RunnerStatus::State::failed));
    s.state = static_cast<RunnerStatus::State>(state);
    s.step = in.integer<std::int64_t>();
    s.train_loss = in.number();
    s.steps_per_second = in.number();
    s.sequences_per_second = in.number();
    s.workers = in.integer<int>();
    s.kernels = in.text();
    s.message = in.text();
    in.expect_end();
    return s;
}

}  // namespace ladder
