// The settings table: the one place that names, bounds and explains every setting.
#include "base/settings.h"

#include <algorithm>
#include <array>
#include <limits>

namespace ladder {
namespace {

constexpr std::string_view data_names[] = {"online", "finite", "text"};
constexpr std::string_view model_names[] = {"minimal", "full"};
constexpr std::string_view init_names[] = {"xavier", "uniform"};
constexpr std::string_view optimizer_names[] = {"adamw", "sgd"};
constexpr std::string_view schedule_names[] = {"constant", "cosine", "plateau"};

bool always(const Settings&) { return true; }

template <class T>
constexpr SettingKind kind_of() {
    if constexpr (std::is_same_v<T, bool>) return SettingKind::boolean;
    else if constexpr (std::is_same_v<T, int> || std::is_same_v<T, std::uint64_t>) return SettingKind::integer;
    else if constexpr (std::is_same_v<T, double>) return SettingKind::number;
    else if constexpr (std::is_same_v<T, std::vector<int>>) return SettingKind::integer_list;
    else if constexpr (std::is_same_v<T, std::vector<double>>) return SettingKind::number_list;
    else if constexpr (std::is_same_v<T, std::string>) return SettingKind::text;
    else return SettingKind::choice;
}

template <class T>
std::span<const std::string_view> choices_of() {
    if constexpr (std::is_same_v<T, DataSource>) return data_names;
    else if constexpr (std::is_same_v<T, ModelKind>) return model_names;
    else if constexpr (std::is_same_v<T, InitKind>) return init_names;
    else if constexpr (std::is_same_v<T, OptimizerKind>) return optimizer_names;
    else if constexpr (std::is_same_v<T, ScheduleKind>) return schedule_names;
    else return {};
}

template <class T>
SettingValue to_value(const T& field) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double> || std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<double>>) return field;
    else if constexpr (std::is_integral_v<T>) return static_cast<std::int64_t>(field);
    else if constexpr (std::is_same_v<T, std::vector<int>>) return std::vector<double>(field.begin(), field.end());
    else return std::string(choices_of<T>()[static_cast<std::size_t>(field)]);
}

template <class T>
void from_value(T& field, const SettingValue& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double> || std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<double>>) field = std::get<T>(value);
    else if constexpr (std::is_integral_v<T>) field = static_cast<T>(std::get<std::int64_t>(value));
    else if constexpr (std::is_same_v<T, std::vector<int>>) {
        const auto& list = std::get<std::vector<double>>(value);
        field.assign(list.size(), 0);
        std::transform(list.begin(), list.end(), field.begin(), [](double v) { return static_cast<int>(v); });
    } else {
        const auto names = choices_of<T>();
        const auto at = std::find(names.begin(), names.end(), std::get<std::string>(value));
        field = static_cast<T>(at - names.begin());
    }
}

// What a row says beyond its field; defaults suit most rows.
struct Row {
    std::string_view name, label, group, unit, help;
    double min = 0, max = 0;
    int min_count = 0, max_count = 0;
    bool logarithmic = false, restart = true, viewer = false;
    std::string_view only_when = "";
    bool (*active)(const Settings&) = always;
};

template <auto Field>
SettingInfo row(const Row& r) {
    using T = std::remove_cvref_t<decltype(Settings{}.*Field)>;
    return {r.name, r.label, r.group, r.unit, r.help, kind_of<T>(), r.min, r.max, r.min_count, r.max_count, r.logarithmic, r.restart, choices_of<T>(),
            [](const Settings& s) { return to_value(s.*Field); }, [](Settings& s, const SettingValue& v) { from_value(s.*Field, v); }, r.only_when, r.active, r.viewer};
}

