// What the interface says of chains, runs, settings, presets and figures is Chinese all through. (The page gets its Chinese texts from a
// file, so its build has none to test.)
#include "base/catalogue.h"

#include <doctest/doctest.h>

#include "experiment/figures.h"
#include "experiment/record.h"
#include "generated/assets.h"
#include "lesson/progress.h"
#include "run/branch.h"
#include "run/presets.h"
#include "theory/flow_options.h"
#include "ui/figure_words.h"
#include "ui/lesson_words.h"
#include "ui/slow_motion.h"
#include "ui/summary_words.h"
#include "ui/theory_words.h"
#include "ui/words.h"

using namespace ladder;

namespace {

// Kept as they are in both languages.
bool is_name(std::string_view text) {
    for (std::string_view name : {"AdamW", "SGD", "nats", "English"})
        if (text == name) return true;
    return false;
}

struct Said {
    Catalogue zh{asset("texts/zh.json")};
    void operator()(std::string_view text) {
        CAPTURE(text);
        CHECK((!zh(text).empty() || text.empty()));
    }
    ~Said() {
        for (const std::string& text : zh.missing()) CHECK_MESSAGE(is_name(text), "no translation: ", text);
    }
};

}  // namespace

TEST_CASE("in Chinese: chains, rungs, heads and stages of every ladder") {
    Said said;
    for (const std::vector<int>& spans : {std::vector<int>{2, 2, 2}, {1, 1}, {2}, {1}, {3, 2, 1}, {2, 2, 2, 2, 2}})
        for (const bool reversed : {false, true})
            for (const double importance : {1.7, 1.0}) {
                Settings s;
                s.vocabulary = 5, s.spans = spans, s.reversed = reversed, s.importance = importance;
                for (const double first : {0.0, 1.0, 3.0}) {
                    Settings other = s;
                    if (first == 0) other.scale = 0;
                    else other.strengths.assign(spans.size(), 2), other.strengths.front() = first;
                    said(chain_sentence(Chain(other)));
                }
                const Chain chain(s);
                said(chain_sentence(chain));
                Snapshot now;
                now.step = 10;
                now.reading.heads = {{0, 0.9}, {-1, 0}};
                for (const std::string& text : head_readings(chain, 2, now)) said(text);
                for (const std::string& text : head_readings(chain, 1, now)) said(text);
                for (int rung = 0; rung <= chain.span_count(); ++rung) {
                    said(rung_name(chain, rung)), said(rung_predictor(chain, rung));
                    now.reading.rung = rung;
                    said(verdict(chain, now));
                }
                for (int span = 0; span < chain.span_count(); ++span) said(span_name(chain, span)), said("+ " + span_name(chain, span));
                now.evaluation.kl = {0.3, 0.2};
                Snapshot before = now;
                for (const double was : {0.1, 0.2, 0.4}) before.evaluation.kl.back() = was, said(gap_sentence(chain, now, &before));
                said(early_stop_sentence(chain, before, now));
                now.evaluation.loss = -0.1, said(early_stop_sentence(chain, before, now)), now.evaluation.loss = 0;
                const Readout readout(chain);
                const int last = chain.span_count() - 1;
                for (const std::vector<HeadRole>& heads : {std::vector<HeadRole>{{0, 0.9}, {-1, 0}}, {{0, 0.9}}, {{0, 0.9}, {0, 0.8}}, {{0, 0.9}, {last, 0.8}, {-1, 0}}, {{0, 0.9}, {0, 0.9}, {last, 0.8}, {last, 0.8}}, {{-1, 0}, {-1, 0}}})
                    for (const Phase phase : {Phase::undecided, Phase::competitive, Phase::cooperative}) now.reading.heads = heads, now.reading.phase = phase, said(phase_sentence(chain, readout, now));
                for (const int batch : {1, 17})
                    for (const DataSource data : {DataSource::online, DataSource::finite})
                        for (const ScheduleKind schedule : {ScheduleKind::cosine, ScheduleKind::plateau})
                            for (const OptimizerKind optimizer : {OptimizerKind::adamw, OptimizerKind::sgd}) {
                                s.batch = batch, s.data = data, s.schedule = schedule, s.optimizer = optimizer, s.blocks = batch == 1 ? 2 : 1;
                                for (int part = 0; part < 5; ++part) said(slow_motion_sentence(static_cast<SlowMotion::Part>(part), s, chain, 5000, &now));
                            }
            }
}

