// Reference files (safetensors of tests/fixtures and the authors' format) as settings, chain and tokens.
// Everything is checked before it is used; errors name the file and the entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/safetensors.h"
#include "base/settings.h"

namespace ladder::cli {

struct Fixture {
    TensorFile file;
    Settings settings;               // as far as the metadata says; length, batch and window agree with the tokens
    std::vector<float> features;     // (h, d, d), spans oldest first
    std::vector<std::int32_t> tokens;  // (sequences, w + L), each in [0, d)
    int sequences = 0;
};

// kind: "teacher" or "training", as in the metadata.
Fixture read_fixture(const std::string& path, const std::string& kind);

}  // namespace ladder::cli
