// Messages of a host page: good ones, and those that people, programs and attackers get wrong.
#include "run/command.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

using namespace ladder;
using Json = nlohmann::json;

namespace {

Command good(const std::string& text) {
    CAPTURE(text);
    const auto read = read_command(text);
    REQUIRE(std::holds_alternative<Command>(read));
    return std::get<Command>(read);
}

Refusal bad(const std::string& text) {
    CAPTURE(text);
    const auto read = read_command(text);
    REQUIRE(std::holds_alternative<Refusal>(read));
    return std::get<Refusal>(read);
}

}  // namespace

TEST_CASE("a host page's commands are read") {
    CHECK(good(R"({"ladder":1,"type":"play"})").kind == Command::Kind::play);
    CHECK(good(R"({"ladder":1,"type":"play"})").id == "null");
    CHECK(good(R"({"ladder":1,"id":"a\"b","type":"pause"})").id == R"("a\"b")");
    CHECK(good(R"({"ladder":1,"id":7,"type":"step"})").id == "7");
    CHECK_FALSE(good(R"({"ladder":1,"type":"reset"})").seed.has_value());
    CHECK(good(R"({"ladder":1,"type":"reset","seed":9})").seed == 9);
    const Command set = good(R"({"ladder":1,"type":"set","settings":{"speed":5,"spans":[2,2]},"preset":"figure-6","theme":"dark"})");
    CHECK(set.preset == "figure-6");
    CHECK(set.theme == 2);
    CHECK(Json::parse(set.settings)["speed"] == 5);
    CHECK(good(R"({"ladder":1,"type":"get","what":"state"})").what == "state");
    CHECK(good(R"({"ladder":1,"type":"seek","step":300})").target == 300);
    CHECK_FALSE(good(R"({"ladder":1,"type":"seek","step":"newest"})").target.has_value());
    CHECK(good(R"({"ladder":1,"type":"export","format":"csv"})").what == "csv");
    CHECK(good(R"({"ladder":1,"type":"set","textSize":150})").text_size == 150);
    CHECK(good(R"({"ladder":1,"type":"get","what":"controls"})").what == "controls");
    CHECK(good(R"({"ladder":1,"type":"show","workspace":"theory"})").what == "theory");
    CHECK(good(R"({"ladder":1,"type":"lesson","move":"open","name":"the-climb"})").name == "the-climb");
    CHECK(good(R"({"ladder":1,"type":"lesson","move":"bet","choice":2})").choice == 2);
}

TEST_CASE("commands of time travel, heads, figures, equations and sweeps are read") {
    const Command back = good(R"({"ladder":1,"type":"playback","direction":"backwards"})");
    CHECK(back.kind == Command::Kind::playback);
    CHECK(back.direction == -1);
    CHECK_FALSE(back.speed.has_value());
    CHECK(good(R"({"ladder":1,"type":"playback","direction":"stop","speed":0.5})").direction == 0);
    CHECK(good(R"({"ladder":1,"type":"playback","speed":8})").speed == 8);
    CHECK(good(R"({"ladder":1,"type":"resume"})").kind == Command::Kind::resume);
    CHECK(Json::parse(good(R"({"ladder":1,"type":"branch","settings":{"clip":0}})").settings)["clip"] == 0);
    CHECK(good(R"({"ladder":1,"type":"branch","move":"leave"})").what == "leave");
    const Command swap = good(R"({"ladder":1,"type":"what-if","block":1,"head":2,"change":"swap","with":0})");
    CHECK(swap.block == 1);
    CHECK(swap.head == 2);
    CHECK(swap.what == "swap");
    CHECK(swap.choice == 0);
    CHECK_FALSE(good(R"({"ladder":1,"type":"what-if","change":"none"})").head.has_value());
    CHECK(good(R"({"ladder":1,"type":"early-stop","move":"compare"})").what == "compare");
    const Command run = good(R"({"ladder":1,"type":"figure","move":"run","name":"4-left","seeds":2})");
    CHECK(run.name == "4-left");
    CHECK(run.seeds == 2);
    CHECK(good(R"({"ladder":1,"type":"figure","move":"stop"})").what == "stop");
    const Command flow = good(R"({"ladder":1,"type":"theory","settings":{"heads":2},"view":"run"})");
    CHECK(flow.what == "run");
    CHECK(Json::parse(flow.settings)["heads"] == 2);
    const Command grid = good(R"({"ladder":1,"type":"sweep","move":"run","vary":{"importance":"1.3, 1.5"},"seeds":"1..2"})");
    CHECK(grid.name == "1..2");
    CHECK(Json::parse(grid.settings)["importance"] == "1.3, 1.5");
}

