// Commands from outside: what they ask for and are answered, and that a refused one asks for nothing.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "ui/command_parts.h"

using namespace ladder;
using Json = nlohmann::json;

namespace {

// A run of three moments, the second with its state, the validation loss lowest there.
struct Ground {
    Settings settings;
    Chain chain;
    History history;
    RunnerStatus status;
    WhatIfState what_if;
    FiguresPanelState figures;
    FlowSettings flow;
    LessonDesk lessons;
    LessonWorld world;
    RunView view;
    std::string preset = "default", link;

    Ground() : settings(small()), chain(settings), history(chain), world{chain, settings, history, status}, view{settings, chain, history, status} {
        for (int i = 0; i < 3; ++i) {
            auto s = std::make_shared<Snapshot>();
            s->step = 10 * i;
            s->evaluation.heads = settings.heads;
            s->evaluation.span_mass.assign(static_cast<std::size_t>(settings.heads * chain.span_count()), 0.1f);
            s->evaluation.loss = i == 1 ? 1.0 : 2.0;
            for (int k = 0; k <= chain.span_count(); ++k) s->evaluation.kl.push_back(0.1 + k);
            history.add(s);
            if (i != 1) continue;
            auto checkpoint = std::make_shared<RunCheckpoint>();
            checkpoint->state.step = 10;
            history.attach(checkpoint);
        }
        view.shown = 2;
    }
    static Settings small() {
        Settings s;
        s.vocabulary = 7;
        return s;
    }
    Obeyed travel(const std::string& fields, bool turned = true) {
        const auto read = read_command(R"({"ladder":1,)" + fields + "}");
        REQUIRE(std::holds_alternative<Command>(read));
        Obeyed out;
        out.answer = answer_message("null");
        obey_travel(out, std::get<Command>(read), view, what_if, turned);
        return out;
    }
    // By the door itself. The only panel in sight is the ladder, the only files are a model and a report.
    Obeyed ask(const std::string& fields) const {
        const auto read = read_command(R"({"ladder":1,)" + fields + "}");
        REQUIRE(std::holds_alternative<Command>(read));
        const auto file = [](Actions::Share kind) -> std::string {
            if (kind == Actions::Share::model) return {'\x00', '\x10', '\xff', '\x01'};
            if (kind == Actions::Share::report) return "a \"report\"";
            throw Error("There is no such file yet.");
        };
        const auto area = [](std::string_view panel) { return panel == "ladder" ? std::optional(std::array<float, 4>{0, 0.25f, 0.5f, 1}) : std::nullopt; };
        return obey(std::get<Command>(read), {view, preset, link, lessons, world, what_if, true, figures, flow, true, [] { return std::string(R"({"step":20})"); },
                                              [](std::string_view what) { return Json(what).dump(); }, file, area});
    }
    Obeyed study(const std::string& fields, bool sweeps = true) {
        const auto read = read_command(R"({"ladder":1,)" + fields + "}");
        REQUIRE(std::holds_alternative<Command>(read));
        Obeyed out;
        out.answer = answer_message("null");
        obey_study(out, std::get<Command>(read), figures, flow, settings, sweeps);
        return out;
    }
};

// Refused with this code, and nothing asked for.
void check_refused(const Obeyed& out, const char* code) {
    const Json answer = Json::parse(out.answer);
    CHECK(answer["code"] == code);
    CHECK_MESSAGE(answer["message"].get<std::string>().find("Instead,") == std::string::npos, answer["message"].get<std::string>());  // nothing is used
    CHECK_FALSE(out.theme.has_value());
    CHECK_FALSE(out.text_size.has_value());
    CHECK_FALSE(out.actions.preset.has_value());
    CHECK_FALSE(out.actions.apply.has_value());
    CHECK_FALSE(out.actions.speed.has_value());
    CHECK(out.actions.lesson.kind == LessonAction::Kind::none);
    CHECK_FALSE(out.actions.playback.has_value());
    CHECK_FALSE(out.actions.resume);
    CHECK_FALSE(out.actions.branch.has_value());
    CHECK_FALSE(out.actions.show.has_value());
    CHECK_FALSE(out.actions.stop_here);
    CHECK_FALSE(out.actions.run_figure.has_value());
    CHECK_FALSE(out.actions.run_sweep);
    CHECK_FALSE(out.edits.has_value());
    CHECK_FALSE(out.flow.has_value());
    CHECK(out.workspace.empty());
}

Json value_of(const Obeyed& out, const char* field) { return Json::parse(out.answer).at(field); }

int step_of(const Obeyed& out) { return Json::parse(out.answer).value("step", -1); }

}  // namespace

