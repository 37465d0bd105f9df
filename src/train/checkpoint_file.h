// A run's state as a safetensors file: parameters and constant tensors under their state-dict names, so that
// the authors' model can load them; moments under PyTorch's names as optimizer.<moment>.<parameter>; the feature
// matrices; settings (JSON) and step in the metadata.
#pragma once

#include "base/safetensors.h"
#include "base/settings.h"
#include "model/parameters.h"
#include "train/trainer.h"

namespace ladder {

TensorFile checkpoint_to_tensors(const Checkpoint&, const ParameterTable&, const Settings&, const Chain&);
// The reverse; moments that the file lacks are zero. Error: what is missing, misshaped, not finite or from no step of a run.
Checkpoint checkpoint_from_tensors(const TensorFile&, const ParameterTable&, const Settings&);

}  // namespace ladder
