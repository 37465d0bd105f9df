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

TEST_CASE("every setting survives the way through an address") {
    for (const Preset& preset : presets()) {
        CAPTURE(preset.name);
        CHECK(write_address(preset.name, preset.settings) == (preset.name == "default" ? "" : "?preset=" + preset.name));
        for (const SettingInfo& info : settings_table()) {
            if (info.name == "speed" || info.name == "workers") continue;
            CAPTURE(info.name);
            Settings changed = preset.settings;
            std::string text;
            switch (info.kind) {
                case SettingKind::boolean: text = std::get<bool>(info.get(changed)) ? "false" : "true"; break;
                case SettingKind::integer: text = std::to_string(std::get<std::int64_t>(info.get(changed)) + 1); break;
                case SettingKind::number: text = std::get<double>(info.get(changed)) == info.min ? format_value(info, SettingValue(info.min + 0.37 * (info.max - info.min))) : format_value(info, SettingValue(info.min)); break;
                case SettingKind::choice: text = std::get<std::string>(info.get(changed)) == info.choices[0] ? std::string(info.choices[1]) : std::string(info.choices[0]); break;
                case SettingKind::integer_list: text = "3 1 2"; break;
                case SettingKind::number_list: text = "0.25 1.5"; break;
                case SettingKind::text: text = " W\xC3\xB6rter & b = c? #%+\n"; break;
            }
            REQUIRE_FALSE(set_from_text(changed, info.name, text).has_value());
            Settings possible = changed;
            if (!reconcile(possible).empty()) continue;  // no run has these settings
            const PageAddress again = read_address(write_address(preset.name, changed));
            CHECK(again.problems.empty());
            CHECK(again.preset == preset.name);
            CHECK(again.settings == changed);
        }
    }
    Settings s = find_preset("default")->settings;
    s.seed = 12;
    s.spans = {2, 2, 3};
    CHECK(write_address("default", s) == "?spans=2+2+3&seed=12");
    CHECK(write_options("default", s) == "--preset default --spans 2 2 3 --seed 12");
}

TEST_CASE("a text travels in the address as long as it is short") {
    Settings s = find_preset("text")->settings;
    s.text = std::string(2900, 'a');
    const PageAddress whole = read_address(write_address("text", s));
    CHECK(whole.problems.empty());
    CHECK(whole.settings.text == s.text);
    s.text = std::string(4000, 'a');
    CHECK(write_address("text", s) == "?preset=text");
    CHECK(write_options("text", s) == "--preset text --text-file text.txt");
    // What is no text is named, and the preset's stays.
    const PageAddress bad = read_address("?preset=text&text=%FF%FE");
    CHECK(bad.problems.size() == 1);
    CHECK(bad.settings.text == find_preset("text")->settings.text);
    const PageAddress brief = read_address("?preset=text&text=abc");
    CHECK(brief.problems.size() == 1);
    CHECK(brief.settings.data == DataSource::online);
}

TEST_CASE("links of earlier versions still open") {
    // As they were first given out; each must go on meaning the same.
    const PageAddress a = read_address("?preset=figure-4-init-1e-6&seed=5&theme=dark");
    CHECK(a.problems.empty());
    CHECK(a.settings.query_scale == 1e-6);
    CHECK(a.settings.seed == 5);
    const PageAddress b = read_address("?spans=2%202%202&importance=1.3&data=finite&sequences=2000");
    CHECK(b.problems.empty());
    CHECK(b.settings.data == DataSource::finite);
    const PageAddress c = read_address("?embed=true&panels=attention,ladder&hide=reset,speed&autoplay=false&step=300&stopAt=900&locale=de&version=1");
    CHECK(c.problems.empty());
    CHECK(c.presentation.panels == std::vector<std::string>{"attention", "ladder"});
    CHECK(c.presentation.hidden.contains(Control::speed));
    CHECK_FALSE(c.presentation.autoplay);
    CHECK(c.presentation.step == 300);
    CHECK(c.settings.steps == 900);
    const PageAddress d = read_address("?workspace=theory&flow-heads=2&flow-view=run&theme=light");
    CHECK(d.problems.empty());
    CHECK(d.workspace == "theory");
    CHECK(d.beside_run);
    const PageAddress e = read_address("?lesson=the-climb&speed=0&seed=12");
    CHECK(e.problems.empty());
    CHECK(e.lesson == "the-climb");
    CHECK(e.settings.seed == 12);
    const PageAddress f = read_address("?figure=4-left&learning-rate=0.05&spans=2,2,3");
    CHECK(f.problems.empty());
    CHECK(f.figure == "4-left");
    CHECK(f.settings.spans == std::vector<int>{2, 2, 3});
    const PageAddress g = read_address("?text-size=150");
    CHECK(g.problems.empty());
    CHECK(g.presentation.text_size == 150);
    CHECK(read_address("?text-size=huge").problems.size() == 1);
    CHECK(read_address("?text-size=5000").presentation.text_size == 100);
}

