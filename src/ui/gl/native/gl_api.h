// OpenGL 3.3 on the desktop, as the heat maps need it. The web's twin is gl/web/gl_api.h; CMake chooses.
#pragma once

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

namespace ladder {
inline constexpr const char* shader_preamble = "#version 330 core\n";
}
