// A desktop window through GLFW, with OpenGL 3.3.
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <chrono>
#include <utility>

#include "base/error.h"
#include "platform/window.h"

namespace ladder {

struct Window::Impl {
    GLFWwindow* window = nullptr;
    bool pointer_ignored = false;
    std::vector<std::string> dropped;
};

Window::Window(const std::string& title, int width, int height) : impl_(std::make_unique<Impl>()) {
    if (!glfwInit()) throw Error("No window can be opened: there is no display.", "Run it on a desktop, or under Xvfb; `ladder train` needs no display.");
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    impl_->window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
    if (!impl_->window) {
        glfwTerminate();
        throw Error("No window can be opened: this machine's graphics do not offer OpenGL 3.3.", "Install a newer graphics driver, or Mesa's software renderer.");
    }
    glfwSetWindowUserPointer(impl_->window, &impl_->dropped);
    glfwSetDropCallback(impl_->window, [](GLFWwindow* window, int count, const char** paths) {
        auto& dropped = *static_cast<std::vector<std::string>*>(glfwGetWindowUserPointer(window));
        dropped.insert(dropped.end(), paths, paths + count);
    });
    glfwMakeContextCurrent(impl_->window);
    glfwSwapInterval(1);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().LogFilename = nullptr;
    ImGui_ImplGlfw_InitForOpenGL(impl_->window, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
}

Window::~Window() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
    glfwDestroyWindow(impl_->window);
    glfwTerminate();
}

bool Window::should_close() const { return glfwWindowShouldClose(impl_->window); }

int Window::width_pixels() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    return width;
}

int Window::height_pixels() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    return height;
}

float Window::pixel_ratio() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(impl_->window, &x, &y);
    return x;
}

void Window::set_size(int, int, float) {}

double Window::seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::vector<std::string> Window::take_dropped() { return std::exchange(impl_->dropped, {}); }

void Window::turn_wheel(float, float) {}

void Window::point_with_finger(bool) {}

void Window::surface_restored() {}

void Window::ignore_pointer() { impl_->pointer_ignored = true; }

void Window::begin_frame() {
    glfwPollEvents();
    ImGui_ImplOpenGL3_NewFrame();
    // A new atlas of fonts has no texture yet; the first one, and that of a surface that came back, got theirs just now.
    if (!ImGui::GetIO().Fonts->TexID) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
    }
    ImGui_ImplGlfw_NewFrame();
    if (impl_->pointer_ignored) ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);
    ImGui::NewFrame();
}

void Window::leave_frame() { ImGui::EndFrame(); }

void Window::must_draw() {}

bool Window::end_frame(std::vector<unsigned char>* picture) {
    ImGui::Render();
    glViewport(0, 0, width_pixels(), height_pixels());
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (picture) {
        picture->resize(static_cast<std::size_t>(width_pixels()) * static_cast<std::size_t>(height_pixels()) * 4);
        glPixelStorei(GL_PACK_ALIGNMENT, 1);
        glReadPixels(0, 0, width_pixels(), height_pixels(), GL_RGBA, GL_UNSIGNED_BYTE, picture->data());
    }
    glfwSwapBuffers(impl_->window);
    return true;
}

}  // namespace ladder
