# A floor is a static library with an include root of its own: headers of floor
# NAME are included as "NAME/thing.h", and only by targets that USE the floor.
# The root is a folder of the build tree that holds one link to the floor's folder.
function(desk_floor NAME)
  cmake_parse_arguments(FLOOR "" "DIR;MAIN" "SUBDIRS;USES;HIDES" ${ARGN})
  set(patterns ${CMAKE_SOURCE_DIR}/${FLOOR_DIR}/*.c)
  foreach(sub ${FLOOR_SUBDIRS})
    list(APPEND patterns ${CMAKE_SOURCE_DIR}/${FLOOR_DIR}/${sub}/*.c)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  if(FLOOR_MAIN)
    list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/${FLOOR_DIR}/${FLOOR_MAIN})
  endif()
  set(root ${CMAKE_BINARY_DIR}/roots/${NAME})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${FLOOR_DIR} ${root}/${NAME} SYMBOLIC)
  add_library(${NAME} STATIC ${sources})
  target_include_directories(${NAME} PUBLIC ${root})
  target_link_libraries(${NAME} PUBLIC ${FLOOR_USES} PRIVATE ${FLOOR_HIDES})
  target_compile_definitions(${NAME} PUBLIC DESK_VERSION="${PROJECT_VERSION}"
    PRIVATE DESK_DATADIR="${CMAKE_INSTALL_FULL_DATADIR}/ttydesk" DESK_BINDIR="${CMAKE_INSTALL_FULL_BINDIR}")
endfunction()
