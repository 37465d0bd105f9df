// A command that cannot be obeyed changes nothing: settings are taken all or not at all.
#include "ui/command_door.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "run/branch.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "ui/command_parts.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

std::string as_text(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string base64(std::string_view bytes) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned three = 0;
        for (std::size_t j = 0; j < 3; ++j) three = three << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
        for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? digits[three >> (18 - 6 * j) & 63u] : '=';
    }
    return out;
}

void obey_set(Obeyed& out, const Command& c, const RunView& view) {
    out.theme = c.theme;
    out.text_size = c.text_size;
    Settings next = view.settings;
    if (c.preset) {
        // As when a person chooses it: what belongs to the viewer stays.
        next = at_pace_of(view.settings, find_preset(*c.preset)->settings);
        next.seed = view.settings.seed;
        out.actions.preset = c.preset;
    }
    if (c.settings.empty()) return;
    std::vector<SettingProblem> problems = settings_from_json(next, c.settings);
    if (problems.empty()) problems = reconcile(next);
    if (!problems.empty()) return refuse(out, c, "bad-value", problems.front().refusal());
    out.actions.apply = next;
    // Also where it is the run's already: a figure goes at full speed until a speed is chosen.
    if (Json::parse(c.settings).contains("speed")) out.actions.speed = next.speed;
}

void obey_seek(Obeyed& out, const Command& c, const RunView& view) {
    if (!c.target) {
        back_to_now(view, out.actions);
    } else if (!view.ready() || *c.target > std::max(view.history.newest().step, view.status.step)) {
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

std::string lessons_json(const LessonDesk& desk) {
    Json list = Json::array();
    for (const Lesson& lesson : desk.shelf) list.push_back({{"name", lesson.name}, {"title", lesson.title}, {"summary", lesson.summary}, {"finished", desk.finished.contains(lesson.name)}});
    return list.dump();
}

// The settings table with the values of the run, for controls outside the canvas.
std::string controls_json(const Settings& settings) {
    static constexpr const char* kinds[] = {"switch", "integer", "number", "choice", "integer-list", "number-list", "text"};
    Json list = Json::array();
    for (const SettingInfo& info : settings_table()) {
        Json entry{{"name", info.name}, {"label", info.label}, {"group", info.group}, {"unit", info.unit}, {"help", info.help}, {"kind", kinds[static_cast<int>(info.kind)]}, {"range", range_text(info)},
                   {"restart", info.restart}, {"viewer", info.viewer}, {"branch", can_branch(info.name)}, {"active", info.active(settings)}, {"value", format_setting(info, settings)}};
        if (info.kind == SettingKind::integer || info.kind == SettingKind::number) entry["min"] = info.min, entry["max"] = info.max;
        for (std::string_view choice : info.choices) entry["choices"].push_back(choice);
        list.push_back(std::move(entry));
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void obey_lesson(Obeyed& out, const Command& c, const CommandGround& g) {
    using Kind = LessonAction::Kind;
    LessonAction& action = out.actions.lesson;
    if (c.what == "open") {
        const auto& shelf = g.lessons.shelf;
        if (std::none_of(shelf.begin(), shelf.end(), [&](const Lesson& lesson) { return lesson.name == c.name; })) return refuse(out, c, "bad-value", "There is no such lesson; ask for them with {type: \"get\", what: \"lessons\"}.");
        action = {Kind::open, c.name, 0};
    } else if (!g.lessons.open) {
        refuse(out, c, "impossible", "No lesson is open.");
    } else if (c.what == "bet") {
        if (!g.lessons.open->bet_open()) return refuse(out, c, "impossible", "There is nothing to bet on in this step, or the bet is placed.");
        if (const int choices = choice_count(*g.lessons.open->step().bet, g.world); c.choice >= choices) return refuse(out, c, "bad-value", "The bet has " + std::to_string(choices) + " choices, counted from 0.");
        action = {Kind::bet, "", c.choice};
    } else {
        action.kind = c.what == "close" ? Kind::close : c.what == "next" ? Kind::next : Kind::back;
    }
}

void obey_get(Obeyed& out, const Command& c, const CommandGround& g) {
    if (c.what == "heads" || c.what == "figures" || c.what == "theory" || c.what == "sweep") {
        out.answer = answer_message(c.id, "value", g.told(c.what));
        return;
    }
    out.answer = answer_message(c.id, "value", c.what == "state" ? g.state() : c.what == "settings" ? settings_to_json(g.view.settings) : c.what == "presets" ? presets_json() : c.what == "lessons" ? lessons_json(g.lessons) : controls_json(g.view.settings));
}

void obey_export(Obeyed& out, const Command& c, const CommandGround& g) {
    const RunView& view = g.view;
    if (c.what == "png") {
        const auto area = g.area(c.name);
        if (!area) return refuse(out, c, "impossible", "The panel " + c.name + " is not in sight, so there is no picture of it. Bring it into sight and save it again.");
        out.answer = answer_message(c.id, "area", Json(*area).dump());
        return;
    }
    if (c.what == "link" && g.link.empty()) return refuse(out, c, "impossible", "This page has no address that a link could begin with.");
    if (c.what == "json" || c.what == "link" || c.what == "command") {
        out.answer = answer_message(c.id, "text", as_text(c.what == "json" ? g.state() : c.what == "link" ? g.link : "ladder train " + write_options(g.preset, view.settings)));
        return;
    }
    static constexpr std::pair<const char*, Actions::Share> files[] = {{"csv", Actions::Share::csv}, {"svg", Actions::Share::svg}, {"history", Actions::Share::history}, {"settings", Actions::Share::settings}, {"report", Actions::Share::report}, {"safetensors", Actions::Share::model}};
    const auto kind = std::find_if(std::begin(files), std::end(files), [&](const auto& entry) { return c.what == entry.first; });
    try {
        const std::string bytes = g.file(kind->second);
        if (kind->second == Actions::Share::model) out.answer = answer_message(c.id, "url", as_text("data:application/octet-stream;base64," + base64(bytes)));
        else out.answer = answer_message(c.id, "text", as_text(bytes));
    } catch (const Error& e) {
        refuse(out, c, "impossible", e.what());
    }
}

}  // namespace

Obeyed obey(const Command& c, const CommandGround& g) {
    const RunView& view = g.view;
    using Kind = Command::Kind;
    Obeyed out;
    out.answer = answer_message(c.id);
    switch (c.kind) {
        case Kind::play:
            // As the button does: an ended run begins again.
            if (view.status.ended()) out.actions.reset = true;
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
        case Kind::get: obey_get(out, c, g); break;
        case Kind::export_run: obey_export(out, c, g); break;
        case Kind::show: out.workspace = c.what; break;
        case Kind::lesson: obey_lesson(out, c, g); break;
        case Kind::playback:
        case Kind::resume:
        case Kind::branch:
        case Kind::what_if:
        case Kind::early_stop: obey_travel(out, c, view, g.what_if, g.turned); break;
        case Kind::figure:
        case Kind::theory:
        case Kind::sweep: obey_study(out, c, g.figures, g.flow, view.settings, g.sweeps); break;
    }
    return out;
}

}  // namespace ladder
