// Marks of an SVG file, written as text one after the other: what all pictures that are taken away are made of. Lengths in
// CSS pixels from the upper left corner.
#pragma once

#include <imgui.h>

#include <string>
#include <string_view>
#include <vector>

namespace ladder {

// " fill=\"#aabbcc\"", with its opacity where it has one. what: fill or stroke.
std::string svg_paint(const char* what, ImU32 colour);
// The text in lines of at most so many characters, at most `most` of them; what does not fit ends in an ellipsis.
std::vector<std::string> svg_lines(std::string_view text, std::size_t characters, std::size_t most);

class SvgPicture {
public:
    explicit SvgPicture(std::string& out) : s_(out) {}

    // anchor: start, middle or end. more: further attributes, beginning with a space.
    void text(double x, double y, const char* anchor, ImU32 colour, const std::string& words, const std::string& more = "");
    void line(double x1, double y1, double x2, double y2, ImU32 colour, const char* more = "");
    void rectangle(double x, double y, double width, double height, ImU32 colour);
    void circle(double x, double y, double radius, ImU32 colour, bool open);
    void raw(const std::string& marks) { s_ += marks; }

private:
    std::string& s_;
};

// A finished part of a file.
struct Drawing {
    std::string title;  // said of a file that begins with it
    int width, height;
    std::string marks;
};

// In rows of so many, each cell as large as the largest drawing.
Drawing in_columns(const std::vector<Drawing>&, int columns);
// One under the other in one file, on this ground.
std::string drawings_svg(ImU32 ground, const std::vector<Drawing>&);

}  // namespace ladder
