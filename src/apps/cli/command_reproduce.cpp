// `ladder reproduce`: every figure of the paper run over some seeds, judged, and written as one page that can be opened
// from disk: verdicts, plots, settings, seeds, and beside it the table of all runs.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/cli/commands.h"
#include "apps/cli/experiments.h"
#include "apps/cli/run_folder.h"
#include "base/error.h"
#include "base/files.h"
#include "base/shown_text.h"
#include "experiment/data_size.h"
#include "experiment/figures.h"
#include "experiment/flow_figure.h"
#include "experiment/svg.h"
#include "experiment/verdict.h"

namespace ladder::cli {
namespace {

// Okabe and Ito's set, in the order of the interface's heads.
constexpr const char* colours[] = {"#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#8A8100", "#6B6B6B"};

struct SeedResult {
    std::uint64_t seed = 0;
    std::vector<RunRecord> runs;
    Verdict verdict;
};

struct FigureResult {
    const Figure* figure = nullptr;
    std::vector<SeedResult> seeds;
    std::vector<std::string> plots;  // <svg> elements
    int holding() const {
        return static_cast<int>(std::count_if(seeds.begin(), seeds.end(), [](const SeedResult& s) { return s.verdict.holds; }));
    }
};

template <class Get>
SvgCurve curve(const std::string& name, std::size_t colour, const RunRecord& run, Get get) {
    SvgCurve c{name, colours[colour % std::size(colours)], {}, {}};
    for (const Moment& m : run.moments) c.x.push_back(static_cast<double>(m.step)), c.y.push_back(get(m));
    return c;
}

// The first seed's runs stand for all; the table has the others.
std::vector<std::string> draw(const Figure& f, const std::vector<SeedResult>& seeds) {
    const SeedResult& first = seeds.front();
    const std::string seed = ", seed " + std::to_string(first.seed);
    std::vector<std::string> plots;
    if (f.plot == FigurePlot::ladder) {
        for (const RunRecord& run : first.runs) {
            SvgPlot plot{(f.runs.size() > 1 ? run.label : f.title) + seed, "step", "nats", {}};
            plot.curves.push_back(curve("excess loss", 7, run, [](const Moment& m) { return m.excess; }));
            for (int k = 1; k <= span_count(run.settings); ++k)
                plot.curves.push_back(curve("KL from F" + std::to_string(k), static_cast<std::size_t>(k - 1), run, [k](const Moment& m) { return m.kl[static_cast<std::size_t>(k)]; }));
            plots.push_back(format_svg(plot));
            if (!run.empty() && !run.last().learned_kl.empty()) {
                SvgPlot learned{"KL from the learned members" + seed, "step", "nats", {}};
                for (std::size_t k = 0; k < run.last().learned_kl.size(); ++k)
                    learned.curves.push_back(curve("to F" + std::to_string(k + 1) + ", learned", k, run, [k](const Moment& m) { return m.learned_kl[k]; }));
                plots.push_back(format_svg(learned));
            }
            SvgPlot mass{"Attention mass of each head" + seed, "step", "attention mass", {}};
            const std::size_t h = static_cast<std::size_t>(span_count(run.settings)), maps = run.empty() ? 0 : run.last().span_mass.size() / h;
            for (std::size_t a = 0; a < maps; ++a)
                for (std::size_t k = h; k-- > 0;) {
                    SvgCurve c = curve("head " + std::to_string(a + 1) + ", span " + std::to_string(k + 1), a, run, [&](const Moment& m) { return static_cast<double>(m.span_mass[a * h + k]); });
                    c.faint = k + 1 != h;
                    mass.curves.push_back(std::move(c));
                }
            plots.push_back(format_svg(mass));
        }
    } else if (f.plot == FigurePlot::excess) {
        SvgPlot plot{f.title + seed, "step", "excess loss, nats", {}};
        for (std::size_t i = 0; i < first.runs.size(); ++i) plot.curves.push_back(curve(first.runs[i].label, i, first.runs[i], [](const Moment& m) { return m.excess; }));
        plot.logarithmic_x = true;
        plots.push_back(format_svg(plot));
    } else if (f.plot == FigurePlot::best_excess) {
        SvgPlot best{"Excess loss at the best checkpoint, all seeds", "training sequences (online: those drawn)", "excess loss, nats", {}, true};
        SvgPlot classes{"Class at the best checkpoint, all seeds", "training sequences (online: those drawn)", "class k of F_k", {}, true};
        std::vector<RunRecord> all;
        for (const SeedResult& s : seeds) all.insert(all.end(), s.runs.begin(), s.runs.end());
        std::size_t i = 0;
        for (const SizePoint& p : size_points(all, f.runs.size())) {
            const char* colour = colours[i++ % std::size(colours)];
            best.curves.push_back({p.label, colour, p.sequences, p.best_excess, true});
            classes.curves.push_back({p.label, colour, p.sequences, {p.best_class.begin(), p.best_class.end()}, true});
        }
        plots = {format_svg(best), format_svg(classes)};
    }
    return plots;
}

std::vector<std::string> draw_flow(const FlowFigure& f) {
    const int heads = f.settings.heads, patterns = static_cast<int>(f.settings.strengths.size());
    SvgPlot position{"Attention on each pattern's position", "time", "attention", {}, true}, value{"Values on each pattern's feature", "time", "value", {}, true},
        loss{"Loss contribution of each pattern", "time", "1/2 |row of G - P|^2", {}, true};
    for (int k = 0; k < heads; ++k)
        for (int j = 0; j < patterns; ++j) {
            SvgCurve a{"head " + std::to_string(k + 1) + ", pattern " + std::to_string(j + 1), colours[static_cast<std::size_t>(k) % std::size(colours)], {}, {}};
            a.faint = j != k;
            SvgCurve b = a;
            const std::size_t at = static_cast<std::size_t>(k) * f.settings.strengths.size() + static_cast<std::size_t>(j);
            for (const FlowMoment& m : f.solution.moments) {
                a.x.push_back(m.time), a.y.push_back(attention(f, m, k, j));
                b.x.push_back(m.time), b.y.push_back(m.value[at]);
            }
            position.curves.push_back(std::move(a));
            value.curves.push_back(std::move(b));
        }
    for (int j = 0; j < patterns; ++j) {
        SvgCurve c{"pattern " + std::to_string(j + 1), colours[static_cast<std::size_t>(j) % std::size(colours)], {}, {}};
        for (const FlowMoment& m : f.solution.moments) c.x.push_back(m.time), c.y.push_back(m.contribution[static_cast<std::size_t>(j)]);
        loss.curves.push_back(std::move(c));
    }
    return {format_svg(position), format_svg(value), format_svg(loss)};
}

// What the runs have that the paper's had not. At the paper's scale too, where a figure has no settings of its own for it.
std::string change_paragraph(const Figure& f, const std::string& scale) {
    const bool page = scale == "page";
    if (f.change.empty() || !(page || f.paper_settings.empty())) return "";
    return std::string("<p>At the page\u2019s scale") + (page ? ": " : " here too: ") + escape_markup(f.change) + "</p>\n";
}

std::string page(const std::vector<FigureResult>& results, const ReproduceOptions& o) {
    std::string html = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Attention Ladder: the paper's figures</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 74rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 2.5rem 0; } h2 { margin-bottom: .2rem; } .holds { color: #00785A; } .fails { color: #AD4700; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; border-bottom: 1px solid #8884; }
svg { max-width: 100%; height: auto; margin: .6rem 1rem .2rem 0; } pre { white-space: pre-wrap; font-size: 12px; }
</style></head><body>
<h1>The paper's figures, run by Attention Ladder</h1>
)";
    html += "<p>Y\u00fcksel, Alvarez Lucendo and Flammarion, \u201cIncremental Learning of Sparse Attention Patterns in Transformers\u201d, at the " + o.scale + "\u2019s scale, seeds " + escape_markup(o.seeds) +
            ". Every verdict is computed from the runs by the rule named beside it.</p>\n<table><tr><th>Figure</th><th>Claim</th><th>Holds in</th></tr>\n";
    for (const FigureResult& r : results) {
        const int n = static_cast<int>(r.seeds.size());
        html += "<tr><td><a href=\"#figure-" + r.figure->id + "\">" + escape_markup(r.figure->number) + "</a></td><td>" + escape_markup(r.figure->claim) + "</td><td class=\"" + (r.holding() * 5 >= n * 4 ? "holds" : "fails") +
                "\">" + std::to_string(r.holding()) + " of " + std::to_string(n) + "</td></tr>\n";
    }
    html += "</table>\n";
    for (const FigureResult& r : results) {
        const Figure& f = *r.figure;
        html += "<section id=\"figure-" + f.id + "\"><h2>Figure " + escape_markup(f.number) + ": " + escape_markup(f.title) + "</h2>\n<p>" + escape_markup(f.claim) + "</p>\n";
        html += change_paragraph(f, o.scale);
        for (const std::string& plot : r.plots) html += plot;
        html += "<table><tr><th>Seed</th><th>Holds</th><th>By the rule \u201c" + escape_markup(f.rule.empty() ? "flow" : f.rule) + "\u201d</th></tr>\n";
        for (const SeedResult& s : r.seeds)
            html += "<tr><td>" + std::to_string(s.seed) + "</td><td class=\"" + (s.verdict.holds ? "holds\">yes" : "fails\">no") + "</td><td>" + escape_markup(s.verdict.sentence) + "</td></tr>\n";
        html += "</table>\n";
        const Settings defaults;
        for (const RunRecord& run : r.seeds.front().runs) html += "<details><summary>Settings: " + escape_markup(run.label) + "</summary><pre>" + escape_markup(settings_to_json(run.settings, &defaults)) + "</pre></details>\n";
        html += "</section>\n";
    }
    return html + "</body></html>\n";
}

// -1 for what is no number.
int whole_number(const std::string& text) {
    int number = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : -1;
}

// "7" is a part of figures 6-7, "16" of 15-17, "4" of both 4-left and 4-right.
bool is_part(const Figure& f, const std::string& given) {
    if (f.id == given || f.id.starts_with(given + "-")) return true;
    const std::size_t dash = f.id.find('-');
    if (dash == f.id.npos) return false;
    const int number = whole_number(given);
    return number >= 0 && whole_number(f.id.substr(0, dash)) <= number && number <= whole_number(f.id.substr(dash + 1));
}

std::vector<const Figure*> chosen_figures(const std::vector<std::string>& ids) {
    std::vector<const Figure*> chosen;
    if (ids.empty())
        for (const Figure& f : figures()) chosen.push_back(&f);
    for (const std::string& id : ids) {
        bool known = false;
        for (const Figure& f : figures()) {
            if (!is_part(f, id)) continue;
            known = true;
            if (std::find(chosen.begin(), chosen.end(), &f) == chosen.end()) chosen.push_back(&f);
        }
        if (!known) throw Error("There is no figure \"" + shown_text(id) + "\" to reproduce.", "The figures are " + figure_names() + ".");
    }
    return chosen;
}

}  // namespace

