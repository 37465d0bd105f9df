// When a question is answered, and the words of question and answer.
#include "ui/what_if_view.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "ladder/value_alignment.h"
#include "model/model.h"
#include "ui/draw.h"
#include "ui/texts.h"
#include "ui/words.h"

namespace ladder {
namespace {

// Held-out sequences that one answer takes: a fraction of a millisecond in the minimal model, some in a full one.
int sample_size(const Settings& s) { return s.model == ModelKind::minimal && s.blocks == 1 ? 64 : 8; }

constexpr const char* as_it_is = "what if\u2026";

// Between the name of a head and its menu.
float menu_gap(const Theme& t) { return t.px(12); }

}  // namespace

bool WhatIfState::asking() const {
    return std::any_of(edits.begin(), edits.end(), [](const HeadEdit& e) { return e.kind != HeadEdit::Kind::none; });
}

void update_what_if(const RunView& view, WhatIfState& state) {
    if (!view.ready()) return;
    if (state.run != view.run) {
        // A run that goes on otherwise is asked the same.
        WhatIfState next;
        next.edits = std::move(state.edits);
        state = std::move(next);
        state.run = view.run;
        state.table = make_model(view.settings)->table();
    }
    state.edits.resize(static_cast<std::size_t>(view.settings.blocks) * static_cast<std::size_t>(view.settings.heads));
    const std::size_t at = view.history.with_checkpoint(view.shown);
    if (at >= view.history.size()) return;
    const auto& checkpoint = view.history.checkpoint(at);
    const bool moved = checkpoint != state.of;
    if (!moved && state.asked == state.edits) return;
    if (!moved && !state.asking()) {
        state.asked = state.edits;
        return;
    }
    try {
        const std::span<const float> parameters = checkpoint->state.parameters;
        if (moved) {
            state.alignment = value_alignment(view.settings, view.chain, state.table, parameters);
            state.as_trained.reset();
        }
        state.of = checkpoint;
        state.asked = state.edits;
        state.problem.clear();
        if (!state.asking()) return;
        state.sequences = sample_size(view.settings);
        if (!state.bench) state.bench = std::make_unique<WhatIf>(view.settings, view.chain, state.sequences);
        if (!state.as_trained) state.as_trained = state.bench->ask(parameters, std::vector<HeadEdit>(state.edits.size()), {});
        state.changed = state.bench->ask(parameters, state.edits, view.history[view.history.with_attention(at)].evaluation.attention);
    } catch (const Error& e) {
        state.changed.reset();
        state.problem = e.what();
    }
}

std::string edit_name(const Chain& chain, const HeadEdit& edit) {
    using Kind = HeadEdit::Kind;
    switch (edit.kind) {
        case Kind::none: return as_it_is;
        case Kind::ablated: return "taken out";
        case Kind::frozen: return "held still";
        case Kind::swapped: return "as head " + std::to_string(edit.with + 1);
        case Kind::ideal: return "ideal, " + span_name(chain, edit.with);
    }
    return "";
}

std::string what_if_sentence(const Chain& chain, const WhatIfState& state) {
    if (!state.problem.empty()) return state.problem;
    if (!state.as_trained || !state.changed) return "";
    const WhatIf::Answer &was = *state.as_trained, &is = *state.changed;
    // The difference of the two as they are said. Of a sample: the run's own loss is over all held-out sequences.
    const double more = (std::round(1000 * is.loss) - std::round(1000 * was.loss)) / 1000;
    std::string text = "Loss " + number(is.loss, 3) + " instead of " + number(was.loss, 3) + " nats (" + (more >= 0 ? "+" : "") + number(more, 3) + ") on " + std::to_string(state.sequences) + " held-out sequences. ";
    const auto rung = [&](int k) { return rung_symbol(k) + ", " + rung_name(chain, k); };
    return text + (is.rung == was.rung ? "Still nearest to " + rung(is.rung) + "." : "Nearest to " + rung(is.rung) + "; as trained to " + rung_symbol(was.rung) + ".");
}

float head_menu_width(const Theme& t) { return text_width(t.small, as_it_is) + menu_gap(t); }

void draw_head_menu(const RunView& view, const Theme& t, ImVec2 right_top, float room, int block, int head, WhatIfState& state) {
    using Kind = HeadEdit::Kind;
    const std::size_t at = static_cast<std::size_t>(block) * static_cast<std::size_t>(view.settings.heads) + static_cast<std::size_t>(head);
    if (at >= state.edits.size() || !state.of) return;
    HeadEdit& edit = state.edits[at];
    const std::string label = fitted(t.small, edit_name(view.chain, edit), room - menu_gap(t));
    const float width = text_width(t.small, label) + t.px(10);
    const Rect r{{right_top.x - width, right_top.y - t.px(3)}, {right_top.x + t.px(2), right_top.y + t.small->FontSize + t.px(6)}};
    ImGui::PushID(static_cast<int>(at));
    // Where a card has no room for the answer it is read here.
    const std::string said = ImGui::IsPopupOpen("head menu")   ? ""
                             : edit.kind == Kind::none         ? "Change this head in the model of the moment shown, and see what the model would be. The run goes on as it is."
                                                               : what_if_sentence(view.chain, state) + "\n" + stays_as_trained;
    if (button(t, "change head", "", r, ButtonKind::quiet, said)) ImGui::OpenPopup("head menu");
    draw_text_centred(ImGui::GetWindowDrawList(), t.small, {(r.min.x + r.max.x) / 2, right_top.y + t.px(1)}, t.accent, label);
    ImGui::SetNextWindowPos({r.max.x, r.max.y + t.px(4)}, ImGuiCond_Always, {1, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {t.px(8), t.px(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {t.px(8), t.menu_gap(7)});
    ImGui::PushFont(t.regular);
    if (ImGui::BeginPopup("head menu")) {
        const auto entry = [&](const std::string& name, HeadEdit to, std::string_view note) {
            if (!can_edit(view.settings, to.kind)) return;
            if (ImGui::Selectable(translated_label(name), edit == to)) edit = to;
            if (ImGui::IsItemHovered()) show_note(t, "", note);
        };
        entry("As trained", {}, "The head as it is at this moment.");
        entry("Take it out", {Kind::ablated, 0}, "It writes nothing: all its values are 0.");
        entry("Hold it still", {Kind::frozen, 0}, "Its attention no longer depends on the tokens: it has its mean pattern at every sequence.");
        for (int k = view.chain.span_count() - 1; k >= 0; --k)
            entry("Ideal for the " + span_name(view.chain, k), {Kind::ideal, k}, view.chain.ngrams() ? "It looks at this span alone. What it writes stays as it is." : "It looks at this span alone, as the ideal predictor does. What it writes stays as it is.");
        for (int other = 0; other < view.settings.heads; ++other)
            if (other != head) entry("Look as head " + std::to_string(other + 1), {Kind::swapped, other}, "It has the other head\u2019s attention and writes its own values.");
        ImGui::EndPopup();
    }
    ImGui::PopFont();
    ImGui::PopStyleVar(2);
    ImGui::PopID();
}

}  // namespace ladder
