// Stands in for glGetIntegerv in Dear ImGui's OpenGL backend (see LadderImGui.cmake). The backend asks for the
// state before every frame in order to restore it; in a browser each such question waits for the process that
// draws, tens of milliseconds when it is busy. Nothing here depends on what is restored, so the answers need
// only be valid.
#include <GLES3/gl3.h>

extern "C" void ladder_gl_state(GLenum what, GLint* values) {
    switch (what) {
        case GL_MAJOR_VERSION: *values = 3; break;
        case GL_ACTIVE_TEXTURE: *values = GL_TEXTURE0; break;
        case GL_BLEND_EQUATION_RGB:
        case GL_BLEND_EQUATION_ALPHA: *values = GL_FUNC_ADD; break;
        case GL_VIEWPORT:
        case GL_SCISSOR_BOX: values[0] = values[1] = values[2] = values[3] = 0; break;
        default: *values = 0;
    }
}
