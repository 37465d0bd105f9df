// What a figure announces before it is run follows from its entry and its presets.
#include "ui/figure_words.h"

#include <doctest/doctest.h>

using namespace ladder;

TEST_CASE("what is run: shared settings once, then what sets each run apart") {
    const auto one = run_sentences(*find_figure("6-7"), 1);
    REQUIRE(one.size() == 1);
    CHECK(one[0].starts_with("One model is trained: minimal model, 3 heads, 50 symbols, spans 2 2 2, importance ratio 1.7, fresh data at every step, batch 512"));

    const auto sizes = run_sentences(*find_figure("5"), 3);
    REQUIRE(sizes.size() == 5);
    CHECK(sizes[0].starts_with("4 models are trained one after the other, each with 3 seeds: minimal model, 3 heads"));
    CHECK(sizes[0].find("sequences") == std::string::npos);
    CHECK(sizes[1] == "N = 600: 600 sequences, batch 600, 200 steps.");
    CHECK(sizes[4].starts_with("online: fresh data at every step"));
    CHECK(run_sentences(*find_figure("10"), 1)[0].find("strengths 2.89, 1.7, 1") != std::string::npos);
}

TEST_CASE("every figure says what is drawn, when it holds and how long it takes") {
    for (const Figure& f : figures()) {
        CAPTURE(f.id);
        CHECK(drawn_sentence(f).ends_with("."));
        CHECK(rule_words(f).starts_with("The claim counts as shown when "));
        CHECK(duration_words(f, 1).ends_with("."));
        CHECK(figure_heading(f).starts_with("Figure"));
    }
    CHECK(figure_heading(*find_figure("4-left")) == "Figure 4, left");
    CHECK(figure_heading(*find_figure("6-7")) == "Figures 6, 7");
    CHECK(figure_heading(*find_figure("15-17")) == "Figures 15 to 17");
    Figure f = *find_figure("1");
    f.seconds = 4.4;
    CHECK(duration_words(f, 1) == "About 4 seconds on two free cores.");
    f.seconds = 33;
    CHECK(duration_words(f, 1) == "About 35 seconds on two free cores.");
    CHECK(duration_words(f, 5) == "About 3 minutes on two free cores.");
    f.seconds = 0.1;
    CHECK(duration_words(f, 1) == "Less than a second.");
}
