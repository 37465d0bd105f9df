// Where the full model's parameters lie in the flat buffer, found by their names once.
#pragma once

#include <string>
#include <vector>

#include "model/parameters.h"

namespace ladder::cuda {

struct WeightPlace {  // y = W x + b
    std::size_t weight = 0, bias = 0;
    int out = 0, in = 0;
    bool has_bias = false;
};

struct NormPlace {
    std::size_t gain = 0, bias = 0;
};

struct BlockPlaces {
    WeightPlace query, key, value, out, linear1, linear2;
    NormPlace norm1, norm2;
};

struct FullPlaces {
    std::size_t encoder = 0, positions = 0;
    WeightPlace decoder;
    std::vector<BlockPlaces> blocks;

    FullPlaces(const ParameterTable& table, int block_count, bool attention_bias) : encoder(table.find("encoder.weight").offset), positions(table.find("pos_encoder.pos_embedding.weight").offset) {
        const auto linear = [&](const std::string& name, bool bias) {
            const ParameterInfo& p = table.find(name + ".weight");
            return WeightPlace{p.offset, bias ? table.find(name + ".bias").offset : 0, static_cast<int>(p.shape[0]), static_cast<int>(p.shape[1]), bias};
        };
        const auto norm = [&](const std::string& name) { return NormPlace{table.find(name + ".weight").offset, table.find(name + ".bias").offset}; };
        decoder = linear("decoder", false);
        for (int b = 0; b < block_count; ++b) {
            const std::string block = "transformer_blocks." + std::to_string(b) + ".", attention = block + "self_attention.";
            blocks.push_back({linear(attention + "query_proj", attention_bias), linear(attention + "key_proj", attention_bias), linear(attention + "value_proj", attention_bias),
                              linear(attention + "out_proj", attention_bias), linear(block + "linear1", true), linear(block + "linear2", true), norm(block + "norm1"), norm(block + "norm2")});
        }
    }
};

}  // namespace ladder::cuda