TEST_CASE("what a host page asks of the look") {
    const PageAddress a = read_address("?embed=true&autoplay=false&hide=speed,curves,new-seed&panels=ladder,attention,curves&step=300&stopAt=900&locale=pt-BR&version=1&allowed-origin=https://course.example.org");
    CHECK(a.problems.empty());
    CHECK(a.presentation.embedded);
    CHECK_FALSE(a.presentation.autoplay);
    CHECK(a.presentation.panels == std::vector<std::string>{"attention", "ladder"});
    CHECK(a.presentation.chosen);
    CHECK(a.presentation.hidden.contains(Control::speed));
    CHECK(a.presentation.hidden.contains(Control::new_seed));
    CHECK_FALSE(a.presentation.hidden.contains(Control::run));
    CHECK(a.presentation.step == 300);
    CHECK(a.settings.steps == 900);
    CHECK(a.presentation.locale == "pt-BR");
    CHECK(a.allowed_origins == std::vector<std::string>{"https://course.example.org"});
    CHECK(read_address("?embed").presentation.embedded);
    CHECK(read_address("?hide=chain&panels=chain,ladder").presentation.panels == std::vector<std::string>{"ladder"});
    CHECK(read_address("?allowed-origin=null,http://127.0.0.1:8080,*").allowed_origins.size() == 3);
    CHECK(read_address("?allowed-origin=vscode-webview://0a1b,capacitor://localhost,http://my_host").allowed_origins.size() == 3);
    const PageAddress plain = read_address("");
    CHECK_FALSE(plain.presentation.embedded);
    CHECK(plain.presentation.autoplay);
    CHECK(plain.presentation.panels.size() == panel_names().size());
    CHECK(plain.presentation.step == -1);
    CHECK(plain.allowed_origins.empty());
}

TEST_CASE("what a host page asks for in vain is told, a sentence each") {
    for (const char* query : {"embed=perhaps", "autoplay=2", "panels=kitchen", "panels=", "panels=attention,kitchen", "hide=kitchen", "hide=chain,attention,ladder,curves", "locale=<script>", "step=-1", "step=1e3", "step=99999999999999",
                              "version=2", "version=", "stopAt=soon", "allowed-origin=course.example.org", "allowed-origin=https://a.b/path", "allowed-origin=javascript:alert(1)", "allowed-origin=://a.b", "allowed-origin=HTTPS://a.b", "allowed-origin=https://"}) {
        CAPTURE(query);
        const PageAddress a = read_address(query);
        REQUIRE(a.problems.size() == 1);
        CHECK(a.problems.front().back() == '.');
        CHECK(!a.presentation.panels.empty());
        CHECK(a.allowed_origins.empty());
        CHECK(a.settings == find_preset("default")->settings);
    }
    CHECK(control_names().size() == static_cast<std::size_t>(Control::maximise) + 1);
}

TEST_CASE("the differential equations are set by flow- parameters, which read back") {
    const PageAddress a = read_address("?flow-strengths=4,1&flow-heads=2&flow-start=waterfall&flow-view=run");
    CHECK(a.problems.empty());
    CHECK(a.workspace == "theory");
    CHECK(a.beside_run);
    CHECK(a.theory.strengths == std::vector<double>{4, 1});
    const PageAddress back = read_address("?" + write_theory(a.theory, a.beside_run));
    CHECK(back.theory == a.theory);
    CHECK(back.beside_run);
    CHECK(write_theory({}, false) == "workspace=theory");
}

TEST_CASE("equations that cannot be are told, and figure 10's are shown") {
    const PageAddress a = read_address("?flow-positions=2&flow-colour=red");
    REQUIRE(a.problems.size() == 2);
    CHECK(a.problems[0].find("colour") != std::string::npos);
    CHECK(a.problems[1].find("more patterns (3)") != std::string::npos);
    CHECK(a.theory == FlowSettings{});
}
