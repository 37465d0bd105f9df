// Any text as the record of a run; what is taken is written and read to the same.
#include "experiment/record.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::tolerate([&] {
        const std::string text = format_record(parse_record(std::string(fuzz::as_text(data, size))));
        fuzz::expect(format_record(parse_record(text)) == text);
    });
    return 0;
}
