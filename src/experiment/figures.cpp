#include "experiment/figures.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "experiment/verdict.h"
#include "generated/assets.h"
#include "run/presets.h"

namespace ladder {
namespace {

FigurePlot plot_of(const std::string& name, const std::string& id) {
    if (name == "excess") return FigurePlot::excess;
    if (name == "ladder") return FigurePlot::ladder;
    if (name == "best-excess") return FigurePlot::best_excess;
    if (name == "flow") return FigurePlot::flow;
    throw Error("Figure " + id + " of assets/figures.json asks for the plot \"" + name + "\".", "The plots are excess, ladder, best-excess and flow.");
}

Figure read_figure(const nlohmann::json& entry) {
    Figure f;
    f.id = entry.at("id");
    f.number = entry.at("number");
    f.title = entry.at("title");
    f.claim = entry.at("claim");
    f.change = entry.value("change", "");
    f.plot = plot_of(entry.at("plot"), f.id);
    f.rule = entry.value("rule", "");
    f.learned = entry.value("learned", false);
    f.seconds = entry.at("seconds");
    if (!f.rule.empty() && !is_rule(f.rule)) throw Error("Figure " + f.id + " of assets/figures.json is judged by \"" + f.rule + "\", which is no rule.", "src/experiment/verdict.h lists them.");
    for (const auto& run : entry.at("runs")) {
        f.runs.push_back({run.at("preset"), run.at("label")});
        if (!find_preset(f.runs.back().preset)) throw Error("Figure " + f.id + " of assets/figures.json names the preset \"" + f.runs.back().preset + "\", which does not exist.", "Add it to assets/presets.");
    }
    if (f.rule.empty() != f.runs.empty()) throw Error("Figure " + f.id + " of assets/figures.json has runs without a rule, or a rule without runs.", "Give both or none.");
    if (const auto paper = entry.find("paper"); paper != entry.end()) f.paper_settings = paper->dump();
    return f;
}

}  // namespace

Settings Figure::settings(std::size_t i, Scale scale) const {
    Settings s = find_preset(runs.at(i).preset)->settings;
    if (scale == Scale::paper && !paper_settings.empty())
        if (const auto problems = settings_from_json(s, paper_settings); !problems.empty()) throw Error("The paper's scale of figure " + id + " cannot be used. " + problems.front().refusal(), "Mend assets/figures.json.");
    return s;
}

std::string Figure::label(std::size_t i, Scale scale) const {
    std::string text = runs.at(i).label;
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
        const std::size_t close = text.find('}', open);
        const SettingInfo* info = close == std::string::npos ? nullptr : find_setting(std::string_view(text).substr(open + 1, close - open - 1));
        if (!info) throw Error("The label \"" + text + "\" of figure " + id + " names no setting in its braces.", "Mend assets/figures.json.");
        text.replace(open, close + 1 - open, format_setting(*info, settings(i, scale)));
    }
    return text;
}

const std::vector<Figure>& figures() {
    static const std::vector<Figure> all = [] {
        std::vector<Figure> list;
        try {
            for (const auto& entry : nlohmann::json::parse(asset("figures.json"))) list.push_back(read_figure(entry));
        } catch (const nlohmann::json::exception&) {
            throw Error("An entry of assets/figures.json lacks a part or has one of the wrong type.", "Compare it with its neighbours.");
        }
        return list;
    }();
    return all;
}

const Figure* find_figure(std::string_view id) {
    for (const Figure& f : figures())
        if (f.id == id) return &f;
    return nullptr;
}

}  // namespace ladder
