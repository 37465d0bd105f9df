// Layout of the flat buffer and the initial values in it.
#include "model/parameters.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "base/random.h"

namespace ladder {
namespace {

double xavier_bound(const std::vector<std::int64_t>& shape) {
    return std::sqrt(6.0 / static_cast<double>(shape.front() + shape.back()));
}

void draw(const ParameterInfo& p, const Settings& s, RandomSequence random, std::span<float> out) {
    const auto uniform = [&](double bound) {
        for (float& x : out) x = static_cast<float>(bound * (2 * random.uniform_double() - 1));
    };
    switch (p.init) {
        case Init::xavier_query: uniform(s.query_init == InitKind::uniform ? s.query_scale : xavier_bound(p.shape)); break;
        case Init::xavier_value: uniform(s.value_init == InitKind::uniform ? s.value_scale : xavier_bound(p.shape)); break;
        case Init::xavier: uniform(xavier_bound(p.shape)); break;
        case Init::normal: {
            const double deviation = 1 / std::sqrt(static_cast<double>(s.hidden));
            for (float& x : out) x = static_cast<float>(deviation * random.normal());
            break;
        }
        case Init::zeros: std::fill(out.begin(), out.end(), 0.0f); break;
        case Init::ones: std::fill(out.begin(), out.end(), 1.0f); break;
    }
}

}  // namespace

std::size_t ParameterInfo::size() const {
    return static_cast<std::size_t>(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
}

void ParameterTable::add(std::string name, std::vector<std::int64_t> shape, Init init) {
    ParameterInfo p{std::move(name), std::move(shape), init, size_};
    size_ += p.size();
    entries_.push_back(std::move(p));
}

const ParameterInfo& ParameterTable::find(const std::string& name) const {
    const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const ParameterInfo& p) { return p.name == name; });
    if (at == entries_.end()) throw Error("The model has no parameter named \"" + name + "\".");
    return *at;
}

std::vector<float> initial_parameters(const ParameterTable& table, const Settings& settings) {
    std::vector<float> values(table.size());
    for (std::size_t i = 0; i < table.entries().size(); ++i) {
        const ParameterInfo& p = table.entries()[i];
        draw(p, settings, RandomSequence(settings.seed, Stream::init, i), std::span(values).subspan(p.offset, p.size()));
    }
    return values;
}

}  // namespace ladder
