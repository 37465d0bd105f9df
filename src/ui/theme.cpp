// The fonts at true device pixels, and ImGui's own style made to match the palette.
#include "ui/theme.h"

#include <algorithm>

#include "generated/fonts.h"

namespace ladder {
namespace {

// Han, kana and full-width forms, into the font that was added last.
void merge_font(std::span<const unsigned char> data, float pixels) {
    static constexpr ImWchar ranges[] = {0x2E80, 0xFFEF, 0};
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.MergeMode = true;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(data.data()), static_cast<int>(data.size()), pixels, &config, ranges);
}

ImFont* add_font(std::span<const unsigned char> data, float pixels, std::span<const unsigned char> more) {
    // Latin, Greek, punctuation, sub- and superscripts, arrows, operators, shapes; the font is cut to these.
    static constexpr ImWchar ranges[] = {0x20, 0x17F, 0x391, 0x3D5, 0x2010, 0x203A, 0x2070, 0x208E, 0x2190, 0x21BB, 0x2202, 0x2265, 0x25A0, 0x25CF, 0x2713, 0x2717, 0};
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = pixels < 30 ? 2 : 1;  // large glyphs are sharp without
    config.OversampleV = 1;
    config.PixelSnapH = false;
    // ImGui takes a pointer to non-const but does not write to data it does not own.
    ImFont* font = ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(data.data()), static_cast<int>(data.size()), pixels, &config, ranges);
    merge_font(more.empty() ? font_language_names() : more, pixels);
    return font;
}

// A font that was drawn smaller than it is shown: its glyphs stretched, all else as if it had been drawn at that size.
void stretch(ImFont& font, float factor) {
    font.FontSize *= factor;
    font.Ascent *= factor;
    font.Descent *= factor;
    for (ImFontGlyph& g : font.Glyphs) {
        g.X0 *= factor, g.X1 *= factor, g.Y0 *= factor, g.Y1 *= factor;
        g.AdvanceX *= factor;
    }
    font.BuildLookupTable();
}

}  // namespace

void load_fonts(Theme& t, std::span<const unsigned char> more) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    // Every device holds 4096 x 4096 pixels of glyphs: where text is enlarged beyond that, drawn glyphs are stretched.
    const float sharpest = more.empty() ? 4.0f : 3.0f, drawn = std::min(t.scale, sharpest);
    t.regular = add_font(font_regular(), 13.5f * drawn, more);
    t.small = add_font(font_regular(), 11.5f * drawn, more);
    t.strong = add_font(font_semibold(), 13.5f * drawn, more);
    t.title = add_font(font_semibold(), 15.5f * drawn, more);
    atlas.Build();
    if (drawn < t.scale)
        for (ImFont* font : {t.regular, t.small, t.strong, t.title}) stretch(*font, t.scale / drawn);
    // No texture holds this atlas yet: the platform makes one before its next frame.
    atlas.SetTexID(nullptr);
}

void apply_style(const Theme& t) {
    ImGuiStyle style;
    const auto set = [&](ImGuiCol which, ImU32 colour) { style.Colors[which] = ImGui::ColorConvertU32ToFloat4(colour); };
    for (ImVec4& colour : style.Colors) colour = ImGui::ColorConvertU32ToFloat4(t.track);
    set(ImGuiCol_Text, t.text);
    set(ImGuiCol_TextDisabled, t.muted);
    set(ImGuiCol_WindowBg, t.page);
    set(ImGuiCol_ChildBg, IM_COL32(0, 0, 0, 0));
    set(ImGuiCol_PopupBg, t.card);
    set(ImGuiCol_Border, t.border);
    set(ImGuiCol_BorderShadow, IM_COL32(0, 0, 0, 0));
    set(ImGuiCol_FrameBg, t.card);
    set(ImGuiCol_FrameBgHovered, t.accent_soft);
    set(ImGuiCol_FrameBgActive, t.accent_soft);
    set(ImGuiCol_CheckMark, t.accent);
    set(ImGuiCol_SliderGrab, t.accent);
    set(ImGuiCol_SliderGrabActive, t.accent);
    set(ImGuiCol_Button, t.card);
    set(ImGuiCol_ButtonHovered, t.accent_soft);
    set(ImGuiCol_ButtonActive, t.accent_soft);
    set(ImGuiCol_Header, t.accent_soft);
    set(ImGuiCol_HeaderHovered, t.accent_soft);
    set(ImGuiCol_HeaderActive, t.accent_soft);
    set(ImGuiCol_Separator, t.border);
    set(ImGuiCol_ScrollbarBg, IM_COL32(0, 0, 0, 0));
    set(ImGuiCol_ScrollbarGrab, t.faint);
    set(ImGuiCol_ScrollbarGrabHovered, t.muted);
    set(ImGuiCol_ScrollbarGrabActive, t.muted);
    set(ImGuiCol_TextSelectedBg, t.accent_soft);
    set(ImGuiCol_NavHighlight, t.accent);
    set(ImGuiCol_ModalWindowDimBg, IM_COL32(0, 0, 0, 90));
    style.WindowBorderSize = 0;
    style.WindowPadding = {0, 0};
    style.FrameBorderSize = std::max(1.0f, t.px(1));
    style.FrameRounding = t.px(6);
    style.GrabRounding = t.px(8);
    style.PopupRounding = t.px(7);
    style.ScrollbarRounding = t.px(6);
    style.ScrollbarSize = t.px(9);
    style.FramePadding = {t.px(8), t.px(4)};
    style.ItemSpacing = {t.px(8), t.px(6)};
    style.ItemInnerSpacing = {t.px(6), t.px(4)};
    style.GrabMinSize = t.px(13);
    ImGui::GetStyle() = style;
}

}  // namespace ladder
