// Where the lines of a text end.
#include "ui/texts.h"

#include <doctest/doctest.h>

#include <string>

#include "support/drawn_frame.h"
#include "ui/draw.h"
#include "ui/rich_text.h"

using namespace ladder;

TEST_CASE("a line ends between words, and a number and a list of numbers stay whole") {
    const DrawnFrame frame;
    const ImFont* font = frame.theme.regular;
    const auto wide = [&](std::string_view text) { return width_as_is(font, text); };
    CHECK(with_line_ends(font, "the chain 0.010; 1 nat is 1.44 bits.", wide("the chain 0.01")) == "the chain \n0.010; 1 nat \nis 1.44 bits.");
    CHECK(with_line_ends(font, "it spans 2 2 2 of 1,000", wide("it spans 2 2")) == "it spans \n2 2 2 of \n1,000");
    CHECK(with_line_ends(font, "no number. here", wide("no num")) == "no number. here");
    // The height is that of these lines: none is broken again.
    CHECK(wrapped_height(font, "the chain 0.010; and", wide("the chain 0.01")) == doctest::Approx(2 * font->FontSize));
    CHECK(next_piece("2 2 2 of") == 5);
    CHECK(next_piece("2 of") == 1);
}
