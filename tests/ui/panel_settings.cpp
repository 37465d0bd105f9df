// The editor of the settings, typed into as a person does.
#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <string_view>

#include "support/drawn_frame.h"
#include "ui/panels.h"

using namespace ladder;

namespace {

struct Editor : DrawnFrame {
    Settings settings;
    SettingsPanelState state;

    explicit Editor(Settings s) : settings(std::move(s)), chain_(settings), history_(chain_) {
        state.draft = state.base = settings;
        state.open = true;
    }
    // A frame with it, after what was pressed before.
    void draw() {
        Actions actions;
        next([&] { draw_settings_editor({settings, chain_, history_, status_}, theme, {{20, 20}, {620, 700}}, settings, state, actions); });
    }
    void activate(const char* setting) {
        for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
            if (std::string_view(window->Name).find("rows") == std::string_view::npos) continue;
            ImGui::ActivateItemByID(ImHashStr("##text", 0, ImHashStr(setting, 0, window->ID)));
        }
        draw();
        draw();
    }
    void press(ImGuiKey key) {
        for (const bool down : {true, false}) {
            ImGui::GetIO().AddKeyEvent(key, down);
            draw();
        }
    }

private:
    Chain chain_;
    History history_;
    RunnerStatus status_;
};

}  // namespace

TEST_CASE("a list is edited as a whole, however many digits its numbers have") {
    Settings settings;
    settings.spans = {8, 8}, settings.weights.clear();
    for (int i = 1; i <= 8; ++i) settings.weights.push_back(0.0012345678901234567 * i);
    Settings shorter = settings;
    std::string text = format_setting(*find_setting("weights"), settings);
    REQUIRE(text.size() > 160);
    text.pop_back();
    REQUIRE(!set_from_text(shorter, "weights", text));
    REQUIRE(shorter.weights != settings.weights);
    Editor editor(settings);
    editor.draw();
    editor.activate("weights");
    editor.press(ImGuiKey_End);
    editor.press(ImGuiKey_Backspace);
    editor.press(ImGuiKey_Enter);
    CHECK(editor.state.problem.empty());
    CHECK(editor.state.draft.weights == shorter.weights);
}