TEST_CASE("playback, and going on from the last moment whose state was kept") {
    Ground g;
    const Obeyed play = g.travel(R"("type":"playback","direction":"backwards","speed":4)");
    CHECK(play.actions.playback == -1);
    CHECK(play.actions.playback_rate == 4);
    check_refused(g.travel(R"("type":"playback","speed":3)"), "bad-value");
    const Obeyed resume = g.travel(R"("type":"resume")");
    CHECK(resume.actions.resume);
    CHECK(step_of(resume) == 10);
    g.view.shown = 0;
    check_refused(g.travel(R"("type":"resume")"), "impossible");
}

TEST_CASE("a branch needs a setting that may change and does") {
    Ground g;
    const Obeyed branch = g.travel(R"("type":"branch","settings":{"learning-rate":0.5})");
    REQUIRE(branch.actions.branch.has_value());
    CHECK(branch.actions.branch->learning_rate == doctest::Approx(0.5));
    CHECK(branch.actions.branch_at == 10);
    CHECK(step_of(branch) == 10);
    check_refused(g.travel(R"("type":"branch","settings":{})"), "bad-value");
    check_refused(g.travel(R"("type":"branch","settings":{"workers":3,"speed":5})"), "bad-value");  // the same run
    check_refused(g.travel(R"("type":"branch","settings":{"vocabulary":9})"), "bad-value");
    check_refused(g.travel(R"("type":"branch","settings":{"nonsense":9})"), "bad-value");
    check_refused(g.travel(R"("type":"branch","move":"swap")"), "impossible");
    const History before(g.chain);
    g.view.other = &before;
    CHECK(g.travel(R"("type":"branch","move":"swap")").actions.show_before == true);
    g.view.showing_before = true;
    CHECK(g.travel(R"("type":"branch","move":"swap")").actions.show_before == false);
    CHECK(g.travel(R"("type":"branch","move":"leave")").actions.leave_branch);
    CHECK(g.travel(R"("type":"branch","move":"keep")").actions.keep_branch);
}

TEST_CASE("heads are changed one by one, and all go back at once") {
    Ground g;
    const Obeyed ideal = g.travel(R"("type":"what-if","head":1,"change":"ideal","with":0)");
    REQUIRE(ideal.edits.has_value());
    REQUIRE(ideal.edits->size() == static_cast<std::size_t>(g.settings.heads));
    CHECK((*ideal.edits)[1] == HeadEdit{HeadEdit::Kind::ideal, 0});
    CHECK((*ideal.edits)[0] == HeadEdit{});
    g.what_if.edits = *ideal.edits;
    const Obeyed both = g.travel(R"("type":"what-if","head":0,"change":"ablate")");
    CHECK((*both.edits)[1] == HeadEdit{HeadEdit::Kind::ideal, 0});
    CHECK((*both.edits)[0] == HeadEdit{HeadEdit::Kind::ablated, 0});
    const Obeyed trained = g.travel(R"("type":"what-if","change":"none")");
    for (const HeadEdit& edit : *trained.edits) CHECK(edit == HeadEdit{});
    check_refused(g.travel(R"("type":"what-if","head":9,"change":"ablate")"), "bad-value");
    check_refused(g.travel(R"("type":"what-if","head":0,"change":"swap","with":0)"), "bad-value");
    check_refused(g.travel(R"("type":"what-if","head":0,"change":"ideal","with":3)"), "bad-value");
    g.settings.model = ModelKind::full;
    check_refused(g.travel(R"("type":"what-if","head":0,"change":"freeze")"), "impossible");
    CHECK(g.travel(R"("type":"what-if","head":0,"change":"swap","with":1)").edits.has_value());
}

TEST_CASE("early stopping where it would have paid") {
    Ground g;
    CHECK(g.travel(R"("type":"early-stop","move":"compare")").beside_best == true);
    CHECK(g.travel(R"("type":"early-stop","move":"now")").beside_best == false);
    const Obeyed stop = g.travel(R"("type":"early-stop","move":"stop")");
    CHECK(stop.actions.show == 1);
    CHECK(stop.actions.stop_here);
    CHECK(step_of(stop) == 10);
    CHECK_FALSE(g.travel(R"("type":"early-stop","move":"show")").actions.stop_here);
    check_refused(g.travel(R"("type":"early-stop","move":"stop")", false), "impossible");
}

TEST_CASE("figures are chosen and run by their names") {
    Ground g;
    const Obeyed run = g.study(R"("type":"figure","move":"run","name":"4-left","seeds":2)");
    CHECK(run.actions.run_figure == "4-left");
    CHECK(run.figure == "4-left");
    CHECK(run.figure_seeds == 2);
    CHECK(run.workspace == "paper");
    CHECK(g.study(R"("type":"figure","move":"choose","name":"sweep")").figure == "sweep");
    check_refused(g.study(R"("type":"figure","move":"run","name":"sweep")"), "bad-value");
    check_refused(g.study(R"("type":"figure","move":"run","name":"99")"), "bad-value");
    check_refused(g.study(R"("type":"figure","move":"stop")"), "impossible");
}

