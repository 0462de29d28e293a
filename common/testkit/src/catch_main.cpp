/// @file
/// @brief main() of every test program.
///
/// Story: Catch2 version 2 compiles its whole framework where this macro is
/// set, version 3 brings a library and only needs a session to be run.

#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_RUNNER
#endif
#include "strata/testkit/catch.hpp"

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
