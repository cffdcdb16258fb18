# The Node that `npm ci` puts into node_modules: it builds the assets and runs the browser tests.
find_program(FREEHOLD_NODE node PATHS ${PROJECT_SOURCE_DIR}/node_modules/.bin NO_DEFAULT_PATH)
if(NOT FREEHOLD_NODE)
  message(FATAL_ERROR "node_modules has no Node: run `./dev install`, or `npm ci`, first.")
endif()
