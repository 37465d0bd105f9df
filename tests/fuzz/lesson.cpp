// Any text as a lesson: never an exception, each problem a sentence, and what is taken is a lesson that can be shown.
#include "lesson/lesson.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> problems;
    const Lesson lesson = read_lesson("fuzz", fuzz::as_text(data, size), problems);
    for (const std::string& problem : problems) fuzz::expect(problem.size() > 10);
    fuzz::expect(!lesson.steps.empty() || !problems.empty());
    for (const LessonStep& step : lesson.steps) {
        fuzz::expect(!(step.wait && step.bet));
        for (const std::string& point : step.points) fuzz::expect(is_lesson_target(point));
        if (step.scene.run) {
            Settings settings = *step.scene.run;
            fuzz::expect(reconcile(settings).empty());
        }
    }
    return 0;
}
