// Any text as the page's query; the address of what came out gives the same settings.
#include "run/page_address.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const PageAddress address = read_address(fuzz::as_text(data, size));
    for (const std::string& problem : address.problems) fuzz::expect(problem.size() > 10);
    PageAddress again = read_address(write_address(address.preset, address.settings));
    again.settings.speed = address.settings.speed, again.settings.workers = address.settings.workers;  // the viewer's
    fuzz::expect(again.preset == address.preset && again.settings == address.settings);
    return 0;
}
