# One static library per module, reached as freehold::<name>.
#
#   freehold_module(billing
#     FACES     billing.hpp              what others may include; <name>.hpp when left out
#     DEPENDS   tenancy audit            the modules whose faces it may include: all of them
#     LIBRARIES CURL::libcurl            libraries from outside
#     SOURCES   checkout.cpp
#     UNIT      prices_test.cpp          tests that need no server: the program billing_unit_test
#     TESTS     checkout_test.cpp        the others: the program billing_test
#     TEST_WITH simulator)               what only its tests may use, even from a layer above
#
# Linking alone keeps nobody from an #include; scripts/lint/includes.mjs reads these lines and does.
function(freehold_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FACES;DEPENDS;LIBRARIES;SOURCES;TESTS;UNIT;TEST_WITH")

  add_library(freehold_${name} STATIC ${arg_SOURCES})
  add_library(freehold::${name} ALIAS freehold_${name})
  target_include_directories(freehold_${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/product ${PROJECT_SOURCE_DIR})
  target_link_libraries(freehold_${name} PUBLIC freehold::options ${arg_LIBRARIES})
  foreach(module IN LISTS arg_DEPENDS)
    target_link_libraries(freehold_${name} PUBLIC freehold::${module})
  endforeach()
  freehold_use_pch(freehold_${name})

  if(arg_UNIT AND BUILD_TESTING)
    freehold_test(${name}_unit MODULE ${name} ${arg_TEST_WITH} SOURCES ${arg_UNIT} LABELS unit)
  endif()
  if(arg_TESTS AND BUILD_TESTING)
    freehold_test(${name} MODULE ${name} ${arg_TEST_WITH} SOURCES ${arg_TESTS} LABELS integration)
  endif()
endfunction()

# A doctest program. Label unit: no server needed; integration: `./dev test` starts PostgreSQL and
# Redis on unix sockets and names them in FREEHOLD_TEST_PG and FREEHOLD_TEST_REDIS.
function(freehold_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODULE;SOURCES;LABELS;LIBRARIES")
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE freehold_test_main freehold::options ${arg_LIBRARIES})
  foreach(module IN LISTS arg_MODULE)
    target_link_libraries(${name}_test PRIVATE freehold::${module})
  endforeach()
  if(NOT "unit" IN_LIST arg_LABELS)
    # Asked at the end, because tests/support is added after the modules that it stands on.
    target_link_libraries(${name}_test PRIVATE $<TARGET_NAME_IF_EXISTS:freehold_test_support>)
  endif()
  freehold_use_pch(${name}_test)
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 300)
endfunction()

# The main of all of them, compiled once.
if(BUILD_TESTING)
  add_library(freehold_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  target_link_libraries(freehold_test_main PRIVATE freehold::options)
endif()

# The one precompiled header lives in core; it holds the standard library, Asio's awaitable and JSON.
function(freehold_use_pch target)
  if(NOT target STREQUAL "freehold_core")
    target_precompile_headers(${target} REUSE_FROM freehold_core)
  endif()
endfunction()
