// The page's module: the interface on a canvas, training in web workers. C functions for web/page.js, which
// owns the clock, the canvas' size and the workers; problems that leave nothing to show go to its fail().
#include <emscripten.h>

#include <exception>
#include <memory>
#include <string>

#include "platform/window.h"
#include "run/page_address.h"
#include "run/worker_runner.h"
#include "ui/app.h"

EM_JS(void, script_ensure_workers, (int count), { Module.workers.ensure(count); });
EM_JS(void, script_post, (int rank, const void* bytes, int size), { Module.workers.post(rank, HEAPU8.slice(bytes, bytes + size).buffer); });
EM_JS(void, script_copy, (const char* text), { Module.copy(UTF8ToString(text)); });
EM_JS(void, script_save, (const char* name, const char* text), { Module.save(UTF8ToString(name), UTF8ToString(text)); });
EM_JS(void, script_fail, (const char* sentence), { Module.fail(UTF8ToString(sentence)); });

namespace {

class ScriptPool final : public ladder::WorkerPool {
    void ensure(int count) override { script_ensure_workers(count); }
    void post(int rank, std::vector<std::byte> bytes) override { script_post(rank, bytes.data(), static_cast<int>(bytes.size())); }
};

struct Page {
    Page(const ladder::PageAddress& address, std::unique_ptr<ladder::WorkerRunner> training)
        : window("Attention Ladder", 640, 360), runner(*training), app(std::move(training), address.settings, address.preset, address.presentation) {
        app.set_theme(address.theme);
        for (const std::string& problem : address.problems) app.report(problem);
        if (!app.show_workspace(address.workspace, address.figure)) app.report("The address names a figure that is not among those of the paper; the list on the left has them all.");
    }

    ladder::Window window;
    ladder::WorkerRunner& runner;  // owned by app
    ladder::App app;
    std::string state, answer, events;
};

}  // namespace

extern "C" {

// address: of the page without its query; query: the rest of it. Null when there is nothing to show; fail() was told why.
EMSCRIPTEN_KEEPALIVE Page* page_create(const char* address, const char* query, int cores) {
    try {
        auto page = std::make_unique<Page>(ladder::read_address(query), std::make_unique<ladder::WorkerRunner>(std::make_unique<ScriptPool>(), cores));
        page->app.set_address(address);
        return page.release();
    } catch (const std::exception& e) {
        script_fail(e.what());
        return nullptr;
    }
}

// False when the page cannot go on; fail() was told why.
EMSCRIPTEN_KEEPALIVE bool page_frame(Page* page, int width_pixels, int height_pixels, float pixel_ratio, bool dark, bool reduced_motion) {
    try {
        ladder::Window& window = page->window;
        window.set_size(width_pixels, height_pixels, pixel_ratio);
        const ladder::FrameInput input{static_cast<float>(width_pixels) / pixel_ratio, static_cast<float>(height_pixels) / pixel_ratio, pixel_ratio, dark, reduced_motion, window.seconds()};
        page->app.prepare(input);
        window.begin_frame();
        page->app.frame(input);
        for (const ladder::HostRequest& request : page->app.take_requests()) {
            if (request.kind == ladder::HostRequest::Kind::copy) script_copy(request.text.c_str());
            else script_save(request.name.c_str(), request.text.c_str());
        }
        window.end_frame();
        return true;
    } catch (const std::exception& e) {
        script_fail(e.what());
        return false;
    }
}

EMSCRIPTEN_KEEPALIVE void page_report(Page* page, int rank, const std::byte* bytes, int size) {
    page->runner.receive(rank, {bytes, static_cast<std::size_t>(size)});
}
EMSCRIPTEN_KEEPALIVE void page_lost(Page* page, int rank, const char* why) { page->runner.lost(rank, why); }
EMSCRIPTEN_KEEPALIVE void page_hold(Page* page, bool hidden) { page->runner.hold(hidden); }

// The browser gave the drawing surface back after it was lost.
EMSCRIPTEN_KEEPALIVE void page_restored(Page* page) {
    page->window.surface_restored();
    page->app.context_lost();
}

// One command of a host page (docs/embedding.md), JSON; its answer, JSON too, is valid until the next call.
EMSCRIPTEN_KEEPALIVE const char* page_command(Page* page, const char* message) {
    page->answer = page->app.command(message);
    return page->answer.c_str();
}

// What happened in the run since the last call, a JSON array of messages; empty: nothing. Valid until the next call.
EMSCRIPTEN_KEEPALIVE const char* page_events(Page* page) {
    page->events = page->app.take_events();
    return page->events.c_str();
}

// Points in which everything is in sight at this width.
EMSCRIPTEN_KEEPALIVE float page_wanted_height(Page* page, float width) { return page->app.wanted_height(width); }

// JSON, valid until the next call.
EMSCRIPTEN_KEEPALIVE const char* page_state(Page* page) {
    page->state = page->app.state_json();
    return page->state.c_str();
}

}  // extern "C"
