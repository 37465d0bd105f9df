// Any bytes as a safetensors file; what is taken is written and read to the same.
#include "base/safetensors.h"
#include "tests/fuzz/fuzz.h"

using namespace ladder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::tolerate([&] {
        const TensorFile file = parse_safetensors(fuzz::as_bytes(data, size), "fuzz");
        const auto bytes = format_safetensors(file);
        fuzz::expect(format_safetensors(parse_safetensors(bytes, "again")) == bytes);
    });
    return 0;
}