TEST_CASE("the equations take all of the settings or none") {
    Ground g;
    const Obeyed flow = g.study(R"("type":"theory","settings":{"heads":2,"strengths":[2,1],"values":"optimal"},"view":"run")");
    REQUIRE(flow.flow.has_value());
    CHECK(flow.flow->heads == 2);
    CHECK(flow.flow->strengths == std::vector<double>{2, 1});
    CHECK(flow.flow->values == FlowSettings::Values::optimal);
    CHECK(flow.beside_run == true);
    check_refused(g.study(R"("type":"theory","settings":{"heads":2,"positions":-1})"), "bad-value");
    check_refused(g.study(R"("type":"theory","settings":{"wheels":4})"), "bad-value");
    check_refused(g.study(R"("type":"theory","settings":{"patterns":9,"positions":3})"), "bad-value");
}

TEST_CASE("a sweep is planned before it begins") {
    Ground g;
    const Obeyed run = g.study(R"("type":"sweep","move":"run","vary":{"importance":"1.3, 1.5","heads":"2"},"seeds":"1..3")");
    CHECK(run.actions.run_sweep);
    CHECK(Json::parse(run.answer)["value"]["runs"] == 6);
    REQUIRE(run.grid.has_value());
    CHECK(run.grid->seeds == "1..3");
    check_refused(g.study(R"("type":"sweep","move":"run","vary":{"importance":"heavy"})"), "bad-value");
    check_refused(g.study(R"("type":"sweep","move":"run","seeds":"1..1000")"), "bad-value");
    check_refused(g.study(R"("type":"sweep","move":"run","vary":{"heads":"1","batch":"64","length":"9","clip":"1"})"), "bad-value");
    check_refused(g.study(R"("type":"sweep","move":"run")", false), "impossible");
    check_refused(g.study(R"("type":"sweep","move":"stop")"), "impossible");
}

TEST_CASE("back to now is the newest moment, and from that of a run at rest the run in training") {
    Ground g;
    const auto asked = [&](std::size_t shown, bool trains, bool before) {
        g.view.shown = shown, g.view.trains = trains, g.view.showing_before = before;
        Actions actions;
        back_to_now(g.view, actions);
        return actions;
    };
    CHECK(asked(1, true, false).follow);
    CHECK(asked(2, true, false).follow);
    CHECK(asked(1, false, true).follow);
    CHECK_FALSE(asked(2, false, true).follow);
    CHECK(asked(2, false, true).show_before == false);
    CHECK(asked(2, false, false).show_before == true);
}

TEST_CASE("what is set is taken all or not at all") {
    Ground g;
    g.settings.seed = 11, g.settings.workers = 2;
    const Obeyed all = g.ask(R"("type":"set","theme":"dark","textSize":120,"preset":"figure-18","settings":{"heads":2,"speed":4})");
    CHECK(all.theme == 2);
    CHECK(all.text_size == 120);
    CHECK(all.actions.preset == "figure-18");
    REQUIRE(all.actions.apply.has_value());
    CHECK(all.actions.apply->heads == 2);
    CHECK(all.actions.apply->seed == 11);
    CHECK(all.actions.apply->workers == 2);
    CHECK(all.actions.apply->vocabulary != 7);
    CHECK(all.actions.speed == 4);
    const Obeyed looks = g.ask(R"("type":"set","theme":"light")");
    CHECK(looks.theme == 1);
    CHECK_FALSE(looks.actions.apply.has_value());
    check_refused(g.ask(R"("type":"set","theme":"dark","textSize":120,"preset":"figure-18","settings":{"heads":2,"batch":-1})"), "bad-value");
    check_refused(g.ask(R"("type":"set","theme":"dark","settings":{"model":"full","hidden":10,"heads":3})"), "bad-value");
    check_refused(g.ask(R"("type":"set","preset":"figure-18","settings":{"wheels":4})"), "bad-value");
}

TEST_CASE("a run begins, rests and begins again, with a seed of its own where one is given") {
    Ground g;
    CHECK(g.ask(R"("type":"play")").actions.play);
    CHECK_FALSE(g.ask(R"("type":"play")").actions.reset);
    g.status.state = RunnerStatus::State::finished;
    CHECK(g.ask(R"("type":"play")").actions.reset);
    CHECK(g.ask(R"("type":"reset","seed":)" + std::to_string(g.settings.seed)).actions.reset);
    const Obeyed other = g.ask(R"("type":"reset","seed":12)");
    CHECK_FALSE(other.actions.reset);
    CHECK(other.actions.apply->seed == 12);
}

