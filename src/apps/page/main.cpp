// The page's module: the interface on a canvas, training in web workers. C functions for web/page.js, which
// owns the clock, the canvas' size and the workers; problems that leave nothing to show go to its fail().
#include <emscripten.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <string>

#include "platform/window.h"
#include "run/page_address.h"
#include "run/run_files.h"
#include "run/worker_member_service.h"
#include "run/worker_runner.h"
#include "ui/app.h"

#include <nlohmann/json.hpp>

EM_JS(void, script_ensure_workers, (int pool, int count), { Module.workers.ensure(pool, count); });
EM_JS(void, script_post, (int pool, int rank, const void* bytes, int size), { Module.workers.post(pool, rank, HEAPU8.slice(bytes, bytes + size).buffer); });
EM_JS(void, script_end_workers, (int pool), { Module.workers.end(pool); });
EM_JS(void, script_copy, (const char* text), { Module.copy(UTF8ToString(text)); });
EM_JS(void, script_save, (const char* name, const void* bytes, int size), { Module.save(UTF8ToString(name), HEAPU8.slice(bytes, bytes + size)); });
EM_JS(void, script_save_picture, (const char* name, float left, float top, float right, float bottom), { Module.savePicture(UTF8ToString(name), [left, top, right, bottom]); });
EM_JS(void, script_open_file, (), { Module.openFile(); });
EM_JS(void, script_plan_embed, (), { Module.planEmbed(); });
EM_JS(void, script_ask_text, (), { Module.askText(); });
EM_JS(void, script_language, (const char* code), { Module.chooseLanguage(UTF8ToString(code)); });
EM_JS(void, script_show_form, (), { Module.showForm(); });
EM_JS(void, script_show_licences, (), { Module.showLicences(); });
EM_JS(void, script_fail, (const char* sentence), { Module.fail(UTF8ToString(sentence)); });

namespace {

// Who is told what the workers of a pool report and what happens to them.
struct Receiver {
    std::function<void(int rank, std::span<const std::byte>)> report;
    std::function<void(int rank, const std::string& why)> lost;
    std::function<void(bool)> hold = [](bool) {};  // of a run: nobody sees the page, or somebody does again
};
using Receivers = std::map<int, Receiver>;

// Some workers of their own; they end with it.
class ScriptPool final : public ladder::WorkerPool {
public:
    explicit ScriptPool(Receivers& receivers) : receivers_(receivers), pool_(receivers.empty() ? 0 : receivers.rbegin()->first + 1) { receivers_[pool_] = {}; }
    ~ScriptPool() override {
        script_end_workers(pool_);
        receivers_.erase(pool_);
    }
    void ensure(int count) override { script_ensure_workers(pool_, count); }
    void post(int rank, std::vector<std::byte> bytes) override { script_post(pool_, rank, bytes.data(), static_cast<int>(bytes.size())); }
    Receiver& receiver() { return receivers_[pool_]; }

private:
    Receivers& receivers_;
    const int pool_;
};

std::unique_ptr<ladder::WorkerRunner> make_runner(Receivers& receivers, int cores) {
    auto pool = std::make_unique<ScriptPool>(receivers);
    Receiver& receiver = pool->receiver();
    auto runner = std::make_unique<ladder::WorkerRunner>(std::move(pool), cores);
    receiver.report = [r = runner.get()](int rank, std::span<const std::byte> bytes) { r->receive(rank, bytes); };
    receiver.lost = [r = runner.get()](int rank, const std::string& why) { r->lost(rank, why); };
    receiver.hold = [r = runner.get()](bool held) { r->hold(held); };
    return runner;
}

std::unique_ptr<ladder::MemberService> make_members(Receivers& receivers) {
    auto pool = std::make_unique<ScriptPool>(receivers);
    Receiver& receiver = pool->receiver();
    auto service = std::make_unique<ladder::WorkerMemberService>(std::move(pool));
    receiver.report = [s = service.get()](int, std::span<const std::byte> bytes) { s->receive(bytes); };
    receiver.lost = [s = service.get()](int, const std::string& why) { s->lost(why); };
    return service;
}

void carry_out(const ladder::HostRequest& request) {
    using Kind = ladder::HostRequest::Kind;
    switch (request.kind) {
        case Kind::copy: return script_copy(request.text.c_str());
        case Kind::save: return script_save(request.name.c_str(), request.text.data(), static_cast<int>(request.text.size()));
        case Kind::ask_text: return script_ask_text();
        case Kind::show_form: return script_show_form();
        case Kind::licences: return script_show_licences();
        case Kind::picture: return script_save_picture(request.name.c_str(), request.area[0], request.area[1], request.area[2], request.area[3]);
        case Kind::open_file: return script_open_file();
        case Kind::plan_embed: return script_plan_embed();
        case Kind::language: return script_language(request.name.c_str());
    }
}

struct Page {
    Page(const ladder::PageAddress& address, int cores)
        : window("Attention Ladder", 640, 360),
          app(make_runner(receivers, cores), address.settings, address.preset, address.presentation, {make_members(receivers), [this] { return make_further_runner(); }, cores}) {
        app.set_theme(address.theme);
        for (const std::string& origin : address.allowed_origins) origins += (origins.empty() ? "" : ",") + origin;
        for (const std::string& problem : address.problems) app.report(problem);
        app.set_theory(address.theory, address.beside_run);
        if (!app.show_workspace(address.workspace, address.figure)) app.report("The address names a figure that is not among those of the paper; the list has them all.");
        if (!address.lesson.empty() && !ladder::names_outside_lesson(address.lesson) && !app.show_lesson(address.lesson)) app.report("The address names a lesson that there is not; the list has them all.");
    }

