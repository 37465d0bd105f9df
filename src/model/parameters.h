// The one table of a model's parameters: name (as in the authors' state dict, so that checkpoints can be
// exchanged), shape, initialisation, place in the flat buffer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/settings.h"

namespace ladder {

enum class Init { xavier_query, xavier_value, xavier, normal, zeros, ones, identity };  // *_query and *_value follow the settings

struct ParameterInfo {
    std::string name;
    std::vector<std::int64_t> shape;
    Init init;
    bool decay = true;    // AdamW's decoupled weight decay applies (the authors decay everything)
    std::size_t offset = 0;

    std::size_t size() const;
};

class ParameterTable {
public:
    void add(ParameterInfo);
    const std::vector<ParameterInfo>& entries() const { return entries_; }
    const ParameterInfo& find(const std::string& name) const;
    std::size_t size() const { return size_; }  // floats in all

private:
    std::vector<ParameterInfo> entries_;
    std::size_t size_ = 0;
};

// Initial values from Stream::init of the seed.
std::vector<float> initial_parameters(const ParameterTable&, const Settings&);

}  // namespace ladder
