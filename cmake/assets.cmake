# What the program carries inside itself, as freehold::embedded (face: core/embedded.hpp): the
# templates and migrations of all modules, and the assets that scripts/build-assets.mjs makes of
# assets/ and the npm packages. Node does the work; nothing of it is needed at run time.

set(dist ${PROJECT_SOURCE_DIR}/assets/dist)
set(generated ${PROJECT_BINARY_DIR}/embedded)
file(MAKE_DIRECTORY ${generated})

file(GLOB_RECURSE templates CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/src/*.tpl ${PROJECT_SOURCE_DIR}/product/*.tpl ${PROJECT_SOURCE_DIR}/simulator/*.tpl
  ${PROJECT_SOURCE_DIR}/src/*/templates/*.txt ${PROJECT_SOURCE_DIR}/product/*/templates/*.txt)
file(GLOB_RECURSE migrations CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/src/*.sql ${PROJECT_SOURCE_DIR}/product/*.sql)
list(FILTER templates INCLUDE REGEX "/templates/")
list(FILTER migrations INCLUDE REGEX "/migrations/(both|control|data)/")
file(GLOB_RECURSE asset_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/assets/css/*.css ${PROJECT_SOURCE_DIR}/assets/ts/*.ts
  ${PROJECT_SOURCE_DIR}/assets/brand/*.svg)

# The style sheet holds the classes that templates use, so templates are inputs too. The script
# itself leaves unchanged files alone, so several build folders may share assets/dist.
list(TRANSFORM templates PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE template_paths)
add_custom_command(
  OUTPUT ${dist}/manifest.json
  COMMAND ${FREEHOLD_NODE} scripts/build-assets.mjs
  DEPENDS ${asset_sources} ${template_paths} ${PROJECT_SOURCE_DIR}/scripts/build-assets.mjs
          ${PROJECT_SOURCE_DIR}/package.json
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
  COMMENT "Building assets/dist"
  VERBATIM)
add_custom_target(freehold_assets DEPENDS ${dist}/manifest.json)

function(freehold_embed name list)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE inputs)
  add_custom_command(
    OUTPUT ${generated}/${name}.cpp
    BYPRODUCTS ${generated}/${name}.bin
    COMMAND ${FREEHOLD_NODE} ${PROJECT_SOURCE_DIR}/scripts/embed.mjs ${name} ${generated}/${name}.cpp ${list}
    DEPENDS ${list} ${inputs} ${PROJECT_SOURCE_DIR}/scripts/embed.mjs
    COMMENT "Embedding ${name}"
    VERBATIM)
endfunction()

function(write_list path)
  list(JOIN ARGN "\n" lines)
  file(CONFIGURE OUTPUT ${path} CONTENT "${lines}\n" @ONLY)
endfunction()

write_list(${generated}/templates.list ${templates})
write_list(${generated}/migrations.list ${migrations})
freehold_embed(templates ${generated}/templates.list ${templates})
freehold_embed(migrations ${generated}/migrations.list ${migrations})
freehold_embed(assets ${dist}/manifest.json)
write_list(${generated}/defaults.list plans.toml)
freehold_embed(defaults ${generated}/defaults.list plans.toml)
write_list(${generated}/documents.list docs/api/errors.md)
freehold_embed(documents ${generated}/documents.list docs/api/errors.md)

# What `freehold init` writes: the examples, the adapters, and the SDKs as they are built.
file(GLOB starters LIST_DIRECTORIES false CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/examples/* ${PROJECT_SOURCE_DIR}/examples/*/*
  ${PROJECT_SOURCE_DIR}/sdk/python/freehold/*)
file(GLOB_RECURSE next_app CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/examples/nextjs/app/* ${PROJECT_SOURCE_DIR}/examples/nextjs/lib/*)
list(REMOVE_ITEM starters examples/README.md)
list(APPEND starters ${next_app} sdk/adapters/pg.ts sdk/adapters/prisma.ts sdk/adapters/tenants.py)
file(GLOB sdk_sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/sdk/typescript/src
  ${PROJECT_SOURCE_DIR}/sdk/typescript/src/*.ts)
list(TRANSFORM sdk_sources REPLACE "(.+)\\.ts$" "sdk/typescript/dist/\\1.js" OUTPUT_VARIABLE sdk_code)
list(TRANSFORM sdk_sources REPLACE "(.+)\\.ts$" "sdk/typescript/dist/\\1.d.ts" OUTPUT_VARIABLE sdk_types)
write_list(${generated}/starters.list ${starters} ${sdk_code} ${sdk_types})
freehold_embed(starters ${generated}/starters.list ${starters} sdk/typescript/dist/index.js)

add_library(freehold_embedded STATIC EXCLUDE_FROM_ALL
  ${generated}/templates.cpp ${generated}/migrations.cpp ${generated}/assets.cpp
  ${generated}/defaults.cpp ${generated}/documents.cpp ${generated}/starters.cpp)
add_dependencies(freehold_embedded freehold_sdk_typescript)
add_library(freehold::embedded ALIAS freehold_embedded)
target_include_directories(freehold_embedded PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(freehold_embedded PRIVATE freehold::options)
