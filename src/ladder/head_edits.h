// What if a head were different? A copy of the parameters in which heads are taken out, held still, exchanged or
// given the ideal pattern, so that the model as it is computes what follows. No training, no new forward pass.
#pragma once

#include <span>
#include <vector>

#include "model/parameters.h"
#include "task/chain.h"

namespace ladder {

struct HeadEdit {
    enum class Kind {
        none,
        ablated,  // it writes nothing: its values are 0
        frozen,   // its attention no longer depends on the tokens: the given mean pattern
        swapped,  // it looks where head `with` of its block looks; that head is as it was
        ideal,    // it looks at the positions of span `with` alone, by their weights alpha
    } kind = Kind::none;
    int with = 0;
    bool operator==(const HeadEdit&) const = default;
};

// Patterns can be set where the input is one-hot: in the minimal model with one block. Ablating and swapping always can.
bool can_edit(const Settings&, HeadEdit::Kind);

// edits: (blocks, H). attention: (blocks, H, L, T), the mean patterns for frozen heads. Returns the flat parameters.
// Error: edits that cannot be made, or name no head or span.
std::vector<float> edit_heads(const Settings&, const ParameterTable&, const Chain&, std::span<const float> parameters, std::span<const HeadEdit> edits, std::span<const float> attention);

}  // namespace ladder
