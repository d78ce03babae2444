# Third-party libraries, each found once and named by the layer that is its home (see parley_layer calls in src/*).
# pkg-config where Debian's CMake package drags in more than we use (prometheus-cpp) or loses its flags (toml++).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(simdjson REQUIRED CONFIG)
find_package(SQLite3 3.37 REQUIRED)  # STRICT tables
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
find_package(CLI11 REQUIRED CONFIG)
find_package(CURL 7.85 REQUIRED)
if(PARLEY_TESTS)
  find_package(GTest REQUIRED CONFIG)
endif()

# Boost is used as headers; these definitions must be equal in every file that includes Beast.
add_library(parley_boost INTERFACE)
target_link_libraries(parley_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(parley_boost INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_ERROR_CODE_HEADER_ONLY)
