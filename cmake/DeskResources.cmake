# Data files compiled into a floor as a GResource, under PREFIX/<folder>/<file>.
find_program(GLIB_COMPILE_RESOURCES glib-compile-resources REQUIRED)
function(desk_resources FLOOR)
  cmake_parse_arguments(RES "" "NAME;PREFIX" "FOLDERS" ${ARGN})
  set(files)
  foreach(folder ${RES_FOLDERS})
    file(GLOB found CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${folder}/*)
    list(APPEND files ${found})
  endforeach()
  set(xml "<gresources><gresource prefix=\"${RES_PREFIX}\">\n")
  set(deps)
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    get_filename_component(dir ${file} DIRECTORY)
    get_filename_component(dirname ${dir} NAME)
    string(APPEND xml "  <file alias=\"${dirname}/${name}\">${file}</file>\n")
    list(APPEND deps ${CMAKE_SOURCE_DIR}/${file})
  endforeach()
  string(APPEND xml "</gresource></gresources>\n")
  set(xmlfile ${CMAKE_BINARY_DIR}/resources/${RES_NAME}.xml)
  file(CONFIGURE OUTPUT ${xmlfile} CONTENT "${xml}" @ONLY)
  set(out ${CMAKE_BINARY_DIR}/resources/${RES_NAME}.c)
  set(hdr ${CMAKE_BINARY_DIR}/resources/${FLOOR}/${RES_NAME}.h)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/resources/${FLOOR})
  add_custom_command(OUTPUT ${out} ${hdr}
    COMMAND ${GLIB_COMPILE_RESOURCES} --generate-source --c-name ${RES_NAME}
            --sourcedir=${CMAKE_SOURCE_DIR} --target=${out} ${xmlfile}
    COMMAND ${GLIB_COMPILE_RESOURCES} --generate-header --c-name ${RES_NAME}
            --sourcedir=${CMAKE_SOURCE_DIR} --target=${hdr} ${xmlfile}
    DEPENDS ${deps} ${xmlfile} VERBATIM)
  target_sources(${FLOOR} PRIVATE ${out} ${hdr})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS "-Wno-error;-w")
  target_include_directories(${FLOOR} PRIVATE ${CMAKE_BINARY_DIR}/resources/${FLOOR})
endfunction()
