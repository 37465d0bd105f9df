// What a host page may ask for, as data: read from one JSON message and checked against the rules that
// web/messages.schema.json states for people and programs. Nothing is carried out here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/settings.h"

namespace ladder {

// Of the messages in both directions; a message names it as "ladder".
inline constexpr int message_version = 1;
inline constexpr std::size_t most_message_bytes = 16384;

struct Command {
    enum class Kind { play, pause, step, reset, set, get, seek, export_run, show, lesson, playback, resume, branch, what_if, early_stop, figure, theory, sweep } kind = Kind::play;
    std::string id = "null";             // as JSON: a string, a whole number or null; given back with the answer
    std::optional<std::uint64_t> seed;   // reset: with this one instead of the same
    std::optional<std::string> preset;   // set: an existing one
    std::optional<int> theme;            // set: 0 system, 1 light, 2 dark
    std::string settings;                // set, branch: a JSON object of settings, empty: none. Checked when it is carried out, over those of the run. theory: of the equations. sweep: the values of each setting
    std::optional<int> text_size;        // set: size of the text in per cent, 50 to 200
    // get: state, settings, presets, controls, lessons, heads, figures, theory, sweep. export: csv, json, png, svg, link, command, history, settings, report, safetensors.
    // show: a workspace. lesson, branch, early-stop, figure, sweep: the move. what-if: the change. theory: the view. Empty where the message may leave it out
    std::string what;
    std::string name;                    // lesson open, figure choose and run: which. export png: of which panel, empty: of everything. sweep run: the seeds, empty: as they are
    int choice = 0;                      // lesson bet: index of the choice. what-if: of the head or the span, from 0
    std::optional<int> direction;        // playback: -1 backwards, 0 stop, 1 forwards
    std::optional<double> speed;         // playback: how many times the usual speed
    int block = 0;                       // what-if: from 0
    std::optional<int> head;             // what-if: from 0; none: all of them
    std::optional<int> seeds;            // figure run: how many, 1 to 5
    std::optional<std::int64_t> target;  // seek: a step; none: the newest
};

struct Refusal {
    std::string id = "null";
    std::string code;      // malformed, version, unknown-type, bad-value, impossible
    std::string sentence;
};

// Never throws, whatever the text is.
std::variant<Command, Refusal> read_command(std::string_view json);

// Messages to the host page, as JSON. value: JSON too, empty: none.
std::string answer_message(const std::string& id, std::string_view name = {}, std::string_view value = {});
std::string refusal_message(const Refusal&);

}  // namespace ladder
