// What a question mark opens: what this is, which keys do what, what the words mean.
#include <string_view>

#include "ui/controls.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/summary_words.h"
#include "ui/texts.h"

namespace ladder {
namespace {

// In the help: the size of all text, and how to change it.
void draw_text_size(const Theme& t, ToolbarState& state) {
    const float height = t.pressed(26);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(ImGui::GetWindowDrawList(), t.regular, {at.x, at.y + (height - t.regular->FontSize) / 2}, t.text, "Text size " + std::to_string(state.text_size) + "\u202F%");
    for (const bool larger : {false, true}) {
        const float x = at.x + t.px(larger ? 206 : 154);
        if (button(t, larger ? "larger text" : "smaller text", larger ? "A+" : "A-", {{x, at.y}, {x + t.px(46), at.y + height}}, ButtonKind::plain, larger ? "Larger text (+)" : "Smaller text (-)")) state.text_size = next_text_size(state.text_size, larger);
    }
    ImGui::Dummy({0, height});
}

// The other language, by its own name.
void draw_language(const Theme& t, ImVec2 right_top, const ToolbarState& state, Actions& actions) {
    const bool english = state.language == "en";
    const char* name = english ? "\u4E2D\u6587" : "English";
    const Rect r{{right_top.x - width_as_is(t.regular, name) - t.px(20), right_top.y}, {right_top.x, right_top.y + t.pressed(24)}};
    if (button(t, "language", "", r, ButtonKind::quiet, english ? "All texts, and the lessons, in Chinese" : "All texts, and the lessons, in English")) actions.language = english ? "zh" : "en";
    draw_as_is(ImGui::GetWindowDrawList(), t.regular, {r.min.x + t.px(10), r.min.y + (r.height() - t.regular->FontSize) / 2}, t.accent, name);
}

void draw_keys(const Theme& t, bool has_form) {
    constexpr std::string_view form = "C";
    constexpr const char* keys[][2] = {{"space", "run or pause"}, {"right arrow", "one step"}, {"S", "one step in slow motion"}, {"left, shift + right", "earlier, later moment"}, {"L", "back to the newest moment"}, {"R", "reset, same seed"}, {"N", "new seed"}, {"E", "lessons"}, {"Enter, Backspace", "in a lesson: on, back"}, {"1 .. 9", "in a lesson: bet"}, {"P", "the paper\u2019s figures"}, {"D", "the differential equations"}, {"T", "theme"}, {"+, -", "larger, smaller text"}, {"Tab, then space", "from control to control, press"}, {"C", "the controls as a form"}, {"Esc", "close what is open"}};
    for (const auto& key : keys) {
        if (!has_form && key[0] == form) continue;
        ImGui::PushStyleColor(ImGuiCol_Text, t.accent);
        ImGui::TextUnformatted(translated_label(key[0]));
        ImGui::PopStyleColor();
        ImGui::SameLine(t.px(170));
        ImGui::TextUnformatted(translated_label(key[1]));
    }
}

// From the data to what is read off the model.
void draw_glossary(const Theme& t, float room) {
    constexpr const char* words[][2] = {
        {"token", "One symbol of a sequence: here a number, of a text a character."},
        {"lag", "How far back a token lies. Lag 1 is the token just before the predicted one."},
        {"span", "Neighbouring lags that share one feature matrix: a pair, or a group of several."},
        {"head", "A part that reads earlier tokens. Its attention says where it looks, its value matrix what a token that it reads adds to the logits."},
        {"attention", "A head\u2019s weights on the tokens up to its position: none is below 0, and together they are 1."},
        {"query and key position", "The position at which a prediction is made, and one that is read for it."},
        {"logits", "Scores of all possible next tokens. Softmax makes probabilities of them: exponentials, divided by their sum."},
        {"cross-entropy", "The loss: the mean of minus the log of the probability that the model gave to the token that came."},
        {"nat", "The unit of losses, with natural logarithms. 1 nat is 1.44 bits."},
        {"Bayes loss", "The loss of the chain\u2019s own probabilities. On average nothing can be below it."},
        {"excess loss", "The loss minus the Bayes loss: what is left to learn."},
        {"validation loss", "The loss on held-out sequences, which are not trained on."},
        {"classes F\u2080, F\u2081, ..", "The rungs of the ladder. F\u2080 holds what uses no span, F\u2081 what uses the most important one alone, F\u2082 the two most important ones, and so on."},
        {"KL divergence", "How far the model\u2019s probabilities are from those of another predictor p, in nats: the mean of ln(p / model) over what p expects. 0 where they are the same."},
        {"competitive, cooperative", "Two phases: first most heads serve the same span, later they serve different ones."},
        {"misspecified", "Of a class without the truth: what it leaves out matters, so none of its members can be exact."},
    };
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, t.px(2)});
    for (const auto& word : words) {
        ImGui::PushStyleColor(ImGuiCol_Text, t.accent);
        text_lines(t.regular, word[0], room);
        ImGui::PopStyleColor();
        text_lines(t.regular, word[1], room);
        ImGui::Dummy({0, t.px(4)});
    }
    ImGui::PopStyleVar();
}

}  // namespace

