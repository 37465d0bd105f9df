// Lessons: the reader tells mistakes in sentences with their line, the shipped ones have none and can be answered, and
// bets are judged by what the run shows.
#include "lesson/progress.h"

#include <doctest/doctest.h>

#include <set>

#include "generated/assets.h"
#include "run/presets.h"
#include "run/training_loop.h"
#include "ui/lesson_words.h"

using namespace ladder;

namespace {

Lesson read(const std::string& text, std::vector<std::string>& problems) {
    problems.clear();
    return read_lesson("test", text, problems);
}

std::string only_problem(const std::string& text) {
    std::vector<std::string> problems;
    read(text, problems);
    REQUIRE(problems.size() == 1);
    return problems.front();
}

// A snapshot whose model stands on a rung: its KL is 0 there and one more nat for each rung away.
std::shared_ptr<const Snapshot> snapshot(const Chain& chain, std::int64_t step, int rung, double loss, std::vector<int> spans = {}) {
    auto s = std::make_shared<Snapshot>();
    s->step = step;
    s->evaluation.loss = loss;
    s->evaluation.bayes_loss = 1;
    for (int k = 0; k <= chain.span_count(); ++k) s->evaluation.kl.push_back(std::abs(k - rung));
    s->reading.step = step;
    s->reading.rung = rung;
    for (int span : spans) s->reading.heads.push_back({span, 0.5});
    return s;
}

// A run that has shown nothing yet, and what a lesson sees of it.
struct LessonGround {
    Settings settings;
    Chain chain{settings};
    History history{chain};
    RunnerStatus status;
    LessonWorld world{chain, settings, history, status};
};

}  // namespace

TEST_CASE("a lesson is read: title, summary, steps, what they do and ask") {
    std::vector<std::string> problems;
    const Lesson lesson = read("# A title\nOne line\nof summary.\n\n## First\n@run preset=figure-8 spans=1,2 speed=40 paused\n@point chain ladder\nSome **text** about\na [chain](chain).\n\nMore.\n\n"
                               "## Second\n@speed 0\n@bet when-rung 2: 100 200\nWhen?\n@then\nBefore? No, after: {reached 2}.\n## Third\n@wait phase cooperative\n@play\n@then\nDone.\n", problems);
    CHECK(problems.empty());
    CHECK(lesson.title == "A title");
    CHECK(lesson.summary == "One line of summary.");
    REQUIRE(lesson.steps.size() == 3);
    const LessonStep& first = lesson.steps[0];
    CHECK(first.title == "First");
    REQUIRE(first.scene.run);
    CHECK(first.scene.run->reversed);
    CHECK(first.scene.run->spans == std::vector<int>{1, 2});
    CHECK(first.scene.run->speed == 40);
    CHECK(first.scene.paused);
    CHECK(first.scene.preset == "figure-8");
    CHECK(first.points == std::vector<std::string>{"chain", "ladder"});
    CHECK(first.text == std::vector<std::string>{"Some **text** about a [chain](chain).", "More."});
    const LessonStep& second = lesson.steps[1];
    REQUIRE(second.bet);
    CHECK(second.bet->question == Question::when_rung);
    CHECK(second.bet->number == 2);
    CHECK(second.bet->bounds == std::vector<std::int64_t>{100, 200});
    CHECK(second.text == std::vector<std::string>{"When?"});
    CHECK(second.after.size() == 1);
    CHECK(second.scene.speed == 0);
    REQUIRE(lesson.steps[2].wait);
    CHECK(lesson.steps[2].wait->phase == Phase::cooperative);
    CHECK(lesson.steps[2].scene.go == Scene::Go::play);
}

