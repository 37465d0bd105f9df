// Any text as settings in JSON; what comes out is within its ranges and reads back to the same.
#include "base/settings.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Settings settings;
    for (const SettingProblem& problem : settings_from_json(settings, fuzz::as_text(data, size))) fuzz::expect(problem.message().size() > 10);
    reconcile(settings);
    fuzz::expect(reconcile(settings).empty());
    Settings again;
    fuzz::expect(settings_from_json(again, settings_to_json(settings)).empty());
    fuzz::expect(again == settings);
    return 0;
}
