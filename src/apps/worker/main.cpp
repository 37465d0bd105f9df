// The training module of a web worker, behind C functions for web/worker.js, which moves the bytes: PeerWorker, which
// trains, and MemberWorker, which studies the classes' members. The page uses a worker for one of them, the bench page
// also for what is measured in a worker by itself.
#include <emscripten.h>

#include "run/benchmark.h"
#include "run/member_worker.h"
#include "run/peer_worker.h"

// Shows the bytes to the script, which sends a copy to the page (-2), every other of so many peers (-1) or one peer.
EM_JS(void, post_to_script, (int to, int peers, const void* bytes, int size), { Module.post(to, peers, HEAPU8.subarray(bytes, bytes + size)); });

namespace {

struct Worker {
    explicit Worker(const char* kernels) : peer(kernels) {}
    ladder::PeerWorker peer;
    ladder::MemberWorker members;
    std::string measured;
};

void flush(Worker& worker) {
    for (const auto& m : worker.peer.take_messages()) post_to_script(m.to, worker.peer.peers(), m.bytes.data(), static_cast<int>(m.bytes.size()));
    for (const auto& bytes : worker.members.take_reports()) post_to_script(ladder::PeerWorker::page, 1, bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE Worker* worker_create() {
#ifdef __wasm_simd128__
    return new Worker("SIMD");
#else
    return new Worker("scalar");
#endif
}

// Whether a run began with it.
EMSCRIPTEN_KEEPALIVE bool worker_command(Worker* worker, const std::byte* bytes, int size, double seconds) {
    const std::span message(bytes, static_cast<std::size_t>(size));
    const std::uint32_t before = worker->peer.epoch();
    if (ladder::is_member_command(message)) worker->members.command(message);
    else worker->peer.command(message, seconds);
    flush(*worker);
    return worker->peer.epoch() != before;
}

EMSCRIPTEN_KEEPALIVE void worker_receive(Worker* worker, int from, const std::byte* bytes, int size) {
    worker->peer.receive(from, {bytes, static_cast<std::size_t>(size)});
    flush(*worker);
}

// Seconds until it wants to be called again: 0 at once, -1 when only a message brings more work.
EMSCRIPTEN_KEEPALIVE double worker_work(Worker* worker, double seconds) {
    const double delay = worker->members.work() ? 0 : worker->peer.work(seconds);
    flush(*worker);
    return delay;
}

// One piece of the bench page's measurements (run/benchmark.h); the answer holds until the next.
EMSCRIPTEN_KEEPALIVE const char* worker_measure(Worker* worker, const char* request, int size) {
    worker->measured = ladder::answer_benchmark({request, static_cast<std::size_t>(size)});
    return worker->measured.c_str();
}

}  // extern "C"