std::string figure_names() {
    std::string names;
    for (const Figure& f : figures()) names += (names.empty() ? "" : ", ") + f.id;
    return names;
}

int reproduce(const ReproduceOptions& o) {
    const Scale scale = o.scale == "paper" ? Scale::paper : Scale::page;
    const auto seeds = parse_seeds(o.seeds);
    const auto chosen = chosen_figures(o.figures);
    const Claim alone = make_own_folder(o.out);

    // One list of jobs, so that no core waits at the end of a figure.
    std::vector<SweepJob> jobs;
    for (const Figure* f : chosen)
        for (std::uint64_t seed : seeds)
            for (std::size_t i = 0; i < f->runs.size(); ++i) {
                Settings settings = f->settings(i, scale);
                settings.seed = seed;
                settings.learned = f->learned;
                jobs.push_back({o.scale + "-" + f->id + "-" + f->runs[i].preset + "-seed-" + std::to_string(seed), f->label(i, scale), settings});
            }
    std::vector<RunRecord> records;  // figure 10 alone has none
    if (!jobs.empty()) records = run_jobs(jobs, RunStore(o.out + "/runs"), o.threads, o.json);

    std::vector<FigureResult> results;
    std::vector<RunRecord> all;
    std::size_t next = 0;  // record, in the order of the jobs
    for (const Figure* f : chosen) {
        FigureResult r{f, {}, {}};
        for (std::uint64_t seed : seeds) {
            SeedResult s{seed, {}, {}};
            for (std::size_t i = 0; i < f->runs.size(); ++i) {
                s.runs.push_back(records[next++]);
                all.push_back(s.runs.back());
                all.back().label = "figure " + f->id + ", " + s.runs.back().label + ", seed " + std::to_string(seed);
            }
            if (f->plot != FigurePlot::flow) s.verdict = judge(f->rule, s.runs);
            else s.verdict = judge_flow(solve_flow_figure(seed));
            r.seeds.push_back(std::move(s));
        }
        r.plots = f->plot == FigurePlot::flow ? draw_flow(solve_flow_figure(seeds.front())) : draw(*f, r.seeds);
        for (std::size_t i = 0; i < r.plots.size(); ++i) write_file(o.out + "/figure-" + f->id + "-" + std::to_string(i + 1) + ".svg", r.plots[i]);
        results.push_back(std::move(r));
    }
    write_file(o.out + "/index.html", page(results, o));
    if (!all.empty()) write_file(o.out + "/results.csv", sweep_table(all));

    nlohmann::ordered_json summary = nlohmann::ordered_json::array();
    for (const FigureResult& r : results) {
        summary.push_back({{"figure", r.figure->id}, {"holds", r.holding()}, {"seeds", r.seeds.size()}});
        if (!o.json) std::printf("Figure %-10s holds in %d of %zu seeds  %s\n", r.figure->number.c_str(), r.holding(), r.seeds.size(), r.figure->claim.c_str());
    }
    if (o.json) std::printf("%s\n", summary.dump().c_str());
    else std::printf("Written to %s: index.html, plot files for each figure%s.\n", o.out.c_str(), all.empty() ? "" : ", results.csv, runs/");
    return some_to_make_again(records) ? incomplete : done;
}

}  // namespace ladder::cli
