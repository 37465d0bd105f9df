// What panels draw and say, on ImGui's draw lists without a window: frame after frame, with a pointer where a test puts it.
#pragma once

#include <imgui.h>

#include <string>

#include "ui/theme.h"

namespace ladder {

// Stands within a frame from its beginning to its end.
class DrawnFrame {
public:
    Theme theme = make_theme(false, 1);

    DrawnFrame() {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = io.LogFilename = nullptr;
        io.DisplaySize = {1280, 720};
        io.SetClipboardTextFn = [](void* text, const char* value) { *static_cast<std::string*>(text) = value; };
        io.ClipboardUserData = &said_;
        theme.regular = theme.small = theme.strong = theme.title = io.Fonts->AddFontDefault();
        io.Fonts->Build();
        begin();
    }
    ~DrawnFrame() {
        end();
        ImGui::DestroyContext();
    }
    DrawnFrame(const DrawnFrame&) = delete;
    DrawnFrame& operator=(const DrawnFrame&) = delete;

    // One more frame, with this drawn in it.
    template <class Draw>
    void next(Draw&& draw) {
        end();
        begin();
        draw();
    }

    // What notes say when the pointer rests there while this is drawn, wherever their lines end. They take a frame to find their size.
    template <class Draw>
    std::string said_at(ImVec2 pointer, Draw&& draw) {
        for (int frame = 0; frame < 3; ++frame) {
            end();
            ImGui::GetIO().AddMousePosEvent(pointer.x, pointer.y);
            begin();
            said_.clear();
            ImGui::LogToClipboard();  // until the note, a window of its own, ends
            draw();
            ImGui::LogFinish();
        }
        for (std::size_t at; (at = said_.find(" \n")) != std::string::npos;) said_.erase(at + 1, 1);
        return said_;
    }

private:
    static void begin() {
        ImGui::NewFrame();
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
        ImGui::Begin("drawn", nullptr, ImGuiWindowFlags_NoDecoration);
    }
    static void end() {
        ImGui::End();
        ImGui::EndFrame();
    }
    std::string said_;
};

}  // namespace ladder