TEST_CASE("what a lesson gets wrong is told with its line, and the rest is used") {
    const std::string head = "# T\n\n## S\n";
    CHECK(only_problem(head + "@dance\n") == "Line 4: There is no command @dance; the line was left out. The commands are run, figure, play, pause, speed, point, wait, bet and then.");
    CHECK(only_problem(head + "@run preset=nope\n").starts_with("Line 4: There is no preset called nope; the default one is used."));
    CHECK(only_problem(head + "@run heads=99\n").starts_with("Line 4: "));
    CHECK(only_problem(head + "@run colour=red\n").starts_with("Line 4: "));
    CHECK(only_problem(head + "@run quickly\n").starts_with("Line 4: \"quickly\" after @run"));
    CHECK(only_problem(head + "@point moon\n").starts_with("Line 4: @point names \"moon\""));
    CHECK(only_problem(head + "@wait forever\n").starts_with("Line 4: @wait forever was not understood"));
    CHECK(only_problem(head + "@bet heads-or-tails\n").starts_with("Line 4: There is no question"));
    CHECK(only_problem(head + "@bet class-at\n").starts_with("Line 4: @bet class-at has the wrong number"));
    CHECK(only_problem(head + "@bet when-rung 2: 200 100\n").starts_with("Line 4: The steps of @bet when-rung do not rise."));
    CHECK(only_problem(head + "@wait top\n@bet turns-up\n").starts_with("Line 5: This step waits twice."));
    CHECK(only_problem(head + "@figure 99\n").starts_with("Line 4: @figure names no figure"));
    CHECK(only_problem(head + "It is {wonderful}.\n").find("{wonderful}") != std::string::npos);
    CHECK(only_problem(head + "A [link](nowhere).\n").find("nowhere") != std::string::npos);
    CHECK(only_problem("# T\n@play\n## S\n").starts_with("Line 2: The command @play stands before the first step."));
    CHECK(only_problem(head + "@then\n## More\n") == "Line 4: The step \"S\" has a @then but waits for nothing. Add @wait or @bet, or take @then away.");
    CHECK(only_problem("## S\nText.\n") == "Line 1: The lesson has no title. Begin it with a line \"# The title\".");
    std::vector<std::string> problems;
    CHECK(read("", problems).steps.empty());
    CHECK(problems.size() == 2);
    CHECK(read(std::string("\x89PNG\r\n\x1a\n\0\0", 10), problems).steps.empty());
    CHECK(problems.front() == "The lesson is no text in UTF-8; it was not read. Save it as plain text in UTF-8.");
    CHECK(read(std::string(300000, 'a'), problems).steps.empty());
    CHECK(problems.front().find("longer than 256 KiB") != std::string::npos);
}

TEST_CASE("words that a command does not take are told, and the command is carried out") {
    const std::string head = "# T\n\n## S\n@bet turns-up\nWhen?\n", step = "# T\n\n## S\n";
    std::vector<std::string> problems;
    const Lesson lesson = read(head + "@then Well done, all of you.\nIndeed.\n", problems);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] == "Line 6: \"Well\" behind @then was left out, and what follows it. Text stands on lines of its own.");
    CHECK(lesson.steps[0].after == std::vector<std::string>{"Indeed."});
    CHECK(only_problem(step + "@play fast\n").starts_with("Line 4: \"fast\" behind @play"));
    CHECK(only_problem(step + "@pause {bogus}\n").starts_with("Line 4: \"{bogus}\" behind @pause"));
    CHECK(only_problem(step + "@wait top 3 now\n").starts_with("Line 4: \"3\" behind @wait"));
    CHECK(only_problem(step + "@wait finished quickly\n").starts_with("Line 4: \"quickly\" behind @wait"));
    CHECK(only_problem(step + "@wait step 300 400\n").starts_with("Line 4: \"400\" behind @wait"));
    CHECK(read(step + "@wait step 300 400\n", problems).steps[0].wait->number == 300);
    CHECK(only_problem(step + "@point\n").starts_with("Line 4: The command @point names no part"));
    CHECK(only_problem(step + "@run preset\n").starts_with("Line 4: \"preset\" after @run was not understood."));
    CHECK(only_problem(step + "@bet when-rung 2: 100 100 200\n").starts_with("Line 4: The steps of @bet when-rung do not rise."));
    CHECK(only_problem(step + "@run seed=3\n@run seed=4 paused\n").starts_with("Line 5: This step begins a run twice."));
    const Lesson twice = read(step + "@run seed=3\n@run seed=4 paused\n", problems);
    CHECK(twice.steps[0].scene.run->seed == 3);
    CHECK_FALSE(twice.steps[0].scene.paused);
}

