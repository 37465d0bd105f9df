// Every kind of message names the fields it takes; any other field is an error, so that a misspelled one is noticed.
#include "run/command.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "base/json_nesting.h"
#include "base/shown_text.h"
#include "run/presets.h"
#include "run/presentation.h"

namespace ladder {
namespace {

using Message = nlohmann::json;
using Kind = Command::Kind;

constexpr std::array<std::string_view, 18> kinds{"play", "pause", "step", "reset", "set", "get", "seek", "export", "show", "lesson", "playback", "resume", "branch", "what-if", "early-stop", "figure", "theory", "sweep"};
constexpr std::array<std::string_view, 9> readable{"state", "settings", "presets", "controls", "lessons", "heads", "figures", "theory", "sweep"};
constexpr std::array<std::string_view, 10> formats{"csv", "json", "png", "link", "command", "svg", "history", "settings", "report", "safetensors"};
constexpr std::array<std::string_view, 3> themes{"system", "light", "dark"};
constexpr std::array<std::string_view, 4> workspaces{"run", "lessons", "paper", "theory"};
constexpr std::array<std::string_view, 5> lesson_moves{"open", "close", "next", "back", "bet"};
constexpr std::array<std::string_view, 3> directions{"backwards", "stop", "forwards"};
constexpr std::array<std::string_view, 3> branch_moves{"swap", "leave", "keep"};
constexpr std::array<std::string_view, 5> head_changes{"none", "ablate", "freeze", "swap", "ideal"};
constexpr std::array<std::string_view, 4> stop_moves{"compare", "now", "show", "stop"};
constexpr std::array<std::string_view, 3> figure_moves{"choose", "run", "stop"};
constexpr std::array<std::string_view, 2> theory_views{"equations", "run"};
constexpr std::array<std::string_view, 2> sweep_moves{"run", "stop"};
constexpr std::int64_t most_indexed = 1000;  // heads, blocks, spans, choices: more than any run has
constexpr std::int64_t largest_whole = std::int64_t{1} << 53;  // what JavaScript's numbers hold exactly

// The reading stops at the first thing that is wrong.
struct Wrong {
    const char* code;
    std::string sentence;
};

bool whole(const Message& value) {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(largest_whole);
    return value.is_number_integer() && value.get<std::int64_t>() == 0;  // "-0"; all others that were read as signed are negative
}

std::string read_id(const Message& message) {
    const auto id = message.find("id");
    if (id == message.end() || id->is_null()) return "null";
    if (whole(*id) || (id->is_string() && id->get_ref<const std::string&>().size() <= 100)) return id->dump();
    throw Wrong{"malformed", "The message's id must be a string of at most 100 bytes or a whole number that is not negative."};
}

std::size_t one_of(const Message& message, const char* field, std::span<const std::string_view> names) {
    const auto value = message.find(field);
    if (value != message.end() && value->is_string())
        for (std::size_t i = 0; i < names.size(); ++i)
            if (value->get_ref<const std::string&>() == names[i]) return i;
    throw Wrong{"bad-value", "The field " + in_quotes(field) + " must be one of " + listed(names) + "."};
}

void allow(const Message& message, std::initializer_list<std::string_view> fields) {
    for (const auto& [name, value] : message.items())
        if (name != "ladder" && name != "id" && name != "type" && std::find(fields.begin(), fields.end(), name) == fields.end())
            throw Wrong{"bad-value", "A message of this type has no field " + in_quotes(name) + "."};
}

// A whole number from 0, of a field that must be there.
int index_in(const Message& message, const char* field) {
    const auto value = message.find(field);
    if (value == message.end() || !whole(*value) || *value > most_indexed) throw Wrong{"bad-value", "The field " + in_quotes(field) + " must be a number counted from 0."};
    return value->get<int>();
}

// An object of settings by their names, as JSON; empty where there is none.
std::string object_in(const Message& message, const char* field) {
    const auto value = message.find(field);
    if (value == message.end()) return "";
    if (!value->is_object()) throw Wrong{"bad-value", "The field " + in_quotes(field) + " must be an object of settings by their names."};
    return value->dump(-1, ' ', false, Message::error_handler_t::replace);
}

void read_playback(const Message& message, Command& c) {
    allow(message, {"direction", "speed"});
    if (message.contains("direction")) c.direction = static_cast<int>(one_of(message, "direction", directions)) - 1;
    if (const auto speed = message.find("speed"); speed != message.end()) {
        if (!speed->is_number()) throw Wrong{"bad-value", "The field 'speed' must be a number, how many times the usual speed."};
        c.speed = speed->get<double>();
    }
    if (!c.direction && !c.speed) throw Wrong{"bad-value", "A message of type playback needs one of direction and speed."};
}

void read_branch(const Message& message, Command& c) {
    allow(message, {"settings", "move"});
    c.settings = object_in(message, "settings");
    if (message.contains("move")) c.what = branch_moves[one_of(message, "move", branch_moves)];
    if (c.settings.empty() == c.what.empty()) throw Wrong{"bad-value", "A message of type branch needs either settings, for a new branch, or a move."};
}

void read_what_if(const Message& message, Command& c) {
    allow(message, {"block", "head", "change", "with"});
    c.what = head_changes[one_of(message, "change", head_changes)];
    if (message.contains("block")) c.block = index_in(message, "block");
    if (message.contains("head")) c.head = index_in(message, "head");
    if (!c.head && c.what != "none") throw Wrong{"bad-value", "The field 'head' must say which head is changed, counted from 0."};
    if (c.what == "swap" || c.what == "ideal") c.choice = index_in(message, "with");
    else if (message.contains("with")) throw Wrong{"bad-value", "Only the changes swap and ideal take a field 'with'."};
}

void read_figure(const Message& message, Command& c) {
    allow(message, {"move", "name", "seeds"});
    c.what = figure_moves[one_of(message, "move", figure_moves)];
    const auto name = message.find("name");
    if (name != message.end() && name->is_string()) c.name = name->get<std::string>();
    else if (name != message.end() || c.what != "stop") throw Wrong{"bad-value", "The field 'name' must name the figure; ask for them with {type: \"get\", what: \"figures\"}."};
    if (const auto seeds = message.find("seeds"); seeds != message.end()) {
        if (!whole(*seeds) || *seeds < 1 || *seeds > 5) throw Wrong{"bad-value", "The field 'seeds' must be how many seeds the figure is run with, from 1 to 5."};
        c.seeds = seeds->get<int>();
    }
}

void read_theory(const Message& message, Command& c) {
    allow(message, {"settings", "view"});
    c.settings = object_in(message, "settings");
    if (message.contains("view")) c.what = theory_views[one_of(message, "view", theory_views)];
    if (c.settings.empty() && c.what.empty()) throw Wrong{"bad-value", "A message of type theory needs one of settings and view."};
}

void read_sweep(const Message& message, Command& c) {
    allow(message, {"move", "vary", "seeds"});
    c.what = sweep_moves[one_of(message, "move", sweep_moves)];
    c.settings = object_in(message, "vary");
    if (const auto seeds = message.find("seeds"); seeds != message.end()) {
        if (!seeds->is_string() || seeds->get_ref<const std::string&>().empty()) throw Wrong{"bad-value", "The field 'seeds' must be a text: \"1..5\" or \"1,2,9\"."};
        c.name = seeds->get<std::string>();
    }
}

void read_fields(const Message& message, Command& c) {
    switch (c.kind) {
        case Kind::play:
        case Kind::pause:
        case Kind::step: allow(message, {}); return;
        case Kind::reset:
            allow(message, {"seed"});
            if (const auto seed = message.find("seed"); seed != message.end()) {
                if (!whole(*seed)) throw Wrong{"bad-value", "The field 'seed' must be a whole number that is not negative."};
                c.seed = seed->get<std::uint64_t>();
            }
            return;
        case Kind::set:
            allow(message, {"settings", "preset", "theme", "textSize"});
            if (const auto preset = message.find("preset"); preset != message.end()) {
                if (!preset->is_string() || !find_preset(preset->get<std::string>())) throw Wrong{"bad-value", "There is no such preset; ask for them with {type: \"get\", what: \"presets\"}."};
                c.preset = preset->get<std::string>();
            }
            if (message.contains("theme")) c.theme = static_cast<int>(one_of(message, "theme", themes));
            if (const auto size = message.find("textSize"); size != message.end()) {
                if (!whole(*size) || *size < smallest_text_size || *size > largest_text_size)
                    throw Wrong{"bad-value", "The field 'textSize' must be a whole number from " + std::to_string(smallest_text_size) + " to " + std::to_string(largest_text_size) + ", the size of the text in per cent."};
                c.text_size = size->get<int>();
            }
            c.settings = object_in(message, "settings");
            if (!c.preset && !c.theme && !c.text_size && c.settings.empty()) throw Wrong{"bad-value", "A message of type set needs one of settings, preset, theme and textSize."};
            return;
        case Kind::get:
            allow(message, {"what"});
            c.what = readable[one_of(message, "what", readable)];
            return;
        case Kind::export_run:
            allow(message, {"format", "panel"});
            c.what = formats[one_of(message, "format", formats)];
            if (message.contains("panel")) c.name = panel_names()[one_of(message, "panel", panel_names())];
            return;
        case Kind::show:
            allow(message, {"workspace"});
            c.what = workspaces[one_of(message, "workspace", workspaces)];
            return;
        case Kind::lesson: {
            allow(message, {"move", "name", "choice"});
            c.what = lesson_moves[one_of(message, "move", lesson_moves)];
            if (c.what == "open") {
                const auto name = message.find("name");
                if (name == message.end() || !name->is_string()) throw Wrong{"bad-value", "The field 'name' must name the lesson to open; ask for them with {type: \"get\", what: \"lessons\"}."};
                c.name = name->get<std::string>();
            } else if (c.what == "bet") {
                const auto choice = message.find("choice");
                if (choice == message.end() || !whole(*choice) || *choice > 100) throw Wrong{"bad-value", "The field 'choice' must be the number of the choice, counted from 0."};
                c.choice = choice->get<int>();
            }
            return;
        }
        case Kind::seek: {
            allow(message, {"step"});
            const auto step = message.find("step");
            if (step != message.end() && step->is_string() && step->get_ref<const std::string&>() == "newest") return;
            if (step == message.end() || !whole(*step)) throw Wrong{"bad-value", "The field 'step' must be a whole number that is not negative, or \"newest\"."};
            c.target = step->get<std::int64_t>();
            return;
        }
        case Kind::playback: read_playback(message, c); return;
        case Kind::resume: allow(message, {}); return;
        case Kind::branch: read_branch(message, c); return;
        case Kind::what_if: read_what_if(message, c); return;
        case Kind::early_stop:
            allow(message, {"move"});
            c.what = stop_moves[one_of(message, "move", stop_moves)];
            return;
        case Kind::figure: read_figure(message, c); return;
        case Kind::theory: read_theory(message, c); return;
        case Kind::sweep: read_sweep(message, c); return;
    }
}

Message envelope(const std::string& id, const char* type) { return {{"ladder", message_version}, {"id", Message::parse(id)}, {"type", type}}; }

}  // namespace

std::variant<Command, Refusal> read_command(std::string_view text) {
    Command c;
    try {
        if (text.size() > most_message_bytes) throw Wrong{"malformed", "The message is larger than " + std::to_string(most_message_bytes) + " bytes."};
        if (nested_deeper_than(8, text)) throw Wrong{"malformed", "The message is nested too deeply."};
        const Message message = Message::parse(text, nullptr, false);
        if (!message.is_object()) throw Wrong{"malformed", "The message is not an object."};
        c.id = read_id(message);
        const auto version = message.find("ladder");
        if (version == message.end() || !whole(*version)) throw Wrong{"malformed", "The message's field 'ladder' must be the version of the messages, " + std::to_string(message_version) + "."};
        if (*version != message_version) throw Wrong{"version", "This page understands version " + std::to_string(message_version) + " of the messages."};
        const auto type = message.find("type");
        if (type == message.end() || !type->is_string()) throw Wrong{"malformed", "The message's field 'type' must be one of " + listed(kinds) + "."};
        const auto kind = std::find(kinds.begin(), kinds.end(), type->get_ref<const std::string&>());
        if (kind == kinds.end()) throw Wrong{"unknown-type", "There is no command " + in_quotes(type->get_ref<const std::string&>()) + "; the commands are " + listed(kinds) + "."};
        c.kind = static_cast<Kind>(kind - kinds.begin());
        read_fields(message, c);
        return c;
    } catch (const Wrong& wrong) {
        return Refusal{c.id, wrong.code, wrong.sentence};
    } catch (const std::exception&) {
        return Refusal{c.id, "malformed", "The message cannot be read: it holds text that is not valid Unicode."};
    }
}

std::string answer_message(const std::string& id, std::string_view name, std::string_view value) {
    // Put together as text: a value may be a long table, and it is JSON already.
    std::string text = envelope(id, "answer").dump();
    if (value.empty()) return text;
    text.pop_back();
    return text + ",\"" + std::string(name) + "\":" + std::string(value) + "}";
}

std::string refusal_message(const Refusal& refusal) {
    Message message = envelope(refusal.id, "error");
    message["code"] = refusal.code;
    message["message"] = refusal.sentence;
    return message.dump(-1, ' ', false, Message::error_handler_t::replace);
}

}  // namespace ladder