bool chain_data(const Settings& s) { return s.data != DataSource::text; }
bool powers_of_importance(const Settings& s) { return chain_data(s) && s.strengths.empty(); }
bool finite_data(const Settings& s) { return s.data == DataSource::finite; }
bool text_data(const Settings& s) { return s.data == DataSource::text; }
bool full_model(const Settings& s) { return s.model == ModelKind::full; }
bool query_uniform(const Settings& s) { return s.query_init == InitKind::uniform; }
bool value_uniform(const Settings& s) { return s.value_init == InitKind::uniform; }
bool plateau(const Settings& s) { return s.schedule == ScheduleKind::plateau; }
// Of equal strengths the reversed order decides which span is the more important.
bool order_matters(const Settings& s) {
    std::vector<double> sorted = s.strengths;
    std::sort(sorted.begin(), sorted.end());
    return chain_data(s) && (s.strengths.empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end());
}
bool uses_sgd(const Settings& s) { return s.optimizer == OptimizerKind::sgd; }

const std::vector<SettingInfo>& table() {
    static const std::vector<SettingInfo> rows{
        row<&Settings::vocabulary>({.name = "vocabulary", .label = "Vocabulary d", .group = "Chain", .unit = "symbols",
            .help = "The number of different tokens.", .min = 2, .max = 256, .logarithmic = true}),
        row<&Settings::spans>({.name = "spans", .label = "Spans", .group = "Chain", .unit = "tokens",
            .help = "Lengths of the groups of earlier tokens that the next token depends on, oldest group first. Their number is h, the top rung of the ladder.",
            .min = 1, .max = 8, .min_count = 1, .max_count = 8}),
        row<&Settings::stride>({.name = "stride", .label = "Stride between spans", .group = "Chain", .unit = "tokens",
            .help = "Distance between the starts of neighbouring spans. Smaller than the span, and spans overlap; 0 puts them side by side.", .min = 0, .max = 8}),
        row<&Settings::importance>({.name = "importance", .label = "Importance ratio m", .group = "Chain", .unit = "",
            .help = "How much stronger each span acts than the next less important one. At 1 all spans matter equally and the stages merge.", .min = 1, .max = 4,
            .only_when = "a chain whose strengths are left empty", .active = powers_of_importance}),
        row<&Settings::reversed>({.name = "reversed", .label = "Farthest span matters most", .group = "Chain", .unit = "",
            .help = "Reverses the order of importance: the farthest span becomes the strongest, the nearest the weakest.", .only_when = "a chain whose strengths are left empty or are equal", .active = order_matters}),
        row<&Settings::strengths>({.name = "strengths", .label = "Strength of each span", .group = "Chain", .unit = "",
            .help = "How strongly each span acts, oldest first, for example 1 1.7 2.9. Empty: powers of the importance ratio.", .min = 0.05, .max = 20, .min_count = 0, .max_count = 8}),
        row<&Settings::weights>({.name = "weights", .label = "Weights alpha inside a span", .group = "Chain", .unit = "",
            .help = "How much each token of a span counts, oldest first, for example 0.7 0.3. Empty: every token counts 1.", .min = 0, .max = 10, .min_count = 0, .max_count = 8}),
        row<&Settings::frobenius_orthogonal>({.name = "frobenius-orthogonal", .label = "Mutually orthogonal features", .group = "Chain", .unit = "",
            .help = "Makes the feature matrices of different spans orthogonal to each other in the Frobenius inner product.", .only_when = "sequences of the chain", .active = chain_data}),
        row<&Settings::rank>({.name = "rank", .label = "Rank of the feature matrices", .group = "Chain", .unit = "",
            .help = "Rank of every feature matrix A, before they are made orthogonal to each other if they are; 0 means full rank d.", .min = 0, .max = 256, .only_when = "sequences of the chain", .active = chain_data}),
        row<&Settings::shared_features>({.name = "shared-features", .label = "One matrix for all spans", .group = "Chain", .unit = "",
            .help = "All spans use the same random matrix Q and differ in strength and lags alone.", .only_when = "sequences of the chain", .active = chain_data}),
        row<&Settings::scale>({.name = "scale", .label = "Inverse temperature", .group = "Chain", .unit = "",
            .help = "Multiplies all logits of the chain: larger values make the next token more predictable.", .min = 0, .max = 10, .only_when = "sequences of the chain", .active = chain_data}),
        row<&Settings::length>({.name = "length", .label = "Sampled length L", .group = "Chain", .unit = "tokens",
            .help = "Tokens that are sampled and predicted in each sequence, after a random prefix as long as the window w.", .min = 1, .max = 64}),
        row<&Settings::data>({.name = "data", .label = "Training data", .group = "Data", .unit = "",
            .help = "Online draws fresh sequences at every step; finite trains again and again on a fixed set of N sequences; text takes them from a text of your own."}),
        row<&Settings::sequences>({.name = "sequences", .label = "Training sequences N", .group = "Data", .unit = "sequences",
            .help = "Size of the fixed training set.", .min = 1, .max = 200000, .logarithmic = true, .only_when = "finite data", .active = finite_data}),
        row<&Settings::text>({.name = "text", .label = "Text", .group = "Data", .unit = "characters",
            .help = "A text to learn from. Its d - 1 most frequent characters become tokens, all others one more; the classes are its n-gram predictors.",
            .min = 0, .max = 100000, .only_when = "text data", .active = text_data}),
        row<&Settings::batch>({.name = "batch", .label = "Batch", .group = "Data", .unit = "sequences",
            .help = "Sequences whose mean gradient makes one training step.", .min = 1, .max = 8192, .logarithmic = true}),
        row<&Settings::validation>({.name = "validation", .label = "Held-out sequences", .group = "Data", .unit = "sequences",
            .help = "Fresh sequences, never trained on, on which losses, KL divergences and attention are measured.", .min = 16, .max = 20000, .logarithmic = true}),
        row<&Settings::model>({.name = "model", .label = "Model", .group = "Model", .unit = "",
            .help = "Minimal: attention alone on one-hot inputs. Full: embeddings, attention, residuals, LayerNorm and an MLP."}),
        row<&Settings::heads>({.name = "heads", .label = "Heads", .group = "Model", .unit = "",
            .help = "Attention heads in each block.", .min = 1, .max = 8}),
        row<&Settings::blocks>({.name = "blocks", .label = "Blocks", .group = "Model", .unit = "",
            .help = "Transformer blocks, one on top of the other.", .min = 1, .max = 8}),
        row<&Settings::hidden>({.name = "hidden", .label = "Hidden width", .group = "Model", .unit = "",
            .help = "Width of the embeddings and of the residual stream.", .min = 8, .max = 1024, .only_when = "full model", .active = full_model}),
        row<&Settings::mlp>({.name = "mlp", .label = "MLP width", .group = "Model", .unit = "",
            .help = "Width of the hidden layer of the MLP.", .min = 8, .max = 4096, .only_when = "full model", .active = full_model}),
        row<&Settings::bias>({.name = "bias", .label = "Biases", .group = "Model", .unit = "",
            .help = "Adds bias vectors to the attention's four projections; the MLP always has its own.", .only_when = "full model", .active = full_model}),
        row<&Settings::dropout>({.name = "dropout", .label = "Dropout", .group = "Model", .unit = "",
            .help = "Probability with which activations are set to zero during training.", .min = 0, .max = 0.9, .only_when = "full model", .active = full_model}),
        row<&Settings::query_init>({.name = "query-init", .label = "Query initialisation", .group = "Model", .unit = "",
            .help = "Xavier draws evenly from a range set by the matrix's two sizes, uniform from [-s, s]. Small queries start every head with even attention and sharpen the stages."}),
        row<&Settings::query_scale>({.name = "query-scale", .label = "Query scale s", .group = "Model", .unit = "",
            .help = "The s of the uniform initialisation of the queries.", .min = 0, .max = 10, .logarithmic = true, .only_when = "uniform query initialisation", .active = query_uniform}),
        row<&Settings::value_init>({.name = "value-init", .label = "Value initialisation", .group = "Model", .unit = "",
            .help = "Xavier draws evenly from a range set by the matrix's two sizes, uniform from [-s, s]."}),
        row<&Settings::value_scale>({.name = "value-scale", .label = "Value scale s", .group = "Model", .unit = "",
            .help = "The s of the uniform initialisation of the values.", .min = 0, .max = 10, .logarithmic = true, .only_when = "uniform value initialisation", .active = value_uniform}),
        row<&Settings::optimizer>({.name = "optimizer", .label = "Optimizer", .group = "Optimizer", .unit = "",
            .help = "AdamW, or stochastic gradient descent with momentum."}),
        row<&Settings::learning_rate>({.name = "learning-rate", .label = "Learning rate", .group = "Optimizer", .unit = "",
            .help = "Size of a step. Too large and training diverges.", .min = 0, .max = 1000, .logarithmic = true}),
        row<&Settings::schedule>({.name = "schedule", .label = "Learning-rate schedule", .group = "Optimizer", .unit = "",
            .help = "Constant; cosine, which falls to 0 at the step where the run stops; or plateau, which reduces the rate when the training loss stops falling. The stages are plateaus too."}),
        row<&Settings::patience>({.name = "patience", .label = "Patience", .group = "Optimizer", .unit = "steps",
            .help = "Steps over which the mean training loss must fall, or the learning rate is reduced.", .min = 1, .max = 1000000, .logarithmic = true, .only_when = "schedule plateau", .active = plateau}),
        row<&Settings::reduction>({.name = "reduction", .label = "Reduction", .group = "Optimizer", .unit = "",
            .help = "What the learning rate is multiplied by at a plateau.", .min = 0.01, .max = 1, .only_when = "schedule plateau", .active = plateau}),
        row<&Settings::weight_decay>({.name = "weight-decay", .label = "Weight decay", .group = "Optimizer", .unit = "",
            .help = "Pulls every weight towards zero, in proportion to the learning rate.", .min = 0, .max = 10, .logarithmic = true}),
        row<&Settings::momentum>({.name = "momentum", .label = "Momentum", .group = "Optimizer", .unit = "",
            .help = "Share of the last update that the next one keeps.", .min = 0, .max = 0.999, .only_when = "SGD", .active = uses_sgd}),
        row<&Settings::clip>({.name = "clip", .label = "Gradient clipping", .group = "Optimizer", .unit = "norm",
            .help = "Gradients whose norm over all parameters is larger are scaled down to this norm; 0 switches clipping off.", .min = 0, .max = 1000, .logarithmic = true}),
        row<&Settings::seed>({.name = "seed", .label = "Seed", .group = "Run", .unit = "",
            .help = "All randomness of a run follows from it: the same seed gives the same run, bit for bit in every browser and to rounding between the page and the native programs.", .min = 0, .max = 9007199254740992.0}),
        row<&Settings::steps>({.name = "steps", .label = "Stop at step", .group = "Run", .unit = "steps",
            .help = "The run stops here by itself.", .min = 1, .max = 10000000, .logarithmic = true, .restart = false}),
        row<&Settings::evaluate_every>({.name = "evaluate-every", .label = "Evaluate every", .group = "Run", .unit = "steps",
            .help = "Steps between two measurements on the held-out sequences.", .min = 1, .max = 100000, .logarithmic = true}),
        row<&Settings::learned>({.name = "learned", .label = "Learned members", .group = "Run", .unit = "",
            .help = "Trains a model of the same kind for each class that sees only the class's spans, and measures the KL divergence from these too. On screen this is done beside the run.", .restart = false}),
        row<&Settings::workers>({.name = "workers", .label = "Workers", .group = "Run", .unit = "",
            .help = "Threads, or web workers on a page, that share each batch; 0 takes the useful number. The results do not depend on it.", .min = 0, .max = 64, .viewer = true}),
        row<&Settings::speed>({.name = "speed", .label = "Speed", .group = "Run", .unit = "steps/s",
            .help = "Training steps shown a second; 0 goes as fast as the machine can.", .min = 0, .max = 100000, .logarithmic = true, .restart = false, .viewer = true}),
    };
    return rows;
}

}  // namespace

std::span<const SettingInfo> settings_table() { return table(); }

const SettingInfo* find_setting(std::string_view name) {
    for (const SettingInfo& info : table())
        if (info.name == name) return &info;
    return nullptr;
}

int span_count(const Settings& s) { return static_cast<int>(s.spans.size()); }

int window(const Settings& s) {
    int end = 0, start = 0;
    for (int length : s.spans) {
        end = std::max(end, start + length);
        start += s.stride > 0 ? s.stride : length;
    }
    return end;
}

int input_length(const Settings& s) { return window(s) + s.length - 1; }

}  // namespace ladder
