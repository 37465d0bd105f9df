// Notices: none is said twice, few are said at once, and a press on its cross puts one aside.
#include "ui/notices.h"

#include <doctest/doctest.h>

#include "support/drawn_frame.h"

using namespace ladder;

TEST_CASE("a notice is said once, and of many no more than that there were some") {
    Notices notices;
    for (int round = 0; round < 2; ++round)
        for (const char* sentence : {"One.", "Two.", "Three.", "Four."}) notices.add(sentence);
    CHECK(notices.sentences() == std::vector<std::string>{"One.", "Two.", "Three.", "Four."});
    notices.add("Five.");
    CHECK(notices.sentences().size() == 4);
    CHECK(notices.sentences().back() == "There were further messages; they were left out.");
    notices.remove("Two.");
    CHECK(notices.sentences().size() == 3);
    CHECK(notices.sentences()[1] == "Three.");
}

TEST_CASE("a notice takes room under the bar until its cross is pressed; what stands stays") {
    DrawnFrame frame;
    Notices notices;
    const Rect bar{{0, 0}, {600, 40}};
    const std::string standing = "Training diverged.";
    CHECK(notices.draw(frame.theme, bar, "", true) == 0);
    const float alone = notices.draw(frame.theme, bar, standing, true);
    notices.add("Put aside.");
    CHECK(notices.draw(frame.theme, bar, standing, true) > alone);
    // The upper one is the notice; its cross is at the right end.
    const auto press = [&](ImVec2 at) {
        for (const bool down : {false, true, false}) {
            ImGui::GetIO().AddMousePosEvent(at.x, at.y);
            ImGui::GetIO().AddMouseButtonEvent(ImGuiMouseButton_Left, down);
            for (int i = 0; i < 3; ++i) frame.next([&] { notices.draw(frame.theme, bar, standing, false); });
        }
    };
    press({560, 48 + alone + 15});
    CHECK(notices.sentences().size() == 1);  // what stands has none
    press({560, 48 + 15});
    CHECK(notices.sentences().empty());
    CHECK(notices.draw(frame.theme, bar, standing, true) == alone);
}
