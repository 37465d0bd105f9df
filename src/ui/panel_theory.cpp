// The workspace of the differential equations: sliders on the left with what is predicted in words, and on the right the
// solution against logarithmic time, or the same beside the run on screen.
#include <algorithm>
#include <cmath>

#include "theory/flow_options.h"
#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/flow_plots.h"
#include "ui/panels.h"
#include "ui/slider_step.h"
#include "ui/theory_words.h"
#include "ui/words.h"

namespace ladder {
namespace {

constexpr const char* equations_note =
    "Each head has a value vector V over the features and an attention s over T positions. The target G has one row for each pattern, of strength m, on that pattern\u2019s position; the prediction P adds up, over the heads, the table of products of V and s. "
    "Both follow the negative gradient of the loss \u00BD |G \u2212 P|\u00B2: the rate of V is V\u2032 = (G \u2212 P) s, and that of s is s\u2032 = J (V\u00B7(G \u2212 P)). J is the softmax\u2019s Jacobian, J x = s (x \u2212 s\u00B7x) entry by entry: it keeps s a distribution. Time is in the equations\u2019 own unit.";

constexpr const char* symbols[] = {"s: a head\u2019s attention over the positions. V: its values.", "P: the heads\u2019 prediction, the sum of their V s. G: the target.", "J: the softmax\u2019s Jacobian, which keeps s a distribution."};

// Position of a value on an option's slider; on a logarithmic one that includes 0 the left end is 0.
float to_part(const FlowOption& o, double v) {
    const double low = o.min > 0 ? o.min : o.slider_max * 1e-6;
    if (!o.logarithmic) return static_cast<float>((v - o.min) / (o.slider_max - o.min));
    return v < low ? 0.0f : static_cast<float>(0.04 + 0.96 * logarithmic_part(v, low, o.slider_max));
}

double to_value(const FlowOption& o, float part) {
    const double low = o.min > 0 ? o.min : o.slider_max * 1e-6;
    if (!o.logarithmic) return o.min + static_cast<double>(part) * (o.slider_max - o.min);
    if (part < 0.04f) return o.min > 0 ? o.min : 0;
    return logarithmic_value((static_cast<double>(part) - 0.04) / 0.96, low, o.slider_max);
}

// A label, a slider and its value; true when moved. id: unique on the panel.
bool slider_row(const Theme& t, const char* id, Rect r, std::string_view label, std::string_view note, const FlowOption& o, double& value) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float text_y = (r.min.y + r.max.y - t.small->FontSize) / 2, label_width = t.px(82), value_width = t.px(46);
    draw_text(list, t.small, {r.min.x, text_y}, t.muted, label);
    hover_note(t, {r.min, {r.min.x + label_width, r.max.y}}, label, std::string(note) + "\n" + range_text(o) + ".");
    float part = std::clamp(to_part(o, value), 0.0f, 1.0f);
    const float before = part;
    bool held = false;
    const bool moved = slider(t, id, {{r.min.x + label_width, r.min.y}, {r.max.x - value_width, r.max.y}}, part, "", &held);
    if (moved) {
        const auto meaning = [&](float place) {
            const double v = std::clamp(to_value(o, place), o.min, o.slider_max);
            return o.kind == FlowOption::Kind::integer ? std::round(v) : rounded(v);
        };
        value = meaning(held ? part : onwards(before, part, value, meaning));
    }
    draw_text_right(list, t.small, {r.max.x, text_y}, t.text, o.kind == FlowOption::Kind::integer ? number(value, 0) : compact(value));
    return moved;
}

// The sliders; returns where they end. locked: what the run decides is not offered.
float draw_sliders(const Theme& t, float left, float right, float y, FlowSettings& s, bool locked, float row) {
    const auto place = [&] {
        const Rect r{{left, y}, {right, y + row}};
        y += row;
        return r;
    };
    const auto option = [&](const char* name) {
        const FlowOption& o = *find_flow_option(name);
        double value = o.get(s);
        if (slider_row(t, name, place(), o.label, o.help, o, value)) o.put(s, value);
    };
    if (!locked) {
        option("patterns");
        option("ratio");
        const FlowOption& strengths = *find_flow_option("strengths");
        for (std::size_t j = 0; j < std::min<std::size_t>(s.strengths.size(), 6); ++j) {
            const std::string name = "strength " + std::to_string(j + 1);
            double value = s.strengths[j];
            if (slider_row(t, name.c_str(), place(), name, "m, the strength of pattern " + std::to_string(j + 1) + ": while all values are 0 it adds \u00BD m\u00B2 to the loss.", strengths, value)) s.strengths[j] = value;
        }
        option("heads");
        option("positions");
        fit(s);
        if (s.start == FlowSettings::Start::adversarial) option("lean");
        option("asymmetry");
    }
    option("decay");

    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto choice = [&](const char* name, const char* label, std::span<const char* const> labels, std::span<const char* const> notes) {
        const FlowOption& o = *find_flow_option(name);
        y += t.px(3);
        draw_text(list, t.small, {left, y + (t.control() - t.small->FontSize) / 2}, t.muted, label);
        hover_note(t, {{left, y}, {left + t.px(48), y + t.control()}}, label, o.help);
        int chosen = static_cast<int>(o.get(s));
        if (segments(t, name, {left + t.px(46), y}, labels, chosen, notes)) o.put(s, chosen);
        y += t.control() + t.px(3);
    };
    static constexpr const char* starts[] = {"even", "adversarial", "waterfall"};
    static constexpr const char* start_notes[] = {"Attention starts near uniform: spread evenly, but for the asymmetry", "Each head leans to another pattern, the first head to the weakest", "All heads lean to the patterns in the order of their strengths, each head a little less than the one before"};
    static constexpr const char* values[] = {"learned", "fixed", "optimal"};
    static constexpr const char* value_notes[] = {"The value vectors follow the equations, from V(0) = 0", "Head k keeps the value of pattern k: only attention moves", "At every moment the best value vectors for the attention: only attention moves"};
    if (!locked) choice("start", "start", starts, start_notes);
    choice("values", "values", values, value_notes);
    toggle(t, "metric", {left, y}, "softmax metric twice", s.metric_twice, find_flow_option("metric-twice")->help);
    return y + t.control() + t.px(4);
}

// The moment looked at, of the solution.
const FlowMoment& moment_at(const FlowView& flow, double time) {
    const auto& moments = flow.solution.moments;
    if (time <= 0) return moments.back();
    const auto at = std::lower_bound(moments.begin(), moments.end(), time, [](const FlowMoment& m, double v) { return m.time < v; });
    return at == moments.end() ? moments.back() : *at;
}

// Each head's attention over the positions at one moment: darker is more.
void draw_strips(const Theme& t, Rect r, const FlowView& flow, const FlowMoment& m) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowSettings& s = flow.settings;
    const float row = r.height() / static_cast<float>(s.heads), name = t.px(50), words = t.px(140), left = r.min.x + name, cell = (r.max.x - words - left) / static_cast<float>(s.positions);
    for (int k = 0; k < s.heads; ++k) {
        const float y = r.min.y + row * static_cast<float>(k), text_y = y + (row - t.small->FontSize) / 2;
        if (row >= t.small->FontSize) draw_text(list, t.small, {r.min.x, text_y}, t.head[static_cast<std::size_t>(k % 8)], "head " + std::to_string(k + 1));
        for (int i = 0; i < s.positions; ++i) {
            const double value = m.attention.begin()[k * s.positions + i];
            list->AddRectFilled({left + cell * static_cast<float>(i), y + 1}, {left + cell * static_cast<float>(i + 1) - (cell > t.px(5) ? 1.0f : 0.0f), y + row - 1}, mixed(t.track, t.head[static_cast<std::size_t>(k % 8)], static_cast<float>(std::sqrt(std::clamp(value, 0.0, 1.0)))));
        }
        if (row >= t.small->FontSize) draw_text(list, t.small, {r.max.x - words + t.px(8), text_y}, t.muted, head_at(s, m, k));
    }
    const Rect cells{{left, r.min.y}, {r.max.x - words, r.max.y}};
    if (!hovered(cells)) return;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const int k = std::clamp(static_cast<int>((mouse.y - r.min.y) / row), 0, s.heads - 1), i = std::clamp(static_cast<int>((mouse.x - left) / cell), 0, s.positions - 1);
    std::string owner = "No pattern is here.";
    for (int j = 0; j < static_cast<int>(s.strengths.size()); ++j)
        if (pattern_position(s, j) == i) owner = "Pattern " + std::to_string(j + 1) + " is here.";
    show_note(t, "head " + std::to_string(k + 1) + ", position " + std::to_string(i + 1) + " of " + std::to_string(s.positions), "attention " + number(m.attention.begin()[k * s.positions + i], 4) + "\n" + owner);
}

