#include "platform/drawn_picture.h"

#include <cstring>
#include <utility>

namespace ladder {
namespace {

// Whole words, since they compare and copy fast without vector instructions; what is left of the last one is zero.
void append(std::vector<std::uint32_t>& words, const void* bytes, std::size_t size) {
    const std::size_t at = words.size();
    words.resize(at + (size + 3) / 4);
    if (size) std::memcpy(words.data() + at, bytes, size);
}

template <class T>
void append_value(std::vector<std::uint32_t>& words, const T& value) {
    append(words, &value, sizeof value);
}

}  // namespace

bool DrawnPicture::repeats(const ImDrawData& data) {
    next_.clear();
    append_value(next_, data.DisplayPos);
    append_value(next_, data.DisplaySize);
    append_value(next_, data.FramebufferScale);
    for (const ImDrawList* list : data.CmdLists) {
        append_value(next_, list->CmdBuffer.Size);
        append_value(next_, list->VtxBuffer.Size);
        append_value(next_, list->IdxBuffer.Size);
        // Field by field: a command's padding holds anything.
        for (const ImDrawCmd& command : list->CmdBuffer) {
            append_value(next_, command.ClipRect);
            append_value(next_, command.TextureId);
            append_value(next_, command.VtxOffset);
            append_value(next_, command.IdxOffset);
            append_value(next_, command.ElemCount);
            append_value(next_, command.UserCallback);
            append_value(next_, command.UserCallbackData);
        }
        append(next_, list->VtxBuffer.Data, static_cast<std::size_t>(list->VtxBuffer.size_in_bytes()));
        append(next_, list->IdxBuffer.Data, static_cast<std::size_t>(list->IdxBuffer.size_in_bytes()));
    }
    if (next_ == last_) return true;
    std::swap(next_, last_);
    return false;
}

}  // namespace ladder
