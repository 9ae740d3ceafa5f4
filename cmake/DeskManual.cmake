# The man pages as plain text, compiled into a floor: PREFIX/<language>/<page>. So the help
# is here where no man(1) is, and is the same text.
find_program(MANDOC mandoc REQUIRED)
function(desk_manual FLOOR)
  cmake_parse_arguments(MAN "" "NAME;PREFIX" "" ${ARGN})
  set(xml "<gresources><gresource prefix=\"${MAN_PREFIX}\">\n")
  set(texts)
  file(GLOB pages CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/man
       ${CMAKE_SOURCE_DIR}/man/*.[1-8] ${CMAKE_SOURCE_DIR}/man/zh_CN/*.[1-8])
  foreach(page ${pages})
    get_filename_component(name ${page} NAME)
    if(page MATCHES "^zh_CN/")
      set(language zh)
    else()
      set(language en)
    endif()
    set(text ${CMAKE_BINARY_DIR}/manual/${language}/${name})
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/manual/${language})
    add_custom_command(OUTPUT ${text}
      COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C.UTF-8 ${CMAKE_SOURCE_DIR}/cmake/manual-text ${MANDOC}
              ${CMAKE_SOURCE_DIR}/man/${page} ${text}
      DEPENDS ${CMAKE_SOURCE_DIR}/man/${page} ${CMAKE_SOURCE_DIR}/cmake/manual-text VERBATIM)
    list(APPEND texts ${text})
    string(APPEND xml "  <file compressed=\"true\">${language}/${name}</file>\n")
  endforeach()
  string(APPEND xml "</gresource></gresources>\n")
  set(xmlfile ${CMAKE_BINARY_DIR}/resources/${MAN_NAME}.xml)
  file(CONFIGURE OUTPUT ${xmlfile} CONTENT "${xml}" @ONLY)
  set(out ${CMAKE_BINARY_DIR}/resources/${MAN_NAME}.c)
  set(hdr ${CMAKE_BINARY_DIR}/resources/${FLOOR}/${MAN_NAME}.h)
  add_custom_command(OUTPUT ${out} ${hdr}
    COMMAND ${GLIB_COMPILE_RESOURCES} --generate-source --c-name ${MAN_NAME}
            --sourcedir=${CMAKE_BINARY_DIR}/manual --target=${out} ${xmlfile}
    COMMAND ${GLIB_COMPILE_RESOURCES} --generate-header --c-name ${MAN_NAME}
            --sourcedir=${CMAKE_BINARY_DIR}/manual --target=${hdr} ${xmlfile}
    DEPENDS ${texts} ${xmlfile} VERBATIM)
  target_sources(${FLOOR} PRIVATE ${out} ${hdr})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS "-Wno-error;-w")
endfunction()
