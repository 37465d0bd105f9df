// The study of the classes' members: the same numbers as an evaluation with members trained before the run, and what its
// service says and forgets.
#include "run/member_study.h"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>

#include "base/error.h"
#include "run/member_worker.h"
#include "run/training_loop.h"
#include "run/worker_member_service.h"
#include "support/letters.h"

using namespace ladder;

namespace {

Settings small() {
    Settings s;
    s.vocabulary = 6, s.spans = {1, 1}, s.length = 4, s.heads = 2, s.importance = 1.7, s.scale = 2, s.validation = 40, s.batch = 32, s.steps = 4;
    return s;
}

Settings small_text_task() {
    Settings s = small();
    s.data = DataSource::text;
    s.text = test::five_letters();
    return s;
}

// Bytes to a worker in this process, which works when told.
struct Here final : WorkerPool {
    explicit Here(MemberWorker& w) : worker(w) {}
    void ensure(int) override {}
    void post(int, std::vector<std::byte> bytes) override { worker.command(bytes); }
    MemberWorker& worker;
};

struct Service {
    MemberWorker worker;
    WorkerMemberService service{std::make_unique<Here>(worker)};

    void deliver() {
        for (const auto& report : worker.take_reports()) service.receive(report);
    }
    int finish() {
        int pieces = 0;
        for (; worker.work(); ++pieces) deliver();
        deliver();
        return pieces;
    }
};

}  // namespace

TEST_CASE("a model is measured against the same learned members as by a run that trains them first") {
    Settings s = small();
    s.learned = true;
    TrainingLoop loop(s);
    loop.advance();
    const auto snapshot = loop.evaluate();
    REQUIRE(snapshot);
    REQUIRE(snapshot->evaluation.learned_kl.size() == 2);

    MemberStudy study(small());
    CHECK(study.progress() == 0);
    const auto parameters = loop.trainer().parameters();
    study.measure(1, {parameters.begin(), parameters.end()});
    study.measure(2, std::vector<float>(parameters.size(), std::numeric_limits<float>::quiet_NaN()));
    CHECK(study.take_readings().empty());
    while (study.work()) {}
    CHECK(study.progress() == 1);
    const auto readings = study.take_readings();
    REQUIRE(readings.size() == 2);
    CHECK(readings[0].step == 2);  // the newest first
    REQUIRE(readings[0].kl.size() == 2);
    CHECK_FALSE(std::isfinite(readings[0].kl[0]));
    CHECK(readings[1].kl == snapshot->evaluation.learned_kl);
    REQUIRE(study.distances().size() == 2);
    CHECK(study.distances()[0].mean > 3 * study.distances()[0].standard_error);
    CHECK(study.distances()[0].pasts == MemberStudy::pasts);
    CHECK_THROWS_AS(study.measure(3, std::vector<float>(7)), Error);
}

TEST_CASE("a study serves every run of its task and architecture") {
    const Settings s = small();
    Settings other = s;
    other.learning_rate = 0.01, other.speed = 0, other.batch = 64, other.steps = 9, other.data = DataSource::finite, other.query_init = InitKind::uniform, other.workers = 2, other.schedule = ScheduleKind::cosine;
    CHECK(MemberStudy::serves(s, other));
    const auto differs = [&](auto change) {
        Settings changed = s;
        change(changed);
        return !MemberStudy::serves(s, changed);
    };
    CHECK(differs([](Settings& c) { c.seed = 8; }));
    CHECK(differs([](Settings& c) { c.importance = 1.8; }));
    CHECK(differs([](Settings& c) { c.heads = 1; }));
    CHECK(differs([](Settings& c) { c.validation = 41; }));
    CHECK(differs([](Settings& c) { c.length = 5; }));
}

TEST_CASE("a study of a text serves that text alone") {
    const Settings text = small_text_task();
    Settings chain = text;
    chain.data = DataSource::online;
    CHECK_FALSE(MemberStudy::serves(text, chain));
    CHECK_FALSE(MemberStudy::serves(chain, text));
    CHECK(MemberStudy::serves(text, text));
    Settings other = text;
    other.text += "edcba";
    CHECK_FALSE(MemberStudy::serves(text, other));
    // Where the data are the chain's, the text that lies by is not looked at.
    Settings beside = chain;
    beside.text = other.text, beside.data = DataSource::finite;
    CHECK(MemberStudy::serves(chain, beside));
}

TEST_CASE("the study of a text ends with the members: the best of its classes is not known") {
    MemberStudy study(small_text_task());
    while (study.work()) {}
    CHECK(study.progress() == 1);
    CHECK(study.distances().empty());
    const auto model = make_model(small_text_task());
    study.measure(1, initial_parameters(model->table(), small_text_task()));
    while (study.work()) {}
    const auto readings = study.take_readings();
    REQUIRE(readings.size() == 1);
    CHECK(std::isfinite(readings[0].kl[1]));
}

TEST_CASE("the service tells progress, distances and readings, and trains nothing again for a task it knows") {
    Service s;
    Settings settings = small();
    s.service.study(settings);
    s.deliver();
    CHECK(s.service.state().progress == 0);
    const int first = s.finish();
    CHECK(s.service.state().progress == 1);
    CHECK(s.service.state().distances.size() == 2);

    settings.learning_rate = 0.01;
    s.service.study(settings);
    CHECK(s.finish() == 0);
    CHECK(s.service.state().progress == 1);
    CHECK(s.service.state().distances.size() == 2);

    settings.seed = 9;
    s.service.study(settings);
    CHECK(s.finish() == first);
    s.service.study(small());
    CHECK(s.finish() == 0);

    const auto model = make_model(small());
    s.service.measure(3, initial_parameters(model->table(), small()));
    s.finish();
    const auto readings = s.service.take_readings();
    REQUIRE(readings.size() == 1);
    CHECK(readings[0].step == 3);
    REQUIRE(readings[0].kl.size() == 2);
    CHECK(std::isfinite(readings[0].kl[0]));
    CHECK(readings[0].kl[1] > 0.01);  // untrained
}

TEST_CASE("what belongs to a dropped study is ignored, what goes wrong is a sentence") {
    Service s;
    s.service.study(small());
    const auto model = make_model(small());
    s.service.measure(3, initial_parameters(model->table(), small()));
    s.service.study(small());
    s.finish();
    CHECK(s.service.take_readings().empty());

    s.service.measure(4, {1, 2, 3});
    s.finish();
    CHECK(s.service.state().failure.find("parameters") != std::string::npos);
    s.service.study(small());  // and the next one is made anew
    s.finish();
    CHECK(s.service.state().failure.empty());
    CHECK(s.service.state().progress == 1);

    s.service.receive(std::vector<std::byte>(3));
    CHECK(s.service.state().failure.find("cut off") != std::string::npos);
    CHECK_FALSE(is_member_command(std::vector<std::byte>(3)));
    CHECK(is_member_command(encode(MemberCommand{})));
    MemberCommand measure;
    measure.kind = MemberCommand::Kind::measure;
    measure.parameters = {1, 2};
    auto bytes = encode(measure);
    CHECK(decode_member_command(bytes).parameters == std::vector<float>{1, 2});
    bytes.pop_back();
    CHECK_THROWS_AS(decode_member_command(bytes), Error);
}
