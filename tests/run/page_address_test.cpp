// Addresses of the page, good ones and those that people and programs get wrong.
#include <doctest/doctest.h>

#include "run/page_address.h"
#include "run/presets.h"

using namespace ladder;

TEST_CASE("An empty address is the default preset") {
    for (const char* query : {"", "?", "&&"}) {
        const PageAddress a = read_address(query);
        CHECK(a.preset == "default");
        CHECK(a.settings == find_preset("default")->settings);
        CHECK(a.theme == 0);
        CHECK(a.problems.empty());
    }
}

TEST_CASE("Settings, theme and percent signs") {
    const PageAddress a = read_address("?seed=12&theme=dark&spans=2%202%203&learning-rate=0.05&data=finite");
    CHECK(a.problems.empty());
    CHECK(a.settings.seed == 12);
    CHECK(a.theme == 2);
    CHECK(a.settings.spans == std::vector<int>{2, 2, 3});
    CHECK(a.settings.learning_rate == 0.05);
    CHECK(a.settings.data == DataSource::finite);
    CHECK(read_address("seed=1&spans=2+2").settings.spans == std::vector<int>{2, 2});
}

TEST_CASE("What is bad is told and left out") {
    const PageAddress a = read_address("?preset=nope&theme=pink&colour=red&seed=abc&heads=-3&%zz=%4");
    CHECK(a.preset == "default");
    CHECK(a.problems.size() == 6);
    CHECK(a.settings.seed == find_preset("default")->settings.seed);
    CHECK(a.settings.heads == 1);  // the nearest valid value
    for (const std::string& p : a.problems) CHECK(p.back() == '.');
    CHECK(read_address("?" + std::string(100000, 'x')).problems.front().size() < 200);
}

TEST_CASE("the address can open the paper's figures") {
    CHECK(read_address("").workspace == "run");
    CHECK(read_address("?workspace=paper").workspace == "paper");
    const PageAddress figure = read_address("?figure=4-left");
    CHECK(figure.workspace == "paper");
    CHECK(figure.figure == "4-left");
    CHECK(figure.problems.empty());
    CHECK(read_address("?workspace=kitchen").problems.size() == 1);
    CHECK(read_address("?figure=" + std::string(5000, 'x')).figure.size() == 40);
}
