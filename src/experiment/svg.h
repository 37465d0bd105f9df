// A plot as a picture file: curves over steps or times, axes with ticks and titles, a legend. For the written results;
// what is on screen is drawn by src/ui.
#pragma once

#include <string>
#include <vector>

namespace ladder {

struct SvgCurve {
    std::string name, colour;  // "#rrggbb"
    std::vector<double> x, y;  // what is not finite, or not positive on a logarithmic axis, is left out
    bool points = false;       // marks instead of a line
    bool faint = false;
};

struct SvgPlot {
    std::string title, x_title, y_title;
    std::vector<SvgCurve> curves;
    bool logarithmic_x = false;
};

// width and height in CSS pixels. Complete <svg> element that follows the reader's light or dark page.
std::string format_svg(const SvgPlot&, int width = 560, int height = 300);
// Numbers as these files write them: what is read with four digits, places with a tenth of a pixel.
std::string svg_number(double);
std::string svg_pixels(double);
// Text with the characters that mark-up reserves written as entities.
std::string escape_markup(const std::string&);

}  // namespace ladder
