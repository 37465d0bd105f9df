// Texts in another language: whole, with holes, and put together from parts.
#include "base/catalogue.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace ladder;

namespace {

Catalogue chinese() {
    return Catalogue(R"({
        "Close": "关闭", "near": "近处", "middle": "中间", "{} pair": "{}一对", "{} pairs": "{}各对", "{} and {}": "{}和{}",
        "Fits {} best: it {}.": "最符合 {}：它{}。", "uses {}, still blind to the {} {}": "使用{0}，看不到{1}的{2}", "the last {} tokens": "最后 {} 个词元",
        "two": "两", "pair": "对", "far": "远处", "step {}": "第 {} 步", "paused": "已暂停", "{} workers": "{} 个线程",
        "Step {} has not been reached yet; the newest is {}.": "最新的是第 {1} 步，还没到第 {0} 步。",
        "There is no file {}.": "没有文件 {}。", "Check the name. Then the folder.": "检查名称，再检查文件夹。", "It starts.": "开始了。",
        "head": "头", "Heads": "头数", "{} nats": "{} 奈特", "Untold": ""
    })");
}

}  // namespace

TEST_CASE("a text is found whole, and what is no word needs no translation") {
    Catalogue zh = chinese();
    CHECK(zh("Close") == "关闭");
    CHECK(zh("  Close ") == "  关闭 ");
    CHECK(zh("0.25") == "0.25");
    CHECK(zh("t\u22126") == "t\u22126");
    CHECK(zh("") == "");
    CHECK(zh.missing().empty());
}

TEST_CASE("holes are looked up in turn and may stand in another order") {
    Catalogue zh = chinese();
    CHECK(zh("near and middle pairs") == "近处和中间各对");
    CHECK(zh("Fits F\u2081 best: it uses the last two tokens, still blind to the far pair.") == "最符合 F\u2081：它使用最后 两 个词元，看不到远处的对。");
    // Between an ideograph and a Latin word, a number or an index stands one blank, whichever of them fills a hole.
    CHECK(zh("t\u22126 and t\u22125") == "t\u22126 和 t\u22125");
    CHECK(zh("F\u2081 and F\u2082") == "F\u2081 和 F\u2082");
    CHECK(zh("20 and 300") == "20 和 300");
    CHECK(zh("near and F\u2082 pair") == "近处和 F\u2082 一对");
    CHECK(zh("step 7") == "第 7 步");
    // A sign of the sentence stands in a hole too: it is found from the other side.
    CHECK(zh("Fits F\u2081 best: it uses the last two tokens, still blind to the near and far pair.") == "最符合 F\u2081：它使用最后 两 个词元，看不到近处和远处的对。");
    CHECK(zh("Step 90 has not been reached yet; the newest is 40.") == "最新的是第 40 步，还没到第 90 步。");
    CHECK(zh.missing().empty());
}

TEST_CASE("lines, parts and sentences are translated one by one") {
    Catalogue zh = chinese();
    CHECK(zh("step 12 \u00B7 paused \u00B7 4 workers") == "第 12 步 \u00B7 已暂停 \u00B7 4 个线程");
    CHECK(zh("Close\nstep 3") == "关闭\n第 3 步");
    CHECK(zh("There is no file a.txt. Check the name. Then the folder. It starts.") == "没有文件 a.txt。检查名称，再检查文件夹。开始了。");
    CHECK(zh("Heads 3, head") == "Heads 3, head");
}

TEST_CASE("what is unknown stays English and is told") {
    Catalogue zh = chinese();
    CHECK(zh("Some other words") == "Some other words");
    CHECK(zh("Some other words") == "Some other words");
    CHECK(zh("Untold") == "Untold");
    // A short pattern does not tear an unknown sentence apart.
    CHECK(zh("salt and pepper") == "salt and pepper");
    CHECK(zh.missing() == std::vector<std::string>{"Some other words", "Untold", "salt and pepper"});
    CHECK(zh("Close") == "关闭");
    // Translated twice is translated once.
    CHECK(zh("没有文件 a.txt。") == "没有文件 a.txt。");
    CHECK(zh.missing().size() == 3);
}

TEST_CASE("answers are kept in bounds") {
    Catalogue zh = chinese();
    for (int i = 0; i < 20000; ++i) {
        CHECK(zh("step " + std::to_string(i)) == "第 " + std::to_string(i) + " 步");
        zh.rest();
    }
    // However long and nested, a text comes back.
    std::string long_text;
    for (int i = 0; i < 300; ++i) long_text += "near and middle, ";
    CHECK(zh(long_text).size() >= long_text.size() - 1);
    std::string sentences;
    for (int i = 0; i < 11; ++i) sentences += "There is nothing here. ";
    CHECK(zh(sentences) == sentences);
}

TEST_CASE("a catalogue that cannot be used is refused with a sentence") {
    CHECK_THROWS_AS(Catalogue("[]"), Error);
    CHECK_THROWS_AS(Catalogue("{\"a\""), Error);
    CHECK_THROWS_AS(Catalogue(R"({"Close": 3})"), Error);
    CHECK_THROWS_AS(Catalogue(R"({"{} left": "{1}"})"), Error);
    CHECK_THROWS_AS(Catalogue(R"({"{} left": "{}{}"})"), Error);
    CHECK(Catalogue(R"({"Write {\"heads\": 3}.": "写 {\"heads\": 3}。"})")("Write {\"heads\": 3}.") == "写 {\"heads\": 3}。");
}
