// Chooses the implementation for a model's settings.
#include "model/model.h"

#include "base/error.h"
#include "model/minimal.h"
#include "model/minimal_fast.h"

namespace ladder {

std::unique_ptr<Model> make_model(const Settings& settings, Kernels kernels) {
    if (settings.model == ModelKind::full)
        throw Error("The full transformer is not part of this version.", "Choose the minimal model.");
    // The collapsed kernels hold for one-hot inputs, so for a single block only.
    if (kernels == Kernels::fast && settings.blocks == 1) return make_fast_minimal(settings, minimal_table(settings));
    return make_reference_minimal(settings);
}

}  // namespace ladder
