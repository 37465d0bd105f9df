#include "run/overfitting.h"

namespace ladder {

bool overfits(const Settings& settings, const History& history, double by_more_than) {
    if (settings.data == DataSource::online || history.empty()) return false;
    return history.newest().evaluation.loss > history[history.best()].evaluation.loss + by_more_than;
}

}  // namespace ladder
