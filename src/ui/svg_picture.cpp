#include "ui/svg_picture.h"

#include <algorithm>
#include <cstdio>

#include "experiment/svg.h"

namespace ladder {
namespace {

// Where the character that begins at or before `at` begins: none is cut in two.
std::size_t whole_character(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u) --at;
    return at;
}

// Bytes of the first so many characters.
std::size_t bytes_of(std::string_view text, std::size_t characters) {
    std::size_t at = 0;
    for (std::size_t n = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xc0u) != 0x80u && n++ == characters) break;
    return at;
}

}  // namespace

std::string svg_paint(const char* what, ImU32 colour) {
    char text[80];
    std::snprintf(text, sizeof text, " %s=\"#%02x%02x%02x\"", what, (colour >> IM_COL32_R_SHIFT) & 255u, (colour >> IM_COL32_G_SHIFT) & 255u, (colour >> IM_COL32_B_SHIFT) & 255u);
    std::string out = text;
    if (const unsigned alpha = (colour >> IM_COL32_A_SHIFT) & 255u; alpha < 255) out += std::string(" ") + what + "-opacity=\"" + svg_number(alpha / 255.0) + "\"";
    return out;
}

std::vector<std::string> svg_lines(std::string_view text, std::size_t characters, std::size_t most) {
    std::vector<std::string> lines;
    characters = std::max<std::size_t>(characters, 2);
    while (!text.empty() && lines.size() < most) {
        std::size_t end = bytes_of(text, characters);
        const bool last = lines.size() + 1 == most;
        if (end < text.size() && last) {
            lines.push_back(std::string(text.substr(0, bytes_of(text, characters - 1))) + "\u2026");
            break;
        }
        if (const std::size_t space = end < text.size() ? text.rfind(' ', end) : std::string_view::npos; space != std::string_view::npos && space > 0) end = space;
        end = whole_character(text, end);
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + (end < text.size() && text[end] == ' ')));
    }
    return lines;
}

void SvgPicture::text(double x, double y, const char* anchor, ImU32 colour, const std::string& words, const std::string& more) {
    s_ += "<text x=\"" + svg_pixels(x) + "\" y=\"" + svg_pixels(y) + "\" text-anchor=\"" + anchor + "\"" + svg_paint("fill", colour) + more + ">" + escape_markup(words) + "</text>\n";
}

void SvgPicture::line(double x1, double y1, double x2, double y2, ImU32 colour, const char* more) {
    s_ += "<line x1=\"" + svg_pixels(x1) + "\" y1=\"" + svg_pixels(y1) + "\" x2=\"" + svg_pixels(x2) + "\" y2=\"" + svg_pixels(y2) + "\"" + svg_paint("stroke", colour) + more + "/>\n";
}

void SvgPicture::rectangle(double x, double y, double width, double height, ImU32 colour) {
    s_ += "<rect x=\"" + svg_pixels(x) + "\" y=\"" + svg_pixels(y) + "\" width=\"" + svg_pixels(width) + "\" height=\"" + svg_pixels(height) + "\"" + svg_paint("fill", colour) + "/>\n";
}

void SvgPicture::circle(double x, double y, double radius, ImU32 colour, bool open) {
    s_ += "<circle cx=\"" + svg_pixels(x) + "\" cy=\"" + svg_pixels(y) + "\" r=\"" + svg_pixels(radius) + "\"" + (open ? " fill=\"none\" stroke-width=\"1.5\"" + svg_paint("stroke", colour) : svg_paint("fill", colour)) + "/>\n";
}

Drawing in_columns(const std::vector<Drawing>& drawings, int columns) {
    Drawing out{drawings.empty() ? "" : drawings.front().title, 0, 0, ""};
    int width = 0, height = 0;
    for (const Drawing& d : drawings) width = std::max(width, d.width), height = std::max(height, d.height);
    const int n = static_cast<int>(drawings.size());
    for (int i = 0; i < n; ++i) {
        const Drawing& d = drawings[static_cast<std::size_t>(i)];
        out.marks += "<g transform=\"translate(" + std::to_string(width * (i % columns)) + " " + std::to_string(height * (i / columns)) + ")\">\n" + d.marks + "</g>\n";
    }
    out.width = width * std::min(n, columns), out.height = height * ((n + columns - 1) / columns);
    return out;
}

std::string drawings_svg(ImU32 ground, const std::vector<Drawing>& drawings) {
    int width = 0, height = 0;
    for (const Drawing& d : drawings) width = std::max(width, d.width), height += d.height;
    const std::string w = std::to_string(width), h = std::to_string(height);
    std::string s = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + w + " " + h + "\" width=\"" + w + "\" height=\"" + h +
                    "\" font-family=\"Inter, system-ui, sans-serif\" font-size=\"11\" role=\"img\" aria-label=\"" + escape_markup(drawings.empty() ? "" : drawings.front().title) + "\">\n";
    SvgPicture(s).rectangle(0, 0, width, height, ground);
    int y = 0;
    for (const Drawing& d : drawings) {
        s += "<g transform=\"translate(0 " + std::to_string(y) + ")\">\n" + d.marks + "</g>\n";
        y += d.height;
    }
    return s + "</svg>\n";
}

}  // namespace ladder
