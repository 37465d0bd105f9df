// WebAssembly has no locks on files, and the page has no files.
#include "base/claim.h"

namespace ladder {

Claim::Claim(const std::string&, Of) {}
Claim::~Claim() = default;

}  // namespace ladder
