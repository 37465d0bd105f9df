// The one table of a model's parameters: name (as in the authors' state dict, so that checkpoints can be
// exchanged), shape, initialisation, place in the flat buffer. Weights are (out, in): y = W x.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/settings.h"

namespace ladder {

enum class Init { xavier_query, xavier_value, xavier, normal, zeros, ones };  // *_query and *_value follow the settings

struct ParameterInfo {
    std::string name;
    std::vector<std::int64_t> shape;
    Init init;

    std::size_t offset = 0;

    std::size_t size() const;  // product of shape
};

// A tensor of the state dict that is never trained: written to checkpoints, absent from the flat buffer.
struct ConstantTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

class ParameterTable {
public:
    void add(std::string name, std::vector<std::int64_t> shape, Init init);
    void add_constant(ConstantTensor constant) { constants_.push_back(std::move(constant)); }
    const std::vector<ParameterInfo>& entries() const { return entries_; }
    const std::vector<ConstantTensor>& constants() const { return constants_; }
    const ParameterInfo& find(const std::string& name) const;  // Error: no such parameter
    std::size_t size() const { return size_; }  // floats in all

private:
    std::vector<ParameterInfo> entries_;
    std::vector<ConstantTensor> constants_;
    std::size_t size_ = 0;
};

// Initial values from Stream::init of the seed. Entry i of the table draws from sequence i alone.
std::vector<float> initial_parameters(const ParameterTable&, const Settings&);

}  // namespace ladder
