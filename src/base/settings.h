// Every setting of a run, and the one table that describes them. Command-line options, JSON, URL
// parameters, the controls of the panel, validation and the documentation are all generated from
// settings_table(); nothing else names a setting's text form.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ladder {

enum class DataSource { online, finite, text };
enum class ModelKind { minimal, full };
enum class InitKind { xavier, uniform };
enum class OptimizerKind { adamw, sgd };
enum class ScheduleKind { constant, cosine, plateau };

struct Settings {
    // The chain.
    int vocabulary = 50;                 // d: number of symbols
    std::vector<int> spans{2, 2, 2};     // lengths, oldest span first
    int stride = 0;                      // distance between span starts; 0: side by side
    double importance = 1.7;             // m: ratio between successive feature strengths
    bool reversed = false;               // the farthest span is the most important
    std::vector<double> strengths;       // of each span's features, oldest first; empty: powers of m
    std::vector<double> weights;         // alpha within each span, oldest lag first; empty: all 1
    bool frobenius_orthogonal = false;   // feature matrices made mutually Frobenius-orthogonal
    int rank = 0;                        // rank of each feature matrix; 0: full
    bool shared_features = false;        // one matrix Q for all spans
    double scale = 1.0;                  // overall scale of the logits (inverse temperature)
    int length = 20;                     // L: sampled tokens in a sequence, after the prefix of w
    // The data.
    DataSource data = DataSource::online;
    int sequences = 9000;                // N, for finite data
    std::string text;                    // UTF-8, for data of one's own: its characters become the tokens
    int batch = 512;
    int validation = 1000;               // held-out sequences
    // The model.
    ModelKind model = ModelKind::minimal;
    int heads = 3;
    int blocks = 1;
    int hidden = 255;
    int mlp = 64;
    bool bias = false;
    double dropout = 0.1;
    InitKind query_init = InitKind::xavier;
    double query_scale = 1e-3;           // s of uniform [-s, s], used when query_init is uniform
    InitKind value_init = InitKind::xavier;
    double value_scale = 1e-3;
    // The optimizer.
    OptimizerKind optimizer = OptimizerKind::adamw;
    double learning_rate = 0.08;
    ScheduleKind schedule = ScheduleKind::constant;
    int patience = 100;                  // plateau: steps whose mean loss must fall
    double reduction = 0.5;              // plateau: what the rate is multiplied by
    double weight_decay = 0.01;
    double momentum = 0.9;               // SGD only
    double clip = 1.0;                   // global gradient norm; 0: no clipping
    // The run.
    std::uint64_t seed = 7;
    int steps = 1000;                    // the run stops here
    int evaluate_every = 10;             // steps between evaluations on held-out sequences
    bool learned = false;                // train and show the learned members of the classes
    int workers = 0;                     // threads or web workers; 0: the useful number
    double speed = 20;                   // shown steps a second; 0: as fast as the machine goes

    bool operator==(const Settings&) const = default;
};

// Number of spans h, window w = the largest lag, positions T = w + L - 1 that enter the model.
int span_count(const Settings& s);
int window(const Settings& s);
int input_length(const Settings& s);

enum class SettingKind { boolean, integer, number, choice, integer_list, number_list, text };
using SettingValue = std::variant<bool, std::int64_t, double, std::string, std::vector<double>>;

struct SettingInfo {
    std::string_view name;    // kebab-case; the same in options, JSON, URLs
    std::string_view label;   // for a control, sentence case
    std::string_view group;   // "Chain", "Data", "Model", "Optimizer", "Run"
    std::string_view unit;    // may be empty
    std::string_view help;    // one or two sentences
    SettingKind kind;
    double min, max;          // inclusive, of the value or of each element; of a text, its characters
    int min_count, max_count; // of list elements
    bool logarithmic;         // a slider should be logarithmic
    bool restart;             // a change takes effect only with a new run
    std::span<const std::string_view> choices;
    SettingValue (*get)(const Settings&);
    void (*put)(Settings&, const SettingValue&);  // value already validated
    std::string_view only_when;  // "", "finite data", "full model", ...: words for when it matters
    bool (*active)(const Settings&);  // false: has no effect at present (control is dimmed)
    bool viewer;              // belongs to who looks on and not to the experiment: no number of a run depends on it
};

std::span<const SettingInfo> settings_table();
const SettingInfo* find_setting(std::string_view name);  // nullptr when unknown

// Whether a run of the one must begin again to be a run of the other, or can go on with it.
bool needs_restart(const Settings& before, const Settings& after);

// The experiment's settings with those of another run that belong to the viewer.
Settings at_pace_of(const Settings& viewer, Settings experiment);

// A setting that could not be taken as given, in whole sentences: a place where nothing is used instead leaves that one out.
struct SettingProblem {
    std::string setting;
    std::string wrong;
    std::string instead;  // what was done about it
    std::string mend;     // empty where the first says it

    std::string message() const;  // all of them
    std::string refusal() const;  // without what was done
};

std::string format_setting(const SettingInfo&, const Settings&);                    // text form; parses back to the same value
std::string format_value(const SettingInfo&, const SettingValue&);
std::string range_text(const SettingInfo&);                                        // "1 to 8", "online or finite"
// Sets one setting from text. Out of range: the nearest valid value is used. Not parseable: unchanged. Either way the problem is returned.
std::optional<SettingProblem> set_from_text(Settings&, std::string_view name, std::string_view text);
// Why the text is not one to learn from, without a full stop; empty: it is.
std::string text_problem(const Settings&);
// Settings that contradict each other are moved to the nearest valid combination; each move is told.
std::vector<SettingProblem> reconcile(Settings&);

// JSON object with the settings that differ from base (all of them when base is null).
std::string settings_to_json(const Settings&, const Settings* base = nullptr);
// Reads what it knows over `into`; unknown names, wrong types and ranges are told, never thrown.
std::vector<SettingProblem> settings_from_json(Settings& into, std::string_view json);

}  // namespace ladder
