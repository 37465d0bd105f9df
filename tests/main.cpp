// Entry of the unit tests. A run in which no test was executed is a failure, not a success.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    context.setOption("no-path-filenames", true);
    return context.run();
}
