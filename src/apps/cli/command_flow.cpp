// `ladder flow`: the differential equations solved, told, and written as CSV; or timed. Settings that cannot be taken as
// given are refused, as everywhere on the command line.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/flow.h"
#include "apps/cli/option_checks.h"
#include "base/error.h"
#include "base/files.h"
#include "base/number_text.h"
#include "theory/flow_options.h"

namespace ladder::cli {
namespace {

using Json = nlohmann::ordered_json;

struct FlowCommand {
    FlowSettings settings;
    double tolerance = flow_tolerance.absolute, first = 0.01;
    int moments = 300;
    std::string out;  // folder; empty: nothing is written
    bool json = false, bench = false;
};

double clock_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Heads, patterns and positions are counted from 1; position 1 is the oldest.
std::string solution_csv(const FlowSettings& s, const FlowSolution& solution) {
    const auto numbered = [](const char* what, int k) { return "," + std::string(what) + "_" + std::to_string(k); };
    const int patterns = static_cast<int>(s.strengths.size());
    std::string csv = "time,loss";
    for (int j = 1; j <= patterns; ++j) csv += numbered("loss_pattern", j);
    for (int k = 1; k <= s.heads; ++k)
        for (int j = 1; j <= patterns; ++j) csv += numbered("value_head", k) + numbered("pattern", j).replace(0, 1, "_");
    for (int k = 1; k <= s.heads; ++k)
        for (int i = 1; i <= s.positions; ++i) csv += numbered("attention_head", k) + numbered("position", i).replace(0, 1, "_");
    csv += '\n';
    for (const FlowMoment& m : solution.moments) {
        csv += number_text(m.time) + "," + number_text(m.loss);
        for (const auto* values : {&m.contribution, &m.value, &m.attention})
            for (double v : *values) csv += "," + number_text(v);
        csv += '\n';
    }
    return csv;
}

std::string stages_csv(const FlowSettings& s, const std::vector<FlowStage>& stages) {
    std::string csv = "order,pattern,strength,time\n";
    for (std::size_t i = 0; i < stages.size(); ++i)
        csv += std::to_string(i + 1) + "," + std::to_string(stages[i].pattern + 1) + "," + number_text(s.strengths[static_cast<std::size_t>(stages[i].pattern)]) + "," + number_text(stages[i].time) + "\n";
    return csv;
}

Json settings_json(const FlowSettings& s) {
    Json j;
    for (const FlowOption& o : flow_options()) {
        if (o.derived) continue;
        const std::string name(o.name);
        switch (o.kind) {
            case FlowOption::Kind::list: j[name] = s.strengths; break;
            case FlowOption::Kind::choice: j[name] = format_option(o, s); break;
            case FlowOption::Kind::boolean: j[name] = o.get(s) != 0; break;
            case FlowOption::Kind::integer: j[name] = static_cast<std::int64_t>(o.get(s)); break;
            case FlowOption::Kind::number: j[name] = o.get(s); break;
        }
    }
    return j;
}

Json report_json(const FlowSettings& s, const FlowSolution& solution, double seconds) {
    Json stages = Json::array();
    for (const FlowStage& stage : solution.stages) stages.push_back({{"pattern", stage.pattern + 1}, {"strength", s.strengths[static_cast<std::size_t>(stage.pattern)]}, {"time", stage.time}});
    const IntegrationReport& r = solution.report;
    return {{"settings", settings_json(s)}, {"finished", r.finished}, {"reached", r.reached}, {"loss", solution.moments.back().loss}, {"stages", stages}, {"evaluations", r.evaluations},
            {"steps", r.accepted}, {"steps_rejected", r.rejected}, {"steps_stabilised", r.stabilised}, {"seconds", seconds}};
}

int time_flow(const FlowCommand& c) {
    std::vector<double> seconds;
    const double end = clock_seconds() + 2;
    FlowSolution solution;
    while (seconds.size() < 5 || (clock_seconds() < end && seconds.size() < 1000)) {
        const double start = clock_seconds();
        solution = solve_flow(c.settings, logarithmic_times(c.first, c.settings.end, c.moments), {c.tolerance, c.tolerance});
        seconds.push_back(clock_seconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    const double median = seconds[seconds.size() / 2];
    if (c.json) {
        Json j = report_json(c.settings, solution, median);
        j["least_seconds"] = seconds.front();
        std::printf("%s\n", j.dump(2).c_str());
    } else {
        std::printf("%.6g time units in %.2f ms (median of %zu solutions, least %.2f ms): %ld slopes, %ld steps, %ld of them stabilised, %ld rejected.\n", solution.report.reached, 1e3 * median, seconds.size(),
                    1e3 * seconds.front(), solution.report.evaluations, solution.report.accepted, solution.report.stabilised, solution.report.rejected);
    }
    return done;
}

int flow(const FlowCommand& c) {
    check(c.settings);
    if (!(c.first < c.settings.end)) throw Error("The first moment (" + number_text(c.first) + ") must come before the end (" + number_text(c.settings.end) + ").", "Use a smaller --first or a larger --end.");
    if (c.bench) return time_flow(c);
    if (!c.out.empty()) make_folder(c.out);
    const double start = clock_seconds();
    const FlowSolution solution = solve_flow(c.settings, logarithmic_times(c.first, c.settings.end, c.moments), {c.tolerance, c.tolerance});
    const double seconds = clock_seconds() - start;
    const auto stages = solution.stages;
    if (!c.out.empty()) {
        write_file(c.out + "/config.json", settings_json(c.settings).dump(2) + "\n");
        write_file(c.out + "/flow.csv", solution_csv(c.settings, solution));
        write_file(c.out + "/stages.csv", stages_csv(c.settings, stages));
    }
    if (c.json) {
        std::printf("%s\n", report_json(c.settings, solution, seconds).dump(2).c_str());
    } else {
        for (std::size_t i = 0; i < stages.size(); ++i)
            std::printf("Stage %zu: pattern %d, strength %.4g, half learned at time %.4g.\n", i + 1, stages[i].pattern + 1, c.settings.strengths[static_cast<std::size_t>(stages[i].pattern)], stages[i].time);
        for (int j = 0; j < static_cast<int>(c.settings.strengths.size()); ++j)
            if (std::none_of(stages.begin(), stages.end(), [j](const FlowStage& s) { return s.pattern == j; })) std::printf("Pattern %d, strength %.4g, is not learned before time %.4g.\n", j + 1, c.settings.strengths[static_cast<std::size_t>(j)], solution.report.reached);
        std::printf("Loss %.4g at time %.4g.\n", solution.moments.back().loss, solution.moments.back().time);
        if (!c.out.empty()) std::printf("Written to %s: config.json, flow.csv, stages.csv.\n", c.out.c_str());
    }
    if (!solution.report.finished) std::fprintf(stderr, "ladder: The solution ends at time %.4g: from there on the equations are too stiff. Give the heads a larger asymmetry.\n", solution.report.reached);
    return solution.report.finished ? done : incomplete;
}

}  // namespace

void add_flow_command(CLI::App& app, std::function<int()>& chosen) {
    const auto c = std::make_shared<FlowCommand>();
    CLI::App* command = app.add_subcommand("flow", "Solve the paper's differential equations: which pattern is learned when, and by which head");
    // Carried out in the order of the table, whatever the order on the command line: the ratio of as many patterns as are asked for.
    for (const FlowOption& o : flow_options()) {
        const auto put = [c, &o](const std::string& text) {
            if (const auto problem = set_option(c->settings, o.name, text)) throw Error(problem->refusal());
        };
        const std::string name = "--" + std::string(o.name), help(o.help);
        CLI::Option* option = o.kind == FlowOption::Kind::boolean ? command->add_flag_function(name, [put](std::int64_t) { put("true"); }, help) : command->add_option_function<std::string>(name, put, help)->type_name(range_text(o));
        if (o.kind != FlowOption::Kind::boolean) option->default_str(format_option(o, c->settings));
        option->group("Equations");
    }
    for (const char* view : {"--ratio", "--patterns"}) command->get_option(view)->excludes(command->get_option("--strengths"));
    command->add_option("--tolerance", c->tolerance, "Largest error of what is written, absolute and relative")->check(between(1e-9, 1e-2))->capture_default_str();
    command->add_option("--first", c->first, "The first moment after 0; the others follow evenly in the logarithm of time")->check(between(1e-9, 1e6))->capture_default_str();
    command->add_option("--moments", c->moments, "How many moments are written")->check(between(2, 100000))->capture_default_str();
    command->add_option("--out", c->out, "Folder for config.json, flow.csv and stages.csv; nothing is written without it")->type_name("DIR")->check(some_name());
    command->add_flag("--bench", c->bench, "Time the solution instead: the defaults are the system of figure 10 over 100000 units of time");
    command->add_flag("--json", c->json, "Print one JSON object");
    command->footer("flow.csv: time, loss, each pattern's share of the loss, each head's value on each pattern's feature, each head's attention on each position.\nA stage is the moment at which half of a pattern's loss is gone.");
    command->callback([c, &chosen] { chosen = [c] { return flow(*c); }; });
}

}  // namespace ladder::cli
