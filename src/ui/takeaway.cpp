// Names of files say which run they are of.
#include "ui/takeaway.h"

#include <algorithm>

#include "base/error.h"
#include "experiment/svg.h"
#include "run/metrics.h"
#include "run/page_address.h"
#include "run/presets.h"
#include "run/run_files.h"
#include "ui/curve_plots.h"
#include "ui/draw.h"
#include "ui/summary_words.h"
#include "ui/words.h"

namespace ladder {
namespace {

std::string as_text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Words of the run for the report, as paragraphs.
std::vector<std::string> findings(const RunView& view) {
    const Snapshot& now = view.now();
    std::vector<std::string> list{chain_sentence(view.chain), "At step " + std::to_string(now.step) + ": " + verdict(view.chain, now) + " " + gap_sentence(view.chain, now, nullptr), phase_sentence(view.chain, view.history.readout(), now)};
    std::string heads;
    for (const std::string& head : head_readings(view.chain, view.settings.heads, now)) heads += (heads.empty() ? "" : " ") + head;
    list.push_back(heads);
    if (view.history.best() + 1 < view.history.size()) list.push_back(early_stop_sentence(view.chain, view.history[view.history.best()], now));
    return list;
}

std::string table_of_rungs(const RunView& view) {
    std::string html = "<table><tr><th>Rung</th><th>What it uses</th><th>First reached</th></tr>\n";
    const auto& reached = view.history.readout().reached();
    for (int k = 0; k < static_cast<int>(reached.size()); ++k) {
        const std::int64_t step = reached[static_cast<std::size_t>(k)];
        html += "<tr><td>" + rung_symbol(k) + "</td><td>" + escape_markup(rung_name(view.chain, k)) + "</td><td>" + (step < 0 ? "not reached" : "step " + std::to_string(step)) + "</td></tr>\n";
    }
    return html + "</table>\n";
}

std::string table_of_settings(const RunView& view, const Preset* preset) {
    std::string html = "<table><tr><th>Setting</th><th>Value</th><th>In the preset</th></tr>\n";
    for (const SettingInfo& info : settings_table()) {
        if (info.viewer || !info.active(view.settings)) continue;
        std::string value = format_setting(info, view.settings);
        if (info.kind == SettingKind::text) value = std::to_string(value.size()) + " bytes of text";
        const bool same = !preset || info.get(view.settings) == info.get(preset->settings);
        html += std::string("<tr") + (same ? "" : " class=\"changed\"") + "><td>" + escape_markup(std::string(info.label)) + "</td><td>" + escape_markup(value) + "</td><td>" +
                (same ? "the same" : escape_markup(info.kind == SettingKind::text ? "another text" : format_setting(info, preset->settings))) + "</td></tr>\n";
    }
    return html + "</table>\n";
}

}  // namespace

Theme print_theme() { return make_theme(false, 1); }

std::vector<TitledPlot> shown_plots(const RunView& view, const CurvesPanelState& state) {
    using View = CurvesPanelState::View;
    std::vector<TitledPlot> list;
    const Theme t = print_theme();
    for (const auto& [which, title] : {std::pair{View::ladder, "Distance to each class"}, {View::loss, "Losses"}, {View::heads, "What the heads read"}}) {
        TitledPlot plot{title, curve_plot(view, t, state, which)};
        if (which == View::heads && view.now().evaluation.blocks > 1) plot.title += " of block " + std::to_string(std::clamp(view.block, 0, view.now().evaluation.blocks - 1) + 1);
        list.push_back(std::move(plot));
    }
    return list;
}

std::string run_report(const TakeawayGround& g) {
    const RunView& view = g.view;
    const Preset* preset = find_preset(g.preset);
    const std::string title = preset ? preset->title : "A run";
    std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Attention Ladder: " + escape_markup(title) + ", seed " + std::to_string(view.settings.seed) + R"(</title>
<style>
:root { color-scheme: light; font: 15px/1.55 Inter, system-ui, sans-serif; color: #1a1d23; background: #fff; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: .875rem; } td, th { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #e1e2e5; }
.changed td { font-weight: 600; } code { overflow-wrap: anywhere; }
</style></head><body>
)";
    html += "<h1>" + escape_markup(title) + "</h1>\n";
    if (preset) html += "<p>" + escape_markup(preset->summary) + "</p>\n";
    html += "<h2>What the run shows</h2>\n";
    for (const std::string& sentence : findings(view)) html += "<p>" + escape_markup(sentence) + "</p>\n";
    html += table_of_rungs(view) + "<h2>Curves</h2>\n" + plots_svg(print_theme(), g.plots) + "<h2>Settings</h2>\n" + table_of_settings(view, preset) + "<h2>The same run again</h2>\n";
    if (!g.branched.empty()) html += "<p>" + escape_markup(g.branched) + "</p>\n";
    if (!g.link.empty()) html += "<p>In the browser: <a href=\"" + escape_markup(g.link) + "\">" + escape_markup(g.link) + "</a></p>\n";
    html += "<p>On the command line: <code>ladder train " + escape_markup(write_options(g.preset, view.settings)) + "</code></p>\n";
    html += "<p>The same seed gives the same run: bit for bit in every browser and with any number of threads, to rounding between WebAssembly and native builds. After Y\u00FCksel, Alvarez Lucendo and Flammarion, \u201CIncremental Learning of Sparse Attention Patterns in Transformers\u201D.</p>\n";
    return html + "</body></html>\n";
}

HostRequest take_away(Actions::Share what, const TakeawayGround& g) {
    using Share = Actions::Share;
    const RunView& view = g.view;
    if (!view.ready()) throw Error("Nothing has been measured yet, so there is nothing to save.", "Wait for the first moment of the run.");
    const std::string stem = "attention-ladder-" + g.preset + "-seed-" + std::to_string(view.settings.seed);
    const auto file = [&](const std::string& ending, std::string bytes) { return HostRequest{HostRequest::Kind::save, stem + ending, std::move(bytes)}; };
    switch (what) {
        case Share::csv: return file(".csv", metrics_csv(view.history));
        case Share::history: return file("-history.json", history_json(view.settings, g.preset, view.chain, view.history));
        case Share::settings: return file("-settings.json", settings_to_json(view.settings) + "\n");
        case Share::model: {
            std::string bytes = as_text(model_file(view.settings, view.chain, view.history, view.shown));
            return file("-step-" + std::to_string(view.history[view.history.with_checkpoint(view.shown)].step) + ".safetensors", std::move(bytes));
        }
        case Share::svg: return file(".svg", drawings_svg(print_theme().card, g.drawings));
        default: return file(".html", run_report(g));  // the report: what else there is, is copied
    }
}

}  // namespace ladder