TEST_CASE("a moment is sought among those that were reached") {
    Ground g;
    g.status.step = 23;
    CHECK(g.ask(R"("type":"seek","step":10)").actions.show == 1);
    const Obeyed last = g.ask(R"("type":"seek","step":23)");
    CHECK(last.actions.show == 2);
    CHECK(step_of(last) == 20);
    check_refused(g.ask(R"("type":"seek","step":24)"), "impossible");
    CHECK(g.ask(R"("type":"seek","step":"newest")").actions.follow);
}

TEST_CASE("a lesson is opened, gone through and bet on, as far as it goes") {
    using Kind = LessonAction::Kind;
    Ground g;
    check_refused(g.ask(R"("type":"lesson","move":"back")"), "impossible");
    check_refused(g.ask(R"("type":"lesson","move":"open","name":"two")"), "bad-value");
    std::vector<std::string> problems;
    const Lesson two = read_lesson("two", "# Two\n\nOf steps.\n\n## One\n@bet turns-up\n\nText.\n\n## Other\n\nText.\n", problems);
    REQUIRE(problems.empty());
    g.lessons.shelf.push_back(two);
    const Obeyed open = g.ask(R"("type":"lesson","move":"open","name":"two")");
    CHECK(open.actions.lesson.kind == Kind::open);
    CHECK(open.actions.lesson.name == "two");
    g.lessons.open = std::make_unique<LessonProgress>(two);
    REQUIRE(choice_count(*two.steps[0].bet, g.world) == 2);
    const Obeyed bet = g.ask(R"("type":"lesson","move":"bet","choice":1)");
    CHECK(bet.actions.lesson.kind == Kind::bet);
    CHECK(bet.actions.lesson.choice == 1);
    check_refused(g.ask(R"("type":"lesson","move":"bet","choice":2)"), "bad-value");
    g.lessons.open->place_bet(1);
    check_refused(g.ask(R"("type":"lesson","move":"bet","choice":0)"), "impossible");
    g.lessons.open->next();
    check_refused(g.ask(R"("type":"lesson","move":"bet","choice":0)"), "impossible");
    CHECK(g.ask(R"("type":"lesson","move":"back")").actions.lesson.kind == Kind::back);
    CHECK(g.ask(R"("type":"lesson","move":"next")").actions.lesson.kind == Kind::next);
    CHECK(g.ask(R"("type":"lesson","move":"close")").actions.lesson.kind == Kind::close);
}

TEST_CASE("what is asked for is answered with it") {
    Ground g;
    g.lessons.shelf.push_back({"two", "Two", "Of steps.", {}});
    g.lessons.finished.insert("two");
    CHECK(value_of(g.ask(R"("type":"get","what":"state")"), "value")["step"] == 20);
    CHECK(value_of(g.ask(R"("type":"get","what":"settings")"), "value")["vocabulary"] == 7);
    CHECK(value_of(g.ask(R"("type":"get","what":"presets")"), "value")[0]["name"] == "default");
    CHECK(value_of(g.ask(R"("type":"get","what":"lessons")"), "value")[0]["finished"] == true);
    CHECK(value_of(g.ask(R"("type":"get","what":"controls")"), "value").size() == settings_table().size());
    CHECK(value_of(g.ask(R"("type":"get","what":"heads")"), "value") == "heads");
}

TEST_CASE("a run is handed out as text, as an address or as bytes, and what there is not is refused") {
    Ground g;
    CHECK(value_of(g.ask(R"("type":"export","format":"json")"), "text") == R"({"step":20})");
    const std::string command = value_of(g.ask(R"("type":"export","format":"command")"), "text");
    CHECK(command.starts_with("ladder train "));
    CHECK(command.find("--vocabulary 7") != std::string::npos);
    CHECK(value_of(g.ask(R"("type":"export","format":"report")"), "text") == "a \"report\"");
    CHECK(value_of(g.ask(R"("type":"export","format":"safetensors")"), "url") == "data:application/octet-stream;base64,ABD/AQ==");
    CHECK(value_of(g.ask(R"("type":"export","format":"png","panel":"ladder")"), "area")[1] == 0.25);
    check_refused(g.ask(R"("type":"export","format":"png","panel":"curves")"), "impossible");
    check_refused(g.ask(R"("type":"export","format":"csv")"), "impossible");
    check_refused(g.ask(R"("type":"export","format":"link")"), "impossible");
    g.link = "https://host/?seed=7";
    CHECK(value_of(g.ask(R"("type":"export","format":"link")"), "text") == g.link);
}
