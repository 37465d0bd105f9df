// A command that cannot be obeyed changes nothing: settings are taken all or not at all.
#include "ui/command_door.h"

#include <nlohmann/json.hpp>

#include "run/metrics.h"
#include "run/page_address.h"
#include "run/presets.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

std::string as_text(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

void refuse(Obeyed& out, const Command& c, const char* code, std::string sentence) {
    out = {};
    out.answer = refusal_message({c.id, code, std::move(sentence)});
}

void obey_set(Obeyed& out, const Command& c, const RunView& view) {
    out.theme = c.theme;
    Settings next = view.settings;
    if (c.preset) {
        // As when a person chooses it: what belongs to the viewer stays.
        next = find_preset(*c.preset)->settings;
        next.workers = view.settings.workers, next.speed = view.settings.speed, next.seed = view.settings.seed;
        out.actions.preset = c.preset;
    }
    if (c.settings.empty()) return;
    std::vector<SettingProblem> problems = settings_from_json(next, c.settings);
    if (problems.empty()) problems = reconcile(next);
    if (!problems.empty()) return refuse(out, c, "bad-value", problems.front().message);
    out.actions.apply = next;
}

void obey_seek(Obeyed& out, const Command& c, const RunView& view) {
    if (!c.target) {
        out.actions.follow = true;
    } else if (!view.ready() || *c.target > view.history.newest().step) {
        refuse(out, c, "impossible", "Step " + std::to_string(*c.target) + " has not been reached yet; the newest is " + std::to_string(view.ready() ? view.history.newest().step : 0) + ".");
    } else {
        out.actions.show = view.history.at_step(*c.target);
        out.answer = answer_message(c.id, "step", std::to_string(view.history[*out.actions.show].step));
    }
}

std::string presets_json() {
    Json list = Json::array();
    for (const Preset& preset : presets()) list.push_back({{"name", preset.name}, {"title", preset.title}});
    return list.dump();
}

void obey_export(Obeyed& out, const Command& c, const RunView& view, const std::string& preset, const std::string& address, const std::function<std::string()>& state) {
    const std::string link = address + write_address(preset, view.settings);
    if (c.what == "png") return;
    if (c.what == "link" && address.empty()) return refuse(out, c, "impossible", "This page has no address that a link could begin with.");
    if (c.what == "csv" && !view.ready()) return refuse(out, c, "impossible", "Nothing has been measured yet.");
    const std::string text = c.what == "csv" ? metrics_csv(view.history) : c.what == "json" ? state() : c.what == "link" ? link : "ladder train " + write_options(preset, view.settings);
    out.answer = answer_message(c.id, "text", as_text(text));
}

}  // namespace

Obeyed obey(const Command& c, const RunView& view, const std::string& preset, const std::string& address, const std::function<std::string()>& state) {
    using Kind = Command::Kind;
    using State = RunnerStatus::State;
    Obeyed out;
    out.answer = answer_message(c.id);
    switch (c.kind) {
        case Kind::play:
            // As the button does: an ended run begins again.
            if (view.status.state == State::finished || view.status.state == State::diverged || view.status.state == State::failed) out.actions.reset = true;
            out.actions.play = true;
            break;
        case Kind::pause: out.actions.pause = true; break;
        case Kind::step: out.actions.step = true; break;
        case Kind::reset:
            if (c.seed && *c.seed != view.settings.seed) {
                out.actions.apply = view.settings;
                out.actions.apply->seed = *c.seed;
            } else {
                out.actions.reset = true;
            }
            break;
        case Kind::set: obey_set(out, c, view); break;
        case Kind::seek: obey_seek(out, c, view); break;
        case Kind::get: out.answer = answer_message(c.id, "value", c.what == "state" ? state() : c.what == "settings" ? settings_to_json(view.settings) : presets_json()); break;
        case Kind::export_run: obey_export(out, c, view, preset, address, state); break;
    }
    return out;
}

}  // namespace ladder