void draw_rail(const Theme& t, Rect r, const PlotResult& plot, TheoryPanelState& state, float frame_seconds) {
    const double low = plot.x.low, high = plot.x.high;
    if (button(t, "play time", state.playing ? "Pause" : "Play", {{r.max.x - t.px(58), r.min.y}, {r.max.x, r.max.y}}, ButtonKind::plain, "Let time run through the solution, on its logarithmic axis")) {
        state.playing = !state.playing;
        if (state.playing && state.time <= 0) state.time = low;
    }
    if (state.playing) {
        state.time = std::max(state.time, low) * std::pow(high / low, static_cast<double>(frame_seconds) / 8);
        if (state.time >= high) state.time = 0, state.playing = false;
    }
    // The handle stands under the moment on the axis above.
    const float pad = t.px(7), right = std::min(plot.area.max.x, r.max.x - t.px(66));
    float part = static_cast<float>(state.time <= 0 ? 1 : std::clamp(logarithmic_part(state.time, low, high), 0.0, 1.0));
    if (slider(t, "time", {{plot.area.min.x - pad, r.min.y}, {right + pad, r.max.y}}, part, "Drag to any moment of the solution")) {
        state.time = part >= 0.999f ? 0 : logarithmic_value(static_cast<double>(part), low, high);
        state.playing = false;
    }
}

