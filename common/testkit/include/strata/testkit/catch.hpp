/// @file
/// @brief The one door to Catch2, for version 2.13 and version 3.
///
/// Story: the two versions keep their macros in different headers. Tests
/// include this file and nothing of Catch2, so that both compile them.
/// Text is compared with find() or ==: the matchers have other names in
/// each.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // version 2 offers it without its namespace
#else
#include <catch2/catch.hpp>
#endif
