# parley_web_assets: the web app as bytes inside the binary, behind `http/assets.h`.
# web/ is built by npm into web/app/dist, which all presets share; gzip and .incbin are tools/embed_assets.py's part.
# With PARLEY_WEB=OFF a stub page stands in, so that C++ work needs no Node.
function(parley_embed_web)
  set(generated ${PROJECT_BINARY_DIR}/web_assets)
  set(embed ${PROJECT_SOURCE_DIR}/tools/embed_assets.py)
  set(outputs ${generated}/assets.cc ${generated}/assets.S)

  if(PARLEY_WEB)
    set(folder ${PROJECT_SOURCE_DIR}/web/app/dist)
    set(page ${folder}/index.html)
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS
      ${PROJECT_SOURCE_DIR}/web/*.json ${PROJECT_SOURCE_DIR}/web/app/src/* ${PROJECT_SOURCE_DIR}/web/app/public/*
      ${PROJECT_SOURCE_DIR}/web/packages/*/src/* ${PROJECT_SOURCE_DIR}/web/app/*.ts ${PROJECT_SOURCE_DIR}/web/app/*.html)
    list(FILTER inputs EXCLUDE REGEX "/(node_modules|dist)/|\\.test\\.ts$")
    add_custom_command(OUTPUT ${page}
      COMMAND ${PROJECT_SOURCE_DIR}/tools/npm.sh ${PROJECT_SOURCE_DIR}/web run build --silent
      DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/tools/npm.sh
      COMMENT "Building the web app" VERBATIM)
  else()
    set(folder ${PROJECT_SOURCE_DIR}/cmake/stub_page)
    set(page ${folder}/index.html)
  endif()

  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_custom_command(OUTPUT ${outputs}
    COMMAND Python3::Interpreter ${embed} ${folder} ${generated}
    DEPENDS ${page} ${embed}
    COMMENT "Embedding the web app" VERBATIM)
  set_source_files_properties(${generated}/assets.S PROPERTIES OBJECT_DEPENDS ${generated}/assets.cc)
  add_library(parley_web_assets STATIC ${outputs})
  target_include_directories(parley_web_assets PRIVATE ${PROJECT_SOURCE_DIR}/src)
endfunction()