TEST_CASE("what is wrong with a host page's message is told, with its id where it has one") {
    for (const auto& [text, code] : std::vector<std::pair<std::string, std::string>>{
             {"", "malformed"}, {"null", "malformed"}, {"[]", "malformed"}, {"{", "malformed"}, {"{}", "malformed"}, {R"({"type":"play"})", "malformed"},
             {R"({"ladder":"1","type":"play"})", "malformed"}, {R"({"ladder":2,"type":"play"})", "version"}, {R"({"ladder":1})", "malformed"}, {R"({"ladder":1,"type":5})", "malformed"},
             {R"({"ladder":1,"type":"explode"})", "unknown-type"}, {R"({"ladder":1,"type":"play","now":true})", "bad-value"}, {R"({"ladder":1,"type":"reset","seed":-1})", "bad-value"},
             {R"({"ladder":1,"type":"reset","seed":1.5})", "bad-value"}, {R"({"ladder":1,"type":"reset","seed":1e300})", "bad-value"}, {R"({"ladder":1,"type":"reset","seed":18446744073709551615})", "bad-value"},
             {R"({"ladder":1,"type":"set"})", "bad-value"}, {R"({"ladder":1,"type":"set","settings":[]})", "bad-value"}, {R"({"ladder":1,"type":"set","preset":"<script>alert(1)</script>"})", "bad-value"},
             {R"({"ladder":1,"type":"set","theme":1})", "bad-value"}, {R"({"ladder":1,"type":"get","what":"passwords"})", "bad-value"}, {R"({"ladder":1,"type":"get"})", "bad-value"},
             {R"({"ladder":1,"type":"seek","step":-5})", "bad-value"}, {R"({"ladder":1,"type":"seek"})", "bad-value"}, {R"({"ladder":1,"type":"export","format":"exe"})", "bad-value"},
             {R"({"ladder":1,"type":"set","textSize":900})", "bad-value"}, {R"({"ladder":1,"type":"set","textSize":"big"})", "bad-value"}, {R"({"ladder":1,"type":"show"})", "bad-value"},
             {R"({"ladder":1,"type":"show","workspace":"kitchen"})", "bad-value"}, {R"({"ladder":1,"type":"lesson","move":"dance"})", "bad-value"}, {R"({"ladder":1,"type":"lesson","move":"open"})", "bad-value"},
             {R"({"ladder":1,"type":"playback"})", "bad-value"}, {R"({"ladder":1,"type":"playback","direction":1})", "bad-value"}, {R"({"ladder":1,"type":"playback","speed":"fast"})", "bad-value"},
             {R"({"ladder":1,"type":"resume","step":3})", "bad-value"}, {R"({"ladder":1,"type":"branch"})", "bad-value"}, {R"({"ladder":1,"type":"branch","settings":{},"move":"swap"})", "bad-value"},
             {R"({"ladder":1,"type":"branch","settings":"clip"})", "bad-value"}, {R"({"ladder":1,"type":"what-if"})", "bad-value"}, {R"({"ladder":1,"type":"what-if","change":"ablate"})", "bad-value"},
             {R"({"ladder":1,"type":"what-if","head":0,"change":"swap"})", "bad-value"}, {R"({"ladder":1,"type":"what-if","head":0,"change":"freeze","with":1})", "bad-value"}, {R"({"ladder":1,"type":"what-if","head":1e12,"change":"ablate"})", "bad-value"},
             {R"({"ladder":1,"type":"early-stop"})", "bad-value"}, {R"({"ladder":1,"type":"figure","move":"run"})", "bad-value"}, {R"({"ladder":1,"type":"figure","move":"run","name":"2","seeds":6})", "bad-value"},
             {R"({"ladder":1,"type":"figure","move":"stop","name":2})", "bad-value"}, {R"({"ladder":1,"type":"theory"})", "bad-value"}, {R"({"ladder":1,"type":"theory","view":"lessons"})", "bad-value"},
             {R"({"ladder":1,"type":"sweep","move":"run","vary":[]})", "bad-value"}, {R"({"ladder":1,"type":"sweep","move":"run","seeds":3})", "bad-value"}, {R"({"ladder":1,"type":"sweep"})", "bad-value"},
             {R"({"ladder":1,"type":"lesson","move":"bet"})", "bad-value"}, {R"({"ladder":1,"type":"lesson","move":"bet","choice":1e9})", "bad-value"},
             {R"({"ladder":1,"id":{},"type":"play"})", "malformed"}, {R"({"ladder":1,"id":-3,"type":"play"})", "malformed"}, {"{\"ladder\":1,\"type\":\"\xff\"}", "malformed"},
             {std::string(20000, ' '), "malformed"}, {std::string(5000, '['), "malformed"}}) {
        const Refusal r = bad(text);
        CHECK(r.code == code);
        CHECK(r.sentence.back() == '.');
        const Json message = Json::parse(refusal_message(r));
        CHECK(message["type"] == "error");
        CHECK(message["ladder"] == message_version);
        CHECK(r.sentence.find("\u201C") == std::string::npos);  // names stand in the same marks in all of them
    }
    CHECK(bad(R"({"ladder":1,"id":"x","type":"explode"})").id == "\"x\"");
}

TEST_CASE("answers carry the id and stay JSON whatever the id is") {
    const Json plain = Json::parse(answer_message("7"));
    CHECK(plain["id"] == 7);
    CHECK(plain["type"] == "answer");
    const Json full = Json::parse(answer_message(Json("</script>\"\\").dump(), "value", R"({"a":[1,2]})"));
    CHECK(full["id"] == "</script>\"\\");
    CHECK(full["value"]["a"][1] == 2);
}

TEST_CASE("a thousand damaged messages are each refused or understood") {
    const std::string seed = R"({"ladder":1,"id":"m","type":"set","settings":{"speed":5,"spans":[2,2]},"preset":"default","theme":"dark"})";
    std::mt19937 random(1);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        std::string text = seed;
        for (unsigned change = random() % 4 + 1; change > 0; --change) {
            const std::size_t at = random() % text.size();
            if (random() % 2) text[at] = static_cast<char>(random() % 256);
            else text.erase(at, random() % 5 + 1);
        }
        const auto read = read_command(text);
        if (const Refusal* r = std::get_if<Refusal>(&read)) {
            ++refused;
            CHECK(Json::parse(refusal_message(*r))["type"] == "error");
        }
    }
    CHECK(refused > 800);
}
