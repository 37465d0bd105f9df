// The settings table against itself; text and JSON in both directions; contradictions.
#include "base/settings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

using namespace ladder;

namespace {

// Every field away from its default, each valid and all of them together.
Settings unusual() {
    Settings s;
    const std::pair<const char*, const char*> texts[] = {
        {"vocabulary", "31"}, {"spans", "3 3"}, {"stride", "2"}, {"importance", "1.1"}, {"reversed", "true"}, {"strengths", "0.5 3"}, {"weights", "0.1 0.2 0.7"},
        {"frobenius-orthogonal", "true"}, {"rank", "3"}, {"scale", "0.3"}, {"length", "5"}, {"data", "finite"}, {"sequences", "777"}, {"batch", "17"},
        {"validation", "19"}, {"model", "full"}, {"heads", "2"}, {"blocks", "4"}, {"hidden", "64"}, {"mlp", "9"}, {"bias", "true"}, {"dropout", "0.3"},
        {"query-init", "uniform"}, {"query-scale", "1e-9"}, {"value-init", "uniform"}, {"value-scale", "0.1"}, {"optimizer", "sgd"},
        {"learning-rate", "0.123456789012345"}, {"schedule", "plateau"}, {"patience", "31"}, {"reduction", "0.7"}, {"weight-decay", "1e-5"}, {"momentum", "0.5"}, {"clip", "0"}, {"seed", "9007199254740992"}, {"steps", "12345"},
        {"evaluate-every", "3"}, {"learned", "true"}, {"workers", "2"}, {"speed", "0"}};
    for (const auto& [name, text] : texts) {
        const auto& which = name;  // Clang 14 cannot capture a structured binding
        CAPTURE(which);
        CHECK_FALSE(set_from_text(s, name, text));
    }
    return s;
}

std::string problem_of(Settings s, std::string_view name, std::string_view text) {
    const auto problem = set_from_text(s, name, text);
    return problem ? problem->message() : "";
}

template <class T>
T taken(T Settings::*field, std::string_view name, std::string_view text) {
    Settings s;
    set_from_text(s, name, text);
    return s.*field;
}

bool mentions(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("the table is whole: names are unique, defaults are in range, everything has words") {
    const Settings defaults;
    std::set<std::string_view> names;
    for (const SettingInfo& info : settings_table()) {
        CAPTURE(info.name);
        CHECK(names.insert(info.name).second);
        CHECK(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
        CHECK_FALSE(info.label.empty());
        CHECK(info.help.ends_with("."));
        CHECK(std::set<std::string_view>{"Chain", "Data", "Model", "Optimizer", "Run"}.count(info.group) == 1);
        CHECK(find_setting(info.name) == &info);
        CHECK_FALSE(range_text(info).empty());
        Settings same;
        CHECK_FALSE(set_from_text(same, info.name, format_setting(info, defaults)));
        CHECK(same == defaults);
    }
    CHECK(names.size() == 42);  // a field without a row would be a setting that nobody can set
    CHECK(find_setting("no-such-setting") == nullptr);
    Settings s;
    CHECK(reconcile(s).empty());
    CHECK(s == defaults);
}

TEST_CASE("text and JSON give back the settings they were made from") {
    Settings s = unusual();
    CHECK(reconcile(s).empty());
    Settings from_text;
    for (const SettingInfo& info : settings_table()) CHECK_FALSE(set_from_text(from_text, info.name, format_setting(info, s)));
    CHECK(from_text == s);

    Settings from_json;
    CHECK(settings_from_json(from_json, settings_to_json(s)).empty());
    CHECK(from_json == s);

    const Settings defaults;
    CHECK(settings_to_json(defaults, &defaults) == "{}");
    Settings one = defaults;
    one.heads = 5;
    CHECK(nlohmann::json::parse(settings_to_json(one, &defaults)) == nlohmann::json{{"heads", 5}});
    one = defaults;
    one.spans = {2, 4}, one.strengths = {1, 2.5};
    CHECK(nlohmann::json::parse(settings_to_json(one, &defaults)).dump() == R"({"spans":[2,4],"strengths":[1.0,2.5]})");
    CHECK(settings_from_json(one, R"({"spans": [3.0, 1.0]})").empty());  // as files of older versions have them
    CHECK(one.spans == std::vector<int>{3, 1});
}

TEST_CASE("numbers are written short and read without a locale") {
    Settings s;
    s.learning_rate = 0.1;
    s.seed = 9007199254740992;
    CHECK(format_setting(*find_setting("learning-rate"), s) == "0.1");
    CHECK(format_setting(*find_setting("seed"), s) == "9007199254740992");
    CHECK(range_text(*find_setting("seed")) == "0 to 9007199254740992");
    CHECK(problem_of(s, "seed", "9007199254740992").empty());
    CHECK(mentions(problem_of(s, "seed", "9007199254740993"), "9007199254740992 is used"));  // a double has no place for it
    CHECK(range_text(*find_setting("data")) == "online, finite or text");
    for (const char* text : {"0.5", ".5", "5e-1", "+0.5", " 0.5 ", "00.5", "0.50"}) {
        CAPTURE(text);
        CHECK(problem_of(s, "dropout", text).empty());
        CHECK(taken(&Settings::dropout, "dropout", text) == 0.5);
    }
    for (const char* text : {"", " ", "nan", "inf", "-inf", "0x1", "1,5", "1 2", "--1", "+-1", ".", "-", "-.", "e5", "1e", "1e999", "0.5f", "½"}) {
        CAPTURE(text);
        CHECK(mentions(problem_of(s, "importance", text), "Instead, 1.7 is used."));
        CHECK(taken(&Settings::importance, "importance", text) == 1.7);
    }
}

TEST_CASE("a setting that another one leaves without effect is not active") {
    Settings s;
    CHECK(find_setting("importance")->active(s));
    s.strengths = {1, 2, 3};
    CHECK_FALSE(find_setting("importance")->active(s));
    s = {};
    s.data = DataSource::text;
    for (const char* name : {"importance", "rank", "scale", "shared-features", "frobenius-orthogonal"}) CHECK_FALSE(find_setting(name)->active(s));
}

TEST_CASE("values out of range become the nearest valid ones, and the problem says so") {
    CHECK(taken(&Settings::heads, "heads", "0") == 1);
    CHECK(taken(&Settings::heads, "heads", "99999999999999999999") == 8);
    CHECK(taken(&Settings::heads, "heads", "2.4") == 2);
    CHECK(taken(&Settings::seed, "seed", "-3") == 0);
    CHECK(taken(&Settings::importance, "importance", "0.5") == 1.0);
    CHECK(taken(&Settings::spans, "spans", "9,0 2") == std::vector<int>{8, 1, 2});
    CHECK(taken(&Settings::spans, "spans", "1 1 1 1 1 1 1 1 1") == std::vector<int>(8, 1));
    const std::string message = problem_of({}, "heads", "99");
    for (const char* words : {"heads", "\"99\"", "Instead, 8 is used.", "1 to 8"}) CHECK(mentions(message, words));
    CHECK(mentions(problem_of({}, "heads", "2.4"), "Instead, 2 is used."));
}

TEST_CASE("what cannot be read changes nothing") {
    for (const auto& [name, text] : {std::pair{"heads", "three"}, {"reversed", "maybe"}, {"model", "huge"}, {"spans", ""}, {"spans", "2 x 2"}, {"weights", "nan"}}) {
        const auto& which = name;  // Clang 14 cannot capture a structured binding
        CAPTURE(which);
        Settings s;
        const auto problem = set_from_text(s, name, text);
        REQUIRE(problem);
        CHECK(problem->setting == name);
        CHECK(mentions(problem->message(), name));
        CHECK(s == Settings{});
    }
    CHECK(mentions(problem_of({}, "headz", "3"), "no setting called \"headz\""));
    for (const char* yes : {"true", "on", "yes", "1"}) CHECK(taken(&Settings::reversed, "reversed", yes));
    for (const char* no : {"false", "off", "no", "0"}) CHECK(problem_of({}, "reversed", no).empty());
    CHECK(taken(&Settings::spans, "spans", "4,2, 1") == std::vector<int>{4, 2, 1});
    CHECK(problem_of({}, "weights", "").empty());
}

TEST_CASE("a message quotes any text without breaking: shortened, one line, valid UTF-8") {
    const std::string cut = std::string(59, 'x') + "\xc3\xa9\xc3\xa9";  // the 60th byte is half a letter
    for (const std::string& text : {std::string("3\n\x1b[31m\x7f"), std::string("\xff\xfe"), cut, std::string(100000, 'x')}) {
        for (const std::string& message : {problem_of({}, "heads", text), problem_of({}, text, "3")}) {
            CHECK(message.size() < 300);
            CHECK(std::none_of(message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }));
            CHECK_NOTHROW(nlohmann::json(message).dump());  // throws on invalid UTF-8
        }
    }
    CHECK(mentions(problem_of({}, "heads", "zw\xc3\xb6lf"), "zw\xc3\xb6lf"));
}

TEST_CASE("JSON that is not settings is told, never thrown") {
    const auto problems = [](std::string_view json) {
        Settings s;
        const auto told = settings_from_json(s, json);
        CHECK(s == Settings{});
        return told.size();
    };
    std::string hidden = "{\"x\": \"" + std::string(100000, '}') + "\", \"y\": " + std::string(100000, '[') + std::string(100000, ']') + "}";
    for (const std::string& json : {std::string(), std::string("[]"), std::string("{\"heads\": }"), std::string(100000, '['), hidden, std::string("\xff"),
                                    std::string("{\"heads\": {\"a\": 1}}"), std::string("{\"heads\": null}"), std::string("{\"heads\": [[3]]}"), std::string("{\"spans\": [2, \"x\"]}"),
                                    std::string("{\"reversed\": 7}"), std::string("{\"nonsense\": 1}")}) {
        CAPTURE(json.substr(0, 60));
        CHECK(problems(json) == 1);
    }
    CHECK(problems("{}") == 0);
    Settings s;
    CHECK(settings_from_json(s, R"({"heads": 5, "seed": -1, "spans": [4, 4], "weights": "0.5, 0.5", "title": "{[{[{[{[{["})").size() == 2);
    CHECK(s.heads == 5);
    CHECK(s.seed == 0);
    CHECK(s.spans == std::vector<int>{4, 4});
    CHECK(s.weights == std::vector<double>{0.5, 0.5});
}

TEST_CASE("window and input length follow the layout of the spans") {
    Settings s;
    s.spans = {1, 2, 3};
    CHECK(window(s) == 6);
    CHECK(span_count(s) == 3);
    CHECK(input_length(s) == 25);
    s.spans = {4, 4, 4}, s.stride = 2;
    CHECK(window(s) == 8);
    s.spans = {8, 1}, s.stride = 1;  // the older span reaches past the nearer one
    CHECK(window(s) == 8);
}

TEST_CASE("settings that contradict each other move to the nearest that agree") {
    const auto mended = [](auto change, std::initializer_list<const char*> words) {
        Settings s;
        change(s);
        const auto problems = reconcile(s);
        REQUIRE(problems.size() == 1);
        for (const char* word : words) CHECK(mentions(problems[0].message(), word));
        CHECK(problems[0].setting == *words.begin());
        Settings again = s;
        CHECK(reconcile(again).empty());
        CHECK(again == s);
        return s;
    };
    CHECK(mended([](Settings& s) { s.vocabulary = 10, s.rank = 11; }, {"rank", "vocabulary", "11", "Full rank, 10, is used instead."}).rank == 0);
    CHECK(mended([](Settings& s) { s.stride = 5; }, {"stride", "span", "2 is used instead"}).stride == 2);
    CHECK(mended([](Settings& s) { s.strengths = {1, 2}; }, {"strengths", "3 spans"}).strengths.empty());
    CHECK(mended([](Settings& s) { s.weights = {1, 2, 3}; }, {"weights", "span"}).weights.empty());
    CHECK(mended([](Settings& s) { s.spans = {1, 2}, s.weights = {1, 2}; }, {"weights", "span"}).weights.empty());
    CHECK(mended([](Settings& s) { s.weights = {0, 0}; }, {"weights", "all 0"}).weights.empty());
    CHECK_FALSE(mended([](Settings& s) { s.frobenius_orthogonal = s.shared_features = true; }, {"frobenius-orthogonal", "shared"}).frobenius_orthogonal);
    CHECK_FALSE(mended([](Settings& s) { s.frobenius_orthogonal = true, s.vocabulary = 2, s.spans = {1, 1, 1, 1, 1}; }, {"frobenius-orthogonal", "vocabulary"}).frobenius_orthogonal);
    CHECK(mended([](Settings& s) { s.data = DataSource::finite, s.sequences = 100; }, {"batch", "training set"}).batch == 100);
    CHECK(mended([](Settings& s) { s.model = ModelKind::full, s.hidden = 64; }, {"hidden", "heads", "64", "3 heads", "A width of 63 is used instead."}).hidden == 63);
    CHECK(mended([](Settings& s) { s.model = ModelKind::full, s.hidden = 8, s.heads = 7; }, {"hidden", "heads", "A width of 14 is used instead."}).hidden == 14);
    CHECK(mended([](Settings& s) { s.spans.assign(8, 8); }, {"spans", "reach back 64 tokens", "32 allowed", "shortened to 4 4 4 4 4 4 4 4"}).spans == std::vector<int>(8, 4));
}

TEST_CASE("a problem says what was wrong, what was done about it and how to mend it, and where nothing is done leaves that out") {
    Settings s;
    const SettingProblem many = *set_from_text(s, "heads", "99");
    CHECK(many.message() == "The setting heads cannot be \"99\". Instead, 8 is used. It takes a whole number from 1 to 8.");
    CHECK(many.refusal() == "The setting heads cannot be \"99\". It takes a whole number from 1 to 8.");
    CHECK(set_from_text(s, "heads", "a; b is used instead")->wrong == "The setting heads cannot be \"a; b is used instead\".");
    CHECK(set_from_text(s, "haeds", "3")->message() == "There is no setting called \"haeds\". It was left out.");
    CHECK(set_from_text(s, "strengths", "strong")->instead == "It stays empty.");
    s = {};
    s.stride = 5, s.model = ModelKind::full, s.hidden = 64, s.strengths = {1, 2};
    const auto problems = reconcile(s);
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].message() == "A stride of 5 would leave gaps between spans of at most 2 tokens. A stride of 2 is used instead.");
    CHECK(problems[1].refusal() == "There are 2 strengths for 3 spans. Give one strength for each span, oldest first.");
    CHECK(problems[2].wrong == "The hidden width 64 cannot be divided among 3 heads.");
}

TEST_CASE("every combination of spans and stride in range ends in a window that is allowed") {
    for (int count = 1; count <= 8; ++count)
        for (int length = 1; length <= 8; ++length)
            for (int stride = 0; stride <= 8; ++stride) {
                CAPTURE(count);
                CAPTURE(length);
                CAPTURE(stride);
                Settings s;
                s.spans.assign(static_cast<std::size_t>(count), length);
                s.spans.front() = 8;
                s.stride = stride;
                reconcile(s);
                CHECK(window(s) >= 1);
                CHECK(window(s) <= 32);
                for (int l : s.spans) CHECK((l >= 1 && l <= 8));
                CHECK((s.stride >= 0 && s.stride <= *std::max_element(s.spans.begin(), s.spans.end())));
                CHECK(reconcile(s).empty());
            }
}

TEST_CASE("a run can go on with another stop, unless its learning rate was to fall to 0 there") {
    const Settings before;
    Settings after = before;
    after.steps += 100, after.speed = 3;
    CHECK_FALSE(needs_restart(before, after));
    after.schedule = ScheduleKind::cosine;
    CHECK(needs_restart(before, after));
    Settings falling = after;
    falling.steps += 100;
    CHECK(needs_restart(after, falling));
    falling = after, falling.speed = 4;
    CHECK_FALSE(needs_restart(after, falling));
    after = before, after.heads += 1;
    CHECK(needs_restart(before, after));
}

TEST_CASE("what strengths of their own leave without effect is not active") {
    Settings s;
    const auto active = [&](std::string_view name) { return find_setting(name)->active(s); };
    CHECK(active("importance"));
    CHECK(active("reversed"));
    s.strengths = {1, 3, 2};
    CHECK_FALSE(active("importance"));
    CHECK_FALSE(active("reversed"));
    s.strengths = {1, 3, 3};  // of equal strengths the order decides
    CHECK(active("reversed"));
    for (const SettingInfo& info : settings_table())
        if (!info.active(s)) CHECK_FALSE(info.only_when.empty());
}

TEST_CASE("what belongs to the viewer is the viewer's, all else the experiment's") {
    Settings viewer, experiment;
    viewer.workers = 3, viewer.speed = 5, viewer.seed = 9;
    experiment.spans = {1, 2};
    const Settings both = at_pace_of(viewer, experiment);
    CHECK(both.workers == 3);
    CHECK(both.speed == 5);
    CHECK(both.seed == experiment.seed);
    CHECK(both.spans == experiment.spans);
    for (const SettingInfo& info : settings_table()) CHECK(info.viewer == (info.name == "workers" || info.name == "speed"));
}
