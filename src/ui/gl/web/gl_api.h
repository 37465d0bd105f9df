// WebGL 2 (OpenGL ES 3.0), as the heat maps need it. The desktop's twin is gl/native/gl_api.h; CMake chooses.
#pragma once

#include <GLES3/gl3.h>

namespace ladder {
inline constexpr const char* shader_preamble = "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n";
}
