#include "ladder/value_alignment.h"

#include <cmath>
#include <string>

namespace ladder {
namespace {

// (d, d) column by column from token to logits, less each column's mean.
std::vector<double> centred(int d, auto&& at) {
    std::vector<double> m(static_cast<std::size_t>(d) * static_cast<std::size_t>(d));
    for (int token = 0; token < d; ++token) {
        double mean = 0;
        for (int v = 0; v < d; ++v) mean += static_cast<double>(at(v, token)) / d;
        for (int v = 0; v < d; ++v) m[static_cast<std::size_t>(v) * static_cast<std::size_t>(d) + static_cast<std::size_t>(token)] = static_cast<double>(at(v, token)) - mean;
    }
    return m;
}

double cosine(const std::vector<double>& a, const std::vector<double>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

std::vector<double> value_alignment(const Settings& s, const Chain& chain, const ParameterTable& table, std::span<const float> parameters) {
    if (s.model != ModelKind::minimal || s.blocks != 1 || chain.ngrams()) return {};
    const int d = chain.vocabulary();
    const std::size_t D = static_cast<std::size_t>(d) + static_cast<std::size_t>(input_length(s));
    std::vector<std::vector<double>> needed;
    for (int k = 0; k < chain.span_count(); ++k) {
        const float* feature = chain.features().data() + static_cast<std::size_t>(k) * static_cast<std::size_t>(d) * static_cast<std::size_t>(d);
        needed.push_back(centred(d, [&](int v, int token) { return feature[static_cast<std::size_t>(v) * static_cast<std::size_t>(d) + static_cast<std::size_t>(token)]; }));
    }
    std::vector<double> alignment;
    for (int head = 0; head < s.heads; ++head) {
        const float* value = parameters.data() + table.find("transformer_blocks.0.self_attention.value_proj." + std::to_string(head) + ".weight").offset;
        const auto written = centred(d, [&](int v, int token) { return value[static_cast<std::size_t>(v) * D + static_cast<std::size_t>(token)]; });
        for (const std::vector<double>& feature : needed) alignment.push_back(cosine(written, feature));
    }
    return alignment;
}

}  // namespace ladder
