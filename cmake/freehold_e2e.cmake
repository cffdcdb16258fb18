# A file of tests for Node's own runner, run by CTest.
#
#   freehold_node_test(lints scripts/test/lints_test.mjs unit)
#   freehold_e2e(e2e_walks walks_test.mjs)     tests/e2e/walks_test.mjs: a browser and the real program
function(freehold_node_test name file label)
  add_test(NAME ${name} COMMAND ${FREEHOLD_NODE} --test --test-reporter=spec ${PROJECT_SOURCE_DIR}/${file})
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT 300)
endfunction()

# The program is named in FREEHOLD_BIN. Each such test has a server, two databases and a browser of
# its own, and waits for one of them most of the time. The longest begin first, so that all others
# run beside them.
function(freehold_e2e name file)
  freehold_node_test(${name} tests/e2e/${file} e2e)
  set_tests_properties(${name} PROPERTIES COST 100 TIMEOUT 1500
    ENVIRONMENT "FREEHOLD_BIN=${PROJECT_BINARY_DIR}/freehold")
endfunction()
