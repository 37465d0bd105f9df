// The Error of memory that ran out, for those who can go on with less at once.
#pragma once

#include "base/error.h"

namespace ladder {

class OutOfMemory : public Error {
public:
    using Error::Error;
};

}  // namespace ladder