void draw_help(const Theme& t, Rect anchor, ToolbarState& state, Actions& actions) {
    if (!state.help_open) return;
    // Where the page has scrolled the question mark away the help stays, or nobody would see that it is open.
    const float top = std::max(t.px(8), anchor.max.y + t.px(15));
    ImGui::SetNextWindowPos({std::max(t.px(8), anchor.max.x - t.px(372)), top});
    const float width = std::min(t.px(372), ImGui::GetIO().DisplaySize.x - t.px(16));
    ImGui::SetNextWindowSize({width, 0});
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(t.px(120), ImGui::GetIO().DisplaySize.y - top - t.px(8))});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, t.card);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {t.px(16), t.px(14)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, t.px(1)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, t.px(8));
    if (ImGui::Begin("help", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) {
        ImGui::PushTextWrapPos(0);
        const float room = ImGui::GetContentRegionAvail().x;
        ImGui::PushFont(t.strong);
        text_lines(t.strong, "What you are looking at", room);
        ImGui::PopFont();
        ImGui::PushFont(t.regular);
        text_lines(t.regular,
            "A small transformer is being trained, right here, to predict sequences in which the next token depends on a few groups of earlier tokens. "
            "Its attention heads first all compete for the most important group and only later share the work. The ladder tells which simpler predictor the model currently behaves like.", room);
        ImGui::Dummy({0, t.px(2)});
        text_lines(t.regular, "Point at anything, tap it, or rest a finger on a button, to learn what it is. Drag the timeline to see any earlier moment.", room);
        ImGui::Dummy({0, t.px(2)});
        // What is pressed here comes before the parts of different lengths: it stays where it is.
        draw_language(t, {ImGui::GetCursorScreenPos().x + room, ImGui::GetCursorScreenPos().y + t.px(1)}, state, actions);
        draw_text_size(t, state);
        static constexpr const char* parts[] = {"Words", "Keys"};
        static constexpr const char* notes[] = {"What the words on this page mean", "Which keys do what"};
        const ImVec2 choice = ImGui::GetCursorScreenPos();
        int part = state.help_keys ? 1 : 0;
        if (segments(t, "help part", choice, parts, part, notes)) state.help_keys = part == 1;
        const float end = choice.x + room + t.px(12), licences = text_width(t.regular, "Licences") + t.px(24);
        if (button(t, "licences", "Licences", {{end - licences, choice.y}, {end, choice.y + t.control()}}, ButtonKind::quiet, "The works of others that this program is made of, and under which licences")) actions.licences = true, state.help_open = false;
        ImGui::SetCursorScreenPos(choice);
        ImGui::Dummy({0, t.control() + t.px(6)});
        if (state.help_keys) draw_keys(t, state.has_form);
        else draw_glossary(t, room);
        ImGui::Dummy({0, t.px(2)});
        ImGui::PushStyleColor(ImGuiCol_Text, t.muted);
        text_lines(t.regular, "After Y\u00FCksel, Alvarez Lucendo and Flammarion, \u201CIncremental Learning of Sparse Attention Patterns in Transformers\u201D.", room);
        ImGui::PopStyleColor();
        ImGui::PopFont();
        ImGui::PopTextWrapPos();
    }
    ImGui::End();
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
}

}  // namespace ladder