TEST_CASE("a mistake in a paragraph is told with the line that it stands in, and headings are told from text") {
    const std::string head = "# T\n\n## S\n";
    CHECK(only_problem(head + "One {step}\nand {two}.\nThree.\n\nMore.\n").starts_with("Line 5: \"{two}\" stands"));
    CHECK(only_problem(head + "One\ntwo\n[three](nowhere)\n@play\n").starts_with("Line 6: The link to"));
    CHECK(only_problem(head + "First {oops}.").starts_with("Line 4: "));
    CHECK(only_problem(head + "A **term**\nand **another.\nEnd.\n").starts_with("Line 5: What ** opens is not closed"));
    CHECK(only_problem("# T {step}\n\n## S\nText.\n").starts_with("Line 1: Braces stand for something"));
    CHECK(only_problem("# T\nAt\n{step}.\n\n## S\nText.\n").starts_with("Line 2: Braces stand for something"));
    CHECK(only_problem("# T\n\n## At {step}\nText.\n").starts_with("Line 3: Braces stand for something"));
    std::vector<std::string> problems;
    const Lesson close = read(head + "Text.\n##Two\nMore.\n", problems);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("Line 5: \"##Two\" is no proper heading."));
    REQUIRE(close.steps.size() == 2);
    CHECK(close.steps[1].title == "Two");
    CHECK(only_problem(head + "Text.\n## \nMore.\n").starts_with("Line 5: \"##\" is no proper heading."));
    CHECK(read("\xEF\xBB\xBF# T\n\n## S\nText.\n", problems).title == "T");
    CHECK(problems.empty());
}

TEST_CASE("the shipped lessons have no mistake, in every language the same steps") {
    const auto english = shipped_lessons();
    CHECK(english.size() == 8);
    std::set<std::string> languages;
    for (const Asset& asset : assets())
        if (asset.name.starts_with("lessons/")) languages.insert(std::string(asset.name.substr(8, 2)));
    for (const std::string& language : languages) {
        CAPTURE(language);
        const auto files = lesson_files(language);
        CHECK(files.size() == english.size());
        for (const LessonFile& file : files) {
            std::vector<std::string> problems;
            read_lesson(file.name, file.text, problems);
            CHECK_MESSAGE(problems.empty(), file.name, ": ", problems.empty() ? "" : problems.front());
        }
        const auto lessons = shipped_lessons(files);
        REQUIRE(lessons.size() == english.size());
        for (std::size_t i = 0; i < lessons.size(); ++i) {
            CAPTURE(lessons[i].name);
            CHECK(lessons[i].name == english[i].name);
            CHECK(!lessons[i].summary.empty());
            if (language != "en") CHECK(lessons[i].title != english[i].title);
            REQUIRE(lessons[i].steps.size() == english[i].steps.size());
            for (std::size_t s = 0; s < lessons[i].steps.size(); ++s) {
                const LessonStep &a = lessons[i].steps[s], &b = english[i].steps[s];
                CAPTURE(a.title);
                CHECK(!a.title.empty());
                CHECK((!a.text.empty() || !a.after.empty()));
                CHECK(a.text.size() == b.text.size());
                CHECK(a.after.size() == b.after.size());
                CHECK(a.points == b.points);
                CHECK((a.scene == b.scene));
                CHECK((a.wait == b.wait));
                CHECK((a.bet == b.bet));
                // Long steps would have to be scrolled beside a small window.
                std::size_t length = 0;
                for (const std::string& p : a.text) length += p.size();
                CHECK(length < 900);
            }
        }
    }
}