void draw_equations(const Theme& t, Rect r, TheoryPanelState& state, float frame_seconds) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowView& flow = state.equations;
    if (!flow.ready()) return;
    FlowPlots plots = make_flow_plots(t, flow.settings, flow.solution);
    const FlowMoment& now = moment_at(flow, state.time);
    std::vector<LegendEntry> names;
    names.reserve(static_cast<std::size_t>(flow.settings.heads) + flow.settings.strengths.size());
    for (int k = 0; k < flow.settings.heads; ++k) names.push_back({"head " + std::to_string(k + 1), t.head[static_cast<std::size_t>(k % 8)]});
    for (int j = 0; j < static_cast<int>(flow.settings.strengths.size()); ++j) names.push_back({"pattern " + std::to_string(j + 1), mixed(t.muted, t.card, 0.28f * static_cast<float>(std::min(j / 3, 2))), flow_stroke(j)});
    const float strips = std::clamp(t.px(17) * static_cast<float>(flow.settings.heads), t.px(34), t.px(76)), legend = legend_height(t, r.width(), names), rail = t.px(26), title = t.px(18);
    const float height = (r.height() - strips - legend - rail - title - t.px(10)) / 3;
    // The rail's button stands right of the plots' end, so that handle and axis line up.
    const float plot_right = r.max.x - t.px(66);
    PlotResult last;
    for (std::size_t i = 0; i < 3; ++i) {
        const float y = r.min.y + height * static_cast<float>(i);
        draw_text(list, t.strong, {r.min.x, y}, t.text, plots.titles[i]);
        hover_note(t, {{r.min.x, y}, {plot_right, y + t.px(17)}}, plots.titles[i], plots.notes[i]);
        Plot& plot = plots.plots[i];
        plot.shown_step = state.time > 0 ? state.time : -1;
        ImGui::PushID(static_cast<int>(i));
        last = draw_plot(t, {{r.min.x - t.px(4), y + t.px(18)}, {plot_right, y + height - t.px(4)}}, plot);
        ImGui::PopID();
    }
    float y = r.min.y + 3 * height;
    draw_rail(t, {{r.min.x, y}, {r.max.x, y + rail}}, last, state, frame_seconds);
    y += rail + t.px(4);
    const std::string heading = "Attention over the positions at time " + compact(now.time);
    draw_text(list, t.strong, {r.min.x, y}, t.text, heading);
    draw_text(list, t.small, {r.min.x + text_width(t.strong, heading) + t.px(12), y + t.px(2)}, t.muted, fitted(t.small, "the patterns sit at the right end, the first outermost", r.max.x - r.min.x - text_width(t.strong, heading) - t.px(12)));
    y += title;
    draw_strips(t, {{r.min.x, y}, {r.max.x, y + strips}}, flow, now);
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), names);
}