    std::unique_ptr<ladder::WorkerRunner> make_further_runner() {
        auto runner = make_runner(receivers, 1);
        runner->hold(hidden);
        return runner;
    }

    ladder::Window window;
    Receivers receivers;  // outlives what app owns
    bool hidden = false;
    ladder::App app;
    std::string state, answer, events, text, origins;
};

}  // namespace

extern "C" {

// address: of the page without its query; query: the rest of it. Null when there is nothing to show; fail() was told why.
EMSCRIPTEN_KEEPALIVE Page* page_create(const char* address, const char* query, int cores) {
    try {
        auto page = std::make_unique<Page>(ladder::read_address(query), cores);
        page->app.set_address(address);
        return page.release();
    } catch (const std::bad_alloc&) {
        script_fail("There is not enough memory for this page. Close other pages and reload.");
        return nullptr;
    } catch (const std::exception& e) {
        script_fail(e.what());
        return nullptr;
    }
}

// Whose pages may command this one, as its address has them, apart by commas.
EMSCRIPTEN_KEEPALIVE const char* page_origins(Page* page) { return page->origins.c_str(); }

// finger: what the reader points with before all. text_size: of the reader's text, times the browser's usual one. draw: 0 leaves what is shown as it is unless time runs by itself,
// 1 draws if anything changed, 2 draws in any case. Returns 2 when it was drawn, 1 when not, 0 when the page cannot go on; fail() was told why.
EMSCRIPTEN_KEEPALIVE int page_frame(Page* page, int width_pixels, int height_pixels, float pixel_ratio, bool dark, bool reduced_motion, bool finger, float text_size, int draw) {
    try {
        ladder::Window& window = page->window;
        window.set_size(width_pixels, height_pixels, pixel_ratio);
        const ladder::FrameInput input{static_cast<float>(width_pixels) / pixel_ratio, static_cast<float>(height_pixels) / pixel_ratio, pixel_ratio, dark, reduced_motion, window.seconds(), text_size, true, finger};
        page->app.prepare(input);
        window.begin_frame();
        page->app.frame(input);
        for (const ladder::HostRequest& request : page->app.take_requests()) {
            carry_out(request);
        }
        if (draw == 2 || page->app.maps_changed()) window.must_draw();
        if (draw > 0 || page->app.plays()) return window.end_frame() ? 2 : 1;
        window.leave_frame();
        return 1;
    } catch (const std::bad_alloc&) {
        script_fail("This page has no memory left. Close other pages, or use a smaller model, and reload.");
        return 0;
    } catch (const std::exception& e) {
        script_fail(e.what());
        return 0;
    }
}

// Another language, or English again. pack: JSON with texts (English -> translation) and lessons (name of the file -> its text), empty for
// English; chosen: the reader or the address asked for it. False: it cannot be used, and the reader was told why.
EMSCRIPTEN_KEEPALIVE bool page_language(Page* page, const char* code, const char* pack, const unsigned char* font, int font_size, bool chosen) {
    try {
        ladder::Language language;
        language.code = code;
        if (*pack) {
            const auto parts = nlohmann::json::parse(pack);
            language.texts = parts.at("texts").dump();
            for (const auto& [name, text] : parts.at("lessons").items()) language.lessons.push_back({name, text.get<std::string>()});
            language.font.assign(font, font + font_size);
        }
        page->app.set_language(std::move(language), chosen);
        return true;
    } catch (const std::exception& e) {
        page->app.report(e.what());
        return false;
    }
}

// A text of the interface in the language that is set; valid until the next call.
EMSCRIPTEN_KEEPALIVE const char* page_text(Page* page, const char* english) {
    page->text = page->app.in_language(english);
    return page->text.c_str();
}

// A lesson that the page has read from a file or an address; length: bytes of text.
EMSCRIPTEN_KEEPALIVE void page_lesson(Page* page, const char* name, const char* text, int length) { page->app.bring_lesson(name, {text, static_cast<std::size_t>(length)}); }

// A file that the reader opened or dropped; bytes: size of them, no more than page_file_limit().
EMSCRIPTEN_KEEPALIVE void page_open_file(Page* page, const char* name, const char* bytes, int size) { page->app.open_file(name, {bytes, static_cast<std::size_t>(size)}); }
// How many bytes of a file of this name and size are to be read; 0: none, the reader was told why.
EMSCRIPTEN_KEEPALIVE int page_file_limit(Page* page, const char* name, double size) {
    const std::string problem = ladder::too_large(name, static_cast<std::size_t>(std::min(size, 4e9)));
    if (!problem.empty()) page->app.report(problem);
    return problem.empty() ? static_cast<int>(ladder::most_file_bytes(ladder::file_kind(name))) : 0;
}

EMSCRIPTEN_KEEPALIVE void page_notice(Page* page, const char* sentence) { page->app.report(sentence); }

// pool: the workers' number that script_ensure_workers was called with. What belongs to one that was ended is ignored.
EMSCRIPTEN_KEEPALIVE void page_report(Page* page, int pool, int rank, const std::byte* bytes, int size) {
    if (const auto at = page->receivers.find(pool); at != page->receivers.end()) at->second.report(rank, {bytes, static_cast<std::size_t>(size)});
}
EMSCRIPTEN_KEEPALIVE void page_lost(Page* page, int pool, int rank, const char* why) {
    if (const auto at = page->receivers.find(pool); at != page->receivers.end()) at->second.lost(rank, why);
}
// text: UTF-8 as the reader gave it, of any bytes. False: it was refused, and the last notice says why.
EMSCRIPTEN_KEEPALIVE bool page_use_text(Page* page, const char* text, int size) { return page->app.use_text({text, static_cast<std::size_t>(size)}); }
// At a point of the page, in CSS pixels. False: there is no map.
EMSCRIPTEN_KEEPALIVE bool page_pinch(Page* page, float x, float y, float factor, float moved_x, float moved_y) { return page->app.pinch(x, y, factor, moved_x, moved_y); }
// Notches to the right and up.
EMSCRIPTEN_KEEPALIVE void page_wheel(Page* page, float x, float y) { page->window.turn_wheel(x, y); }
// Of the mouse events that follow.
EMSCRIPTEN_KEEPALIVE void page_finger(Page* page, bool finger) { page->window.point_with_finger(finger); }

// Whether a finger that rested there moves a map.
EMSCRIPTEN_KEEPALIVE bool page_moves_map(Page* page, float x, float y) { return page->app.moves_map(x, y); }
// Every run rests, those of a sweep too, for whose reports no frame comes meanwhile.
EMSCRIPTEN_KEEPALIVE void page_hold(Page* page, bool hidden) {
    page->hidden = hidden;
    for (const auto& [pool, receiver] : page->receivers) receiver.hold(hidden);
}

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