TEST_CASE("bets are answered by what the run shows, and not before") {
    Settings settings;
    settings.data = DataSource::finite;
    const Chain chain(settings);
    History history(chain);
    RunnerStatus status;
    status.state = RunnerStatus::State::running;
    const LessonWorld world{chain, settings, history, status};
    const auto ask = [&](Question q, std::int64_t number = 0, std::vector<std::int64_t> bounds = {}) { return answer(Bet{q, number, std::move(bounds)}, world); };
    CHECK_FALSE(ask(Question::class_at, 20));

    // Two evaluations in a row move the readout; the near pair is span 2, oldest first.
    double loss = 5;
    for (std::int64_t step = 0; step <= 200; step += 10) history.add(snapshot(chain, step, step < 60 ? 0 : step < 150 ? 1 : 2, loss -= 0.01));
    CHECK(ask(Question::class_at, 20) == 0);
    CHECK_FALSE(ask(Question::class_at, 300));
    CHECK(ask(Question::span_learned, 1) == 0);   // the nearest
    CHECK(ask(Question::span_learned, 2) == 1);
    CHECK_FALSE(ask(Question::span_learned, 3));
    CHECK(ask(Question::when_rung, 1, {50, 100}) == 1);
    CHECK_FALSE(ask(Question::when_rung, 3, {50, 400}));
    CHECK(ask(Question::when_rung, 3, {50, 150}) == 2);
    CHECK_FALSE(ask(Question::in_order));
    CHECK_FALSE(ask(Question::turns_up));
    CHECK_FALSE(ask(Question::best_class));
    CHECK_FALSE(ask(Question::last_class));

    for (std::int64_t step = 210; step <= 250; step += 10) history.add(snapshot(chain, step, 3, loss += 0.02));
    CHECK(ask(Question::turns_up) == 0);
    status.state = RunnerStatus::State::finished;
    CHECK(ask(Question::best_class) == 2);
    CHECK(ask(Question::last_class) == 3);
    CHECK(ask(Question::in_order) == 0);
    CHECK(ask(Question::span_learned, 3) == 2);
    CHECK(lesson_value("best-step", world, 7) == "200");
    CHECK(lesson_value("best-class", world, 7) == "2");
    CHECK(lesson_value("seed", world, 7) == "7");
    CHECK(filled("Step {reached 9}, seed {seed}.", world, 7) == "Step \u2013, seed 7.");
}

TEST_CASE("a bet on a class is judged by the rung that the page shows, not by what one moment is nearest to") {
    LessonGround g;
    g.status.state = RunnerStatus::State::finished;
    auto between = std::make_shared<Snapshot>(*snapshot(g.chain, 10, 1, 3));
    between->evaluation.kl = {2, 1, 0.9, 3};
    g.history.add(between);
    for (const Question question : {Question::class_at, Question::best_class, Question::last_class}) CHECK(answer({question, 10, {}}, g.world) == 1);
    CHECK(lesson_value("best-class", g.world, 7) == "1");
}

TEST_CASE("a lesson calls overfitting what the page does: never on fresh data") {
    LessonGround g;
    g.history.add(snapshot(g.chain, 0, 0, 4));
    g.history.add(snapshot(g.chain, 10, 1, 3));
    g.history.add(snapshot(g.chain, 20, 1, 3.5));
    const auto waited = [&] {
        bool missed = false;
        return happened({Wait::For::overfitting, 0, {}, {}}, g.world, "", missed);
    };
    const Bet bet{Question::turns_up, 0, {}};
    CHECK_FALSE(waited());
    CHECK_FALSE(answer(bet, g.world));
    g.settings.data = DataSource::finite;
    CHECK(waited());
    CHECK(answer(bet, g.world) == 0);
    g.settings.data = DataSource::online;
    g.status.state = RunnerStatus::State::finished;
    CHECK(answer(bet, g.world) == 1);
}

