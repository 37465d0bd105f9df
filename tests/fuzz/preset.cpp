// Any text as a preset's file: what is taken has settings that hold together.
#include "run/presets.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::tolerate([&] {
        Preset preset = read_preset("fuzz", fuzz::as_text(data, size));
        fuzz::expect(reconcile(preset.settings).empty());
    });
    return 0;
}
