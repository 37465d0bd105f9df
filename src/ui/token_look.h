// A token as it is drawn: its colour and its name, the same wherever tokens stand.
#pragma once

#include <string>

#include "task/chain.h"
#include "ui/theme.h"

namespace ladder {

ImU32 token_colour(const Theme&, int token);
// A token's number, or the character it stands for.
std::string token_text(const Chain&, int token);

}  // namespace ladder