TEST_CASE("in Chinese: settings, presets, figures and equations") {
    Said said;
    for (const SettingInfo& info : settings_table()) {
        said(info.label), said(info.group), said(info.help), said(info.unit);
        for (std::string_view choice : info.choices) said(choice);
    }
    for (const Preset& p : presets()) said(p.title), said(p.summary), said(p.claim);
    for (const Figure& f : figures()) {
        said(f.title), said(f.claim), said(f.change), said(figure_heading(f)), said(drawn_sentence(f)), said(rule_words(f));
        for (const int seeds : {1, 3}) {
            said(duration_words(f, seeds));
            for (const std::string& text : run_sentences(f, seeds)) said(text);
        }
    }
    FlowSettings flow;
    for (const int heads : {1, 3}) {
        flow.heads = heads;
        const FlowSolution solution = solve_flow(flow, logarithmic_times(0.1, 1e4, 50));
        said(flow_sentence(flow, solution));
        for (const std::string& text : stage_sentences(flow, solution)) said(text);
    }
    for (const double end : {1.0, 8.0, 30.0}) {
        flow.heads = 3, flow.end = end;
        said(flow_sentence(flow, solve_flow(flow, logarithmic_times(0.1, end, 50))));
    }
    for (const FlowOption& o : flow_options()) said(o.help);
}

TEST_CASE("in Chinese: settings that contradict each other, mended or left out") {
    Said said;
    for (const char* change : {"stride 5", "spans 8,8,8,8,8", "rank 60", "strengths 1,2", "weights 1,2,3", "weights 0,0", "shared-features true", "batch 5000", "hidden 64"}) {
        Settings s;
        s.model = ModelKind::full, s.hidden = 63, s.data = DataSource::finite, s.sequences = 4096, s.frobenius_orthogonal = true;
        const std::string_view text = change;
        CAPTURE(change);
        CHECK(!set_from_text(s, std::string(text.substr(0, text.find(' '))), std::string(text.substr(text.find(' ') + 1))));
        const auto problems = reconcile(s);
        REQUIRE(problems.size() >= 1);
        said(problems.front().message()), said(problems.front().refusal()), said(left_out(problems.front()));
    }
}

TEST_CASE("in Chinese: what lessons ask, await and answer") {
    Said said;
    const Settings s;
    const Chain chain(s);
    for (const Lesson& lesson : shipped_lessons())
        for (const LessonStep& step : lesson.steps) {
            if (step.wait) said(waiting_text(*step.wait, chain));
            if (step.bet)
                for (int i = 0; i < 3; ++i) said(choice_text(*step.bet, i, chain, 4)), said(bet_told({choice_text(*step.bet, 0, chain, 4), choice_text(*step.bet, 1, chain, 4), choice_text(*step.bet, 2, chain, 4)}, i, 0));
        }
}

TEST_CASE("in Chinese: a hole does not run from one sentence into the next") {
    Catalogue zh{asset("texts/zh.json")};
    const std::string first(zh("It holds for 4 of 5 seeds, not for 2.")), second(zh("Seed 2: Rungs 1 to 3 entered at steps 65, 330 and 450."));
    CHECK(zh("It holds for 4 of 5 seeds, not for 2. Seed 2: Rungs 1 to 3 entered at steps 65, 330 and 450.") == first + second);
}

TEST_CASE("in Chinese: where a run parted, and in what") {
    Said said;
    const Settings before;
    Settings all;
    for (const auto& [name, value] : {std::pair{"learning-rate", "0.01"}, {"clip", "0.5"}, {"batch", "32"}, {"steps", "700"}, {"weight-decay", "0.125"}, {"schedule", "plateau"}}) {
        Settings after = before;
        REQUIRE_FALSE(set_from_text(after, name, value));
        REQUIRE_FALSE(set_from_text(all, name, value));
        said(branched_sentence({{100, branch_difference(before, after)}}));
    }
    said(branched_sentence({{100, branch_difference(before, all)}, {300, branch_difference(all, before)}}));
}