// One plot a head: its measured attention on each span, and that of the equations' head beside it.
void draw_beside_run(const RunView& view, const Theme& t, Rect r, const TheoryPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (const std::string_view why = no_comparison(view); !why.empty()) {
        draw_text_wrapped(list, t.regular, {r.min.x, r.min.y}, r.width(), t.muted, why);
        return;
    }
    if (!is_compared(view, state) || state.steps.size() < 2) {
        draw_text_wrapped(list, t.regular, {r.min.x, r.min.y}, r.width(), t.muted, "The run has not been measured twice yet.");
        return;
    }
    const auto h = static_cast<std::size_t>(view.chain.span_count()), heads = static_cast<std::size_t>(state.run.settings.heads);
    std::vector<LegendEntry> spans;
    for (std::size_t k = h; k-- > 0;) spans.push_back({span_name(view.chain, static_cast<int>(k)), t.stage_line[static_cast<std::size_t>(std::min(view.chain.spans()[k].rank, 8))]});
    const LegendEntry lines[] = {{"measured", t.muted}, {"predicted by the equations", t.muted, Stroke::dashed}};
    const float spans_height = legend_height(t, r.width(), spans), legend = spans_height + legend_height(t, r.width(), lines);
    const std::size_t columns = heads > 3 && r.width() > t.px(520) ? 2 : 1, rows = (heads + columns - 1) / columns;
    const float width = r.width() / static_cast<float>(columns), height = (r.height() - legend) / static_cast<float>(rows);
    const std::vector<Plot> plots = beside_run_plots(view, t, state);
    for (std::size_t a = 0; a < heads; ++a) {
        const ImVec2 at = grid_place(a, columns);
        const float x = r.min.x + width * at.x, y = r.min.y + height * at.y;
        list->AddRectFilled({x, y + t.px(4)}, {x + t.px(10), y + t.px(14)}, t.head[a % 8], t.px(3));
        const std::string head = std::to_string(a + 1);
        draw_text(list, t.strong, {x + t.px(16), y}, t.text, fitted(t.strong, view.now().evaluation.blocks > 1 ? "Block 1, head " + head + ": attention on each span" : "Head " + head + ": attention on each span", width - t.px(30)));
        ImGui::PushID(static_cast<int>(a));
        draw_plot(t, {{x - t.px(4), y + t.px(18)}, {x + width - t.px(14), y + height - t.px(4)}}, plots[a]);
        ImGui::PopID();
    }
    draw_legend_rows(t, {r.min.x, r.max.y - legend}, r.width(), spans);
    draw_legend_rows(t, {r.min.x, r.max.y - legend + spans_height}, r.width(), lines);
}

// What is predicted, in words; returns where it ends.
float draw_prediction(const Theme& t, float left, float right, float y, const TheoryPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowView& flow = state.equations;
    draw_text(list, t.strong, {left, y}, t.text, "Predicted stages");
    if (flow.next) draw_text_right(list, t.small, {right, y + t.px(2)}, t.muted, "solving");
    hover_note(t, {{left, y}, {right, y + t.px(18)}}, "Predicted stages", "A stage is the moment at which half of what a pattern adds to the loss is gone, found on the solution to a millionth. Solved in " + number(flow.milliseconds, 1) + " ms.");
    y += t.px(20);
    if (!flow.problem.empty()) y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.warning, flow.problem) + t.px(3);
    for (const std::string& line : stage_sentences(flow.settings, flow.solution)) y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.text, line) + t.px(3);
    y += t.px(3);
    return y + draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, flow_sentence(flow.settings, flow.solution));
}

float draw_comparison(const RunView& view, const Theme& t, float left, float right, float y, const TheoryPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const FlowComparison& c = state.comparison;
    draw_text(list, t.strong, {left, y}, t.text, "Stages of this run");
    if (state.run.next) draw_text_right(list, t.small, {right, y + t.px(2)}, t.muted, "solving");
    hover_note(t, {{left, y}, {right, y + t.px(18)}}, "Stages of this run", "Measured: the step at which the run\u2019s class was first F\u2081, F\u2082, .. Predicted: the time at which half of that span\u2019s loss is gone in the equations, turned into steps; > where it is not by the end of their solution.");
    y += t.px(22);
    if (!state.run.problem.empty()) y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.warning, state.run.problem) + t.px(6);
    if (!is_compared(view, state)) return y;
    const float first = right - t.px(140), second = right;
    const auto moment = [&](double time) { return compact(c.fitted > 0 ? std::round(time * c.steps_per_time) : time); };
    draw_text_right(list, t.small, {first + t.px(62), y}, t.muted, "predicted");
    draw_text_right(list, t.small, {second, y}, t.muted, "measured");
    y += t.px(17);
    for (const auto& stage : c.stages) {
        const ImU32 tint = t.stage_line[static_cast<std::size_t>(std::min(stage.rank, 8))];
        draw_text(list, t.small, {left, y}, tint, fitted(t.small, rung_symbol(stage.rank) + ", " + span_name(view.chain, view.chain.span_of_rank(stage.rank)), first - t.px(14) - left));
        draw_text_right(list, t.small, {first + t.px(62), y}, t.text, (c.fitted > 0 ? "step " : "time ") + (stage.predicted > 0 ? std::string() : "> ") + moment(stage.predicted > 0 ? stage.predicted : state.run.solution.report.reached));
        draw_text_right(list, t.small, {second, y}, t.text, stage.measured > 0 ? "step " + std::to_string(stage.measured) : "not yet");
        y += t.px(17);
    }
    y += t.px(6);
    y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.text, comparison_sentence(c, view.settings.optimizer == OptimizerKind::adamw)) + t.px(6);
    y += draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted, scale_sentence(c)) + t.px(6);
    std::string strengths;
    for (double m : state.run.settings.strengths) strengths += (strengths.empty() ? "" : ", ") + compact(m);
    return y + draw_text_wrapped(list, t.small, {left, y}, right - left, t.muted,
                                 "From the run: strengths " + strengths + ", " + std::to_string(state.run.settings.heads) + " heads, " + std::to_string(state.run.settings.positions) +
                                     " positions, and each head\u2019s attention before training. The equations\u2019 heads have no names: each stands beside the run\u2019s head that it comes nearest to.");
}

