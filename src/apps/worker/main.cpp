// The training module of a web worker: PeerWorker behind C functions for web/worker.js, which moves the bytes.
#include <emscripten.h>

#include "run/peer_worker.h"

// Hands a copy of the bytes to the script, for the page (-2), every other of so many peers (-1) or one peer.
EM_JS(void, post_to_script, (int to, int peers, const void* bytes, int size), { Module.post(to, peers, HEAPU8.slice(bytes, bytes + size).buffer); });

namespace {

void flush(ladder::PeerWorker& worker) {
    for (const auto& m : worker.take_messages()) post_to_script(m.to, worker.peers(), m.bytes.data(), static_cast<int>(m.bytes.size()));
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE ladder::PeerWorker* worker_create() {
#ifdef __wasm_simd128__
    return new ladder::PeerWorker("SIMD");
#else
    return new ladder::PeerWorker("scalar");
#endif
}

EMSCRIPTEN_KEEPALIVE void worker_command(ladder::PeerWorker* worker, const std::byte* bytes, int size, double seconds) {
    worker->command({bytes, static_cast<std::size_t>(size)}, seconds);
    flush(*worker);
}

EMSCRIPTEN_KEEPALIVE void worker_receive(ladder::PeerWorker* worker, int from, const std::byte* bytes, int size) {
    worker->receive(from, {bytes, static_cast<std::size_t>(size)});
    flush(*worker);
}

// Seconds until it wants to be called again: 0 at once, -1 when only a message brings more work.
EMSCRIPTEN_KEEPALIVE double worker_work(ladder::PeerWorker* worker, double seconds) {
    const double delay = worker->work(seconds);
    flush(*worker);
    return delay;
}

}  // extern "C"
