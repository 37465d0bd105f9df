// Entry of the unit tests. A run in which no test was executed is a failure, not a success.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

namespace {

// doctest itself takes filters that fit no test, a misspelt name of a folder among them, for a success.
struct NoneIsFailure : doctest::IReporter {
    explicit NoneIsFailure(const doctest::ContextOptions&) {}

    void test_run_end(const doctest::TestRunStats& stats) override {
        if (stats.numTestCasesPassingFilters > 0) return;
        std::fputs("No test case fits these filters.\n", stderr);
        std::exit(EXIT_FAILURE);
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("none-is-failure", 1, NoneIsFailure);

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    context.setOption("no-path-filenames", true);
    return context.run();
}