TEST_CASE("a run that ends without an event answers so") {
    LessonGround g;
    g.status.state = RunnerStatus::State::finished;
    for (std::int64_t step = 0; step <= 50; step += 10) g.history.add(snapshot(g.chain, step, 0, 4, {-1, -1, -1}));
    CHECK(answer({Question::span_learned, 1, {}}, g.world) == 3);
    CHECK(answer({Question::in_order, 0, {}}, g.world) == 1);
    CHECK(answer({Question::turns_up, 0, {}}, g.world) == 1);
    CHECK(answer({Question::first_head_to_leave, 0, {}}, g.world) == 3);
    bool missed = false;
    CHECK(happened({Wait::For::top, 0, {}, {}}, g.world, "", missed));
    CHECK(missed);
}

TEST_CASE("what one run has missed the next may show, and a bet to come on a run is known before") {
    std::vector<std::string> problems;
    LessonProgress p(read("# T\n\n## A\n@run paused\n@wait rung 1\nText.\n@then\nAfter.\n## B\nWords.\n## C\n@bet last-class\n@then\nAfter.\n## D\n@run paused\n@bet last-class\n@then\nAfter.\n", problems));
    REQUIRE(problems.empty());
    LessonGround g;
    g.history.add(snapshot(g.chain, 0, 0, 4));
    g.status.state = RunnerStatus::State::finished;
    p.observe(g.world, "");
    CHECK(p.missed());
    CHECK(p.done());
    g.status.state = RunnerStatus::State::running;
    p.observe(g.world, "");
    CHECK_FALSE(p.missed());
    CHECK_FALSE(p.done());
    for (std::int64_t step = 10; step <= 60; step += 10) g.history.add(snapshot(g.chain, step, 1, 3));
    p.observe(g.world, "");
    CHECK(p.done());
    CHECK_FALSE(p.missed());

    CHECK(p.bet_ahead());  // of C, the words of B between
    REQUIRE(p.next());
    CHECK(p.bet_ahead());
    REQUIRE(p.next());
    CHECK_FALSE(p.bet_ahead());  // D begins a run of its own
}

TEST_CASE("a reader goes through a lesson: scene once, bet, answer, back and on") {
    std::vector<std::string> problems;
    LessonProgress p(read("# T\n\n## A\n@run paused\nText.\n## B\n@bet last-class\n@then\nAfter.\n## C\n@wait press ladder\n", problems));
    REQUIRE(problems.empty());
    const Settings settings;
    const Chain chain(settings);
    History history(chain);
    RunnerStatus status;
    status.state = RunnerStatus::State::running;
    const LessonWorld world{chain, settings, history, status};
    REQUIRE(p.take_scene());
    CHECK(p.take_scene() == nullptr);
    p.observe(world, "");
    CHECK(p.done());
    REQUIRE(p.next());
    CHECK(p.take_scene());
    p.observe(world, "");
    CHECK(p.bet_open());
    CHECK_FALSE(p.done());
    p.place_bet(1);
    p.place_bet(2);  // the first stands
    CHECK(p.choice() == 1);
    CHECK(p.bet_running());
    history.add(snapshot(chain, 0, 1, 4));
    p.observe(world, "");
    CHECK_FALSE(p.done());
    status.state = RunnerStatus::State::finished;
    p.observe(world, "");
    CHECK(p.done());
    CHECK(p.answer_index() == 1);
    CHECK(p.right_bets() == 1);
    REQUIRE(p.next());
    REQUIRE(p.back());
    CHECK(p.take_scene() == nullptr);
    CHECK(p.answer_index() == 1);
    REQUIRE(p.next());
    p.take_scene();
    p.observe(world, "chain");
    CHECK_FALSE(p.done());
    p.observe(world, "ladder");
    CHECK(p.done());
    CHECK_FALSE(p.next());
}

