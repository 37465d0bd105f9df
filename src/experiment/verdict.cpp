#include "experiment/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/joined.h"
#include "task/chain.h"

namespace ladder {
namespace {

std::string step_text(std::int64_t step) { return step < 0 ? "never" : std::to_string(step); }

std::string short_number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", x);
    return text;
}

// Rungs 1..h entered one after the other, and the last moment on h.
bool climbed(const RunRecord& run) {
    const int h = span_count(run.settings);
    for (int k = 1; k <= h; ++k)
        if (run.reached(k) < 0 || (k > 1 && run.reached(k) <= run.reached(k - 1))) return false;
    return run.last().rung == h;
}

std::string climb_text(const RunRecord& run) {
    std::vector<std::string> steps;
    for (int k = 1; k <= span_count(run.settings); ++k) steps.push_back(step_text(run.reached(k)));
    return "Rungs 1 to " + std::to_string(span_count(run.settings)) + " entered at steps " + joined(steps);
}

std::string with_label(const RunRecord& run, const std::string& text, std::size_t runs) { return runs > 1 ? run.label + ": " + text : text; }

Verdict climb(const std::vector<RunRecord>& runs) {
    Verdict v{true, {}};
    for (const RunRecord& run : runs) {
        const std::int64_t competed = run.first_in(Phase::competitive), shared = run.first_in(Phase::cooperative);
        const bool one_head = run.settings.heads == 1;
        const bool order = one_head || (competed >= 0 && (shared < 0 || competed < shared));
        v.holds = v.holds && climbed(run) && order;
        std::string text = climb_text(run);
        if (run.last().rung != span_count(run.settings)) text += ", the last class is F" + std::to_string(run.last().rung);
        if (!one_head) text += competed < 0 ? "; the heads never competed" : "; heads compete from step " + std::to_string(competed) + (shared < 0 ? " on" : " and split at step " + std::to_string(shared));
        v.sentence += (v.sentence.empty() ? "" : ". ") + with_label(run, text, runs.size());
    }
    v.sentence += ".";
    return v;
}

Verdict lowest_kl_in_order(const std::vector<RunRecord>& runs) {
    Verdict v{true, {}};
    for (const RunRecord& run : runs) {
        std::vector<std::int64_t> at;
        std::vector<std::string> words;
        for (int k = 1; k <= span_count(run.settings); ++k) {
            at.push_back(run.lowest_kl_step(k));
            words.push_back(std::to_string(at.back()));
        }
        // Without it the KL from the last class may be smallest at the end only because everything still falls.
        const bool entered = run.reached(span_count(run.settings)) >= 0;
        v.holds = v.holds && entered && std::is_sorted(at.begin(), at.end()) && at.front() < at.back();
        std::string text = "KL from F1, F2, .. is smallest at steps " + joined(words);
        if (!entered) text += "; rung " + std::to_string(span_count(run.settings)) + " was not entered";
        v.sentence += (v.sentence.empty() ? "" : ". ") + with_label(run, text, runs.size());
    }
    v.sentence += ".";
    return v;
}

Verdict later_with_smaller_init(const std::vector<RunRecord>& runs) {
    Verdict v{runs.size() > 1, {}};
    std::vector<std::string> words;
    std::int64_t before = -1;
    for (const RunRecord& run : runs) {
        const std::int64_t step = run.reached(2);
        words.push_back(step_text(step) + " (" + run.label + ")");
        v.holds = v.holds && step >= 0 && step >= before;
        before = step;
    }
    v.holds = v.holds && runs.front().reached(2) < runs.back().reached(2);
    v.sentence = "The second rung is entered at steps " + joined(words) + ".";
    return v;
}

Verdict separated_with_importance(const std::vector<RunRecord>& runs) {
    Verdict v{runs.size() > 1, {}};
    std::vector<std::string> words;
    double before = -1;
    for (const RunRecord& run : runs) {
        // How much the classes between the lowest and the truth were ever closest: the share of the run spent on rungs 1 .. h - 1.
        const int h = span_count(run.settings);
        std::int64_t between = 0, total = 0;
        for (const Moment& m : run.moments) {
            ++total;
            between += nearest_class(m) >= 1 && nearest_class(m) < h;
        }
        const double share = total ? static_cast<double>(between) / static_cast<double>(total) : 0;
        words.push_back(short_number(100 * share) + " % (" + run.label + ")");
        v.holds = v.holds && share > before;
        before = share;
    }
    v.sentence = "Share of the run in which a class between F0 and the truth fits best: " + joined(words) + ".";
    return v;
}

Verdict class_grows_with_data(const std::vector<RunRecord>& runs) {
    Verdict v{runs.size() > 1, {}};
    std::vector<std::string> words;
    int before = -1;
    for (const RunRecord& run : runs) {
        const int best = nearest_class(run.best()), last = nearest_class(run.last());
        words.push_back("F" + std::to_string(best) + " then F" + std::to_string(last) + " (" + run.label + ", best at step " + std::to_string(run.best().step) + ")");
        v.holds = v.holds && best >= before && last >= best;
        before = best;
    }
    v.holds = v.holds && nearest_class(runs.front().best()) < nearest_class(runs.back().best());
    v.sentence = "Class at the lowest validation loss, then at the end: " + joined(words) + ".";
    return v;
}

Verdict farthest_first(const std::vector<RunRecord>& runs) {
    Verdict v = climb(runs);
    for (const RunRecord& run : runs) {
        // Spans are listed oldest first, and the most important one is what rung 1 knows.
        const bool farthest = Chain(run.settings).spans().front().rank == 1;
        v.holds = v.holds && farthest;
        v.sentence += farthest ? " What is learned first is the farthest span." : " The farthest span is not the most important one here.";
    }
    return v;
}

Verdict weights_inside_spans(const std::vector<RunRecord>& runs) {
    Verdict v = climb(runs);
    for (const RunRecord& run : runs) {
        std::vector<std::string> words;
        const Chain chain(run.settings);
        for (const Span& span : chain.spans()) {
            const auto mass = [&](int lag) { return static_cast<double>(run.last().lag_mass[static_cast<std::size_t>(lag - 1)]); };
            const double oldest = mass(span.oldest_lag), newest = mass(span.nearest_lag);
            v.holds = v.holds && (span.weights.front() > span.weights.back() ? oldest > newest : oldest < newest);
            words.push_back(short_number(oldest) + ":" + short_number(newest));
        }
        v.sentence += " Attention of all heads on the oldest and the newest token of each span: " + joined(words) + ".";
    }
    return v;
}

struct Rule {
    std::string_view name;
    Verdict (*apply)(const std::vector<RunRecord>&);
    const char* asks;
};
constexpr std::array<Rule, 7> rules{{
    {"climb", climb, "the run enters the rungs 1, 2, .. one after the other and ends on the last, and its heads, if there are several, compete, before they split if they do"},
    {"lowest-kl-in-order", lowest_kl_in_order, "the KL divergences from F1, F2, .. are smallest in this order, no later class before an earlier one, F1 before the last, and the last rung is entered"},
    {"later-with-smaller-init", later_with_smaller_init, "each run enters the second rung no sooner than the one with larger initial queries, and the last later than the first"},
    {"separated-with-importance", separated_with_importance, "the classes between knowing nothing and the truth fit best for a larger share of the run the larger m is"},
    {"class-grows-with-data", class_grows_with_data, "the class at the lowest validation loss never falls and grows in all with more sequences, and no final class is simpler than the best one"},
    {"farthest-first", farthest_first, "the run enters the rungs one after the other and ends on the last, its heads compete, before they split if they do, and the span learned first is the farthest one"},
    {"weights-inside-spans", weights_inside_spans, "the run enters the rungs one after the other and ends on the last, its heads compete, before they split if they do, "
     "and of the oldest and the newest token of each span they attend more to the one of the larger weight"},
}};

}  // namespace

bool is_rule(std::string_view name) {
    return std::any_of(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == name; });
}

namespace {

const Rule& rule_named(std::string_view name) {
    for (const Rule& rule : rules)
        if (rule.name == name) return rule;
    throw Error("There is no rule named \"" + std::string(name) + "\" to judge a figure by.", "src/experiment/verdict.h lists the rules.");
}

}  // namespace

std::string rule_sentence(std::string_view name) { return rule_named(name).asks; }

Verdict judge(std::string_view name, const std::vector<RunRecord>& runs) {
    if (runs.empty()) return {false, "There is no run to judge."};
    for (const RunRecord& run : runs)
        if (!run.failure.empty() || run.empty()) return {false, with_label(run, run.failure.empty() ? "This run has no evaluation." : run.failure, runs.size())};
    return rule_named(name).apply(runs);
}

}  // namespace ladder