// What the equations' symbols mean, where there is room for it.
void draw_symbols(const Theme& t, float left, float right, float y, float bottom) {
    float height = t.px(20);
    for (const char* line : symbols) height += wrapped_height(t.small, line, right - left) + t.px(3);
    if (y + height > bottom) return;
    draw_text(ImGui::GetWindowDrawList(), t.strong, {left, y}, t.text, "Symbols");
    y += t.px(20);
    for (const char* line : symbols) y += draw_text_wrapped(ImGui::GetWindowDrawList(), t.small, {left, y}, right - left, t.muted, line) + t.px(3);
}

}  // namespace

float theory_panel_height(const Theme& t, float width, const TheoryPanelState& state) {
    return width < t.px(760) ? std::max(t.px(1180), state.column_height + t.px(520)) : state.column_height;
}

void draw_theory_panel(const RunView& view, const Theme& t, Rect r, TheoryPanelState& state) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_card(list, t, r);
    list->PushClipRect(r.min, r.max, true);
    const bool narrow = r.width() < t.px(760), beside = state.view == TheoryPanelState::View::run;
    const float left = r.min.x + t.px(16), top = r.min.y + t.px(12), column = narrow ? r.max.x - t.px(16) : left + t.px(284), row = narrow ? t.pressed(30) : t.px(23);
    float y = top;
    draw_text(list, t.title, {left, y}, t.text, "The differential equations");
    y += t.title->FontSize + t.px(7);
    y += draw_text_wrapped(list, t.small, {left, y}, column - left, t.muted, "V\u2032 = (G \u2212 P) s,   s\u2032 = J (V\u00B7(G \u2212 P)): how values and attention learn patterns, made small enough to solve. Point here for each symbol.");
    hover_note(t, {{left, top}, {column, y}}, "The equations", equations_note);
    y += t.px(8);
    static constexpr const char* views[] = {"Equations", "Beside the run"};
    static constexpr const char* notes[] = {"Solve them for any strengths, heads and starts", "What they predict for the run on screen, drawn over what was measured"};
    int chosen = static_cast<int>(state.view);
    float width = 0;
    if (segments(t, "theory view", {left, y}, views, chosen, notes, &width)) state.view = static_cast<TheoryPanelState::View>(chosen);
    if (button(t, "figure 10", "Figure 10", {{column - t.px(78), y}, {column, y + t.control()}}, ButtonKind::plain, "Back to the settings of the paper\u2019s figure 10: three patterns, ratio 1.7, three heads, 40 positions")) {
        state.settings = {};
        state.time = 0;
    }
    y += t.control() + t.px(8);
    y = draw_sliders(t, left, column, y, state.settings, beside, row) + t.px(6);
    if (!beside) y = draw_prediction(t, left, column, y, state);
    else if (no_comparison(view).empty()) y = draw_comparison(view, t, left, column, y, state);
    state.column_height = y - r.min.y + t.px(12);
    if (!narrow && !beside) draw_symbols(t, left, column, y + t.px(12), r.max.y - t.px(8));

    if (!narrow) list->AddLine({column + t.px(14), r.min.y + t.px(12)}, {column + t.px(14), r.max.y - t.px(12)}, t.border, std::max(1.0f, t.px(1)));
    const Rect plots = narrow ? Rect{{left, y + t.px(14)}, {column, r.max.y - t.px(10)}} : Rect{{column + t.px(30), top}, {r.max.x - t.px(16), r.max.y - t.px(8)}};
    if (beside) draw_beside_run(view, t, plots, state);
    else draw_equations(t, plots, state, view.frame_seconds);
    list->PopClipRect();
}

}  // namespace ladder