TEST_CASE("under an old answer stand the numbers of the run that gave it") {
    std::vector<std::string> problems;
    LessonProgress p(read("# T\n\n## A\n@wait step 5\n@then\nAt {step}, rung 2 at {reached 2}.\n## B\nText.\n", problems));
    REQUIRE(problems.empty());
    const Settings settings;
    const Chain chain(settings);
    History one(chain), other(chain);
    const RunnerStatus status;
    one.add(snapshot(chain, 5, 1, 4));
    const LessonWorld first{chain, settings, one, status}, second{chain, settings, other, status};
    p.observe(first, "");
    REQUIRE(p.done());
    CHECK(*p.kept("step") == "5");
    // What came later in the same run is taken up while the step is open.
    const std::string later = lesson_value("reached 2", first, 0);
    CHECK(*p.kept("reached 2") == later);
    one.add(snapshot(chain, 9, 2, 3));
    p.observe(first, "");
    CHECK(*p.kept("step") == "5");
    CHECK(*p.kept("reached 2") == lesson_value("reached 2", first, 0));
    p.next();
    p.back();
    other.add(snapshot(chain, 7, 2, 3));
    p.observe(second, "");
    CHECK(filled("At {step}.", second, 0, &p) == "At 5.");
    CHECK(filled("At {step}.", second, 0) == "At 7.");
    CHECK(p.kept("excess") == nullptr);
}

TEST_CASE("an answered bet's choices are called as on the run that answered it, whatever runs later") {
    std::vector<std::string> problems;
    LessonProgress p(read("# T\n\n## A\n@bet span-learned 1\n", problems));
    REQUIRE(problems.empty());
    const Settings settings;
    Settings two = settings;
    two.spans = {3};
    const Chain chain(settings), other_chain(two);
    History history(chain), other(other_chain);
    RunnerStatus status;
    status.state = RunnerStatus::State::finished;
    history.add(snapshot(chain, 0, 0, 4));
    const LessonWorld world{chain, settings, history, status}, later{other_chain, two, other, status};
    const std::vector<std::string> called = choice_texts(p, world);
    REQUIRE(called.size() == 4);
    CHECK(choice_texts(p, later).size() == 2);
    p.place_bet(0);
    p.observe(world, "");
    REQUIRE(p.answer_index() == 3);
    p.keep_choices(choice_texts(p, world));
    CHECK(choice_texts(p, later) == called);
    CHECK(bet_told(choice_texts(p, later), p.choice(), p.answer_index()) == "You said: " + called[0] + ". It was: none of them.");
}

TEST_CASE("a bet on heads stands through the moment in which a run begun anew has shown nothing, unless its model has fewer") {
    std::vector<std::string> problems;
    LessonProgress p(read("# T\n\n## A\n@bet first-head-to-leave\n", problems));
    REQUIRE(problems.empty());
    const Settings settings;
    const Chain chain(settings);
    const History history(chain);
    const RunnerStatus status;
    p.place_bet(2);
    p.observe({chain, settings, history, status, nullptr, nullptr, 3}, "");
    CHECK(p.choice() == 2);
    p.observe({chain, settings, history, status, nullptr, nullptr, 1}, "");
    CHECK(p.choice() == -1);
}

TEST_CASE("the head that leaves first is read off a real run") {
    Settings settings = find_preset("default")->settings;
    settings.vocabulary = 20, settings.batch = 256, settings.validation = 300, settings.steps = 400;
    TrainingLoop loop(settings);
    History history(loop.trainer().chain());
    history.add(loop.evaluate());
    for (int step = 1; step <= settings.steps; ++step) {
        loop.advance();
        if (evaluation_due(step, settings.evaluate_every, settings.steps)) history.add(loop.evaluate());
    }
    const int head = first_head_to_leave(loop.trainer().chain(), history);
    REQUIRE(head >= 0);
    const HeadRole role = history.newest().reading.heads[static_cast<std::size_t>(head)];
    CHECK(role.span != loop.trainer().chain().span_of_rank(1));
    for (int k : {0, 1}) {
        const auto text = choice_text({Question::first_head_to_leave, 0, {}}, k == 0 ? head : 3, loop.trainer().chain(), 4);
        CHECK(text == (k == 0 ? "Head " + std::to_string(head + 1) : "none of them"));
    }
}
