// Heat maps drawn by one textured quad and a shader each (shaders/heatmap.*), inside ImGui's draw lists.
// GL objects are made at first use and can be made again after the context was lost.
#pragma once

#include <imgui.h>

#include <array>
#include <memory>
#include <span>

#include "ui/panels.h"

namespace ladder {

struct Heatmap {
    int rows = 0, columns = 0, channels = 1;       // at most 8 channels
    std::span<const float> values;                 // (channels, rows, columns)
    float top = 1;                                 // value of full colour
    ImU32 ground = 0;                              // colour of 0
    std::array<ImU32, 8> colours{};                // per channel
    ImU32 negative = 0;                            // colour of negative values, for signed maps
};

class HeatmapRenderer {
public:
    HeatmapRenderer();
    ~HeatmapRenderer();

    // Call once at the start of a frame.
    void begin_frame();
    // Values are copied; drawn when ImGui renders the list.
    void draw(ImDrawList*, Rect, const Heatmap&);
    // Whether what was drawn since begin_frame differs from what the frame before drew in its place.
    bool changed() const;
    // Forget GL objects without deleting them: their context is gone.
    void context_lost();
    // Sentence when the shader could not be built on this machine, else empty.
    const char* problem() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ladder
