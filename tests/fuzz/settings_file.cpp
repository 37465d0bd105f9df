// Any text as a file of settings that somebody opens: it is refused, or what is taken has a known preset and, written to such a
// file, is read to the same.
#include "run/presets.h"
#include "run/run_files.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::tolerate([&] {
        SettingsFile file = read_settings_file(fuzz::as_text(data, size), "fuzz.json");
        for (const std::string& problem : file.problems) fuzz::expect(problem.size() > 10);
        fuzz::expect(find_preset(file.preset) != nullptr);
        reconcile(file.settings);
        const SettingsFile again = read_settings_file(settings_to_json(file.settings), "again.json");
        fuzz::expect(again.problems.empty() && again.settings == file.settings);
    });
    return 0;
}
