#include "train/step_device.h"

namespace ladder {

bool can_share_device(const Settings& a, const Settings& b) {
    return a.vocabulary == b.vocabulary && window(a) == window(b) && a.length == b.length && a.batch == b.batch && a.data == b.data && a.sequences == b.sequences && a.text == b.text &&
           a.model == b.model && a.heads == b.heads && a.blocks == b.blocks && a.hidden == b.hidden && a.mlp == b.mlp && a.bias == b.bias && (a.dropout > 0) == (b.dropout > 0) &&
           a.optimizer == b.optimizer;
}

}  // namespace ladder
