// Reference files (tests/fixtures, written from the authors' PyTorch code) as settings, chain and tokens.
// Everything is checked before it is used; errors name the file and the entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/safetensors.h"
#include "base/settings.h"

namespace ladder {

enum class FixtureKind { teacher, training };

struct Fixture {
    std::string name;                  // in error messages
    TensorFile file;
    Settings settings;                 // as far as the metadata says; length, batch and window agree with the tokens; no dropout
    std::vector<float> features;       // (h, d, d), spans oldest first
    std::vector<std::int32_t> tokens;  // (sequences, w + L), each in [0, d)
    int sequences = 0;
};

// Error: another kind, settings that cannot be used, shapes or values that do not fit them.
Fixture read_fixture(TensorFile file, std::string name, FixtureKind kind);

}  // namespace ladder
