# The catalogue of a language, checked (msgfmt -c: every conversion of printf is there again)
# and compiled into a floor as LANGUAGE's struct say_catalogue.
find_program(MSGFMT msgfmt REQUIRED)
function(desk_words FLOOR LANGUAGE PO)
  set(mo ${CMAKE_BINARY_DIR}/words/${LANGUAGE}.mo)
  set(out ${CMAKE_BINARY_DIR}/words/${LANGUAGE}.c)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/words)
  add_custom_command(OUTPUT ${out}
    COMMAND ${MSGFMT} --check --no-hash --endianness=little -o ${mo} ${CMAKE_SOURCE_DIR}/${PO}
    COMMAND ${CMAKE_COMMAND} -DIN=${mo} -DOUT=${out} -DNAME=say_catalogue_${LANGUAGE}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${CMAKE_SOURCE_DIR}/${PO} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Words of ${PO}" VERBATIM)
  target_sources(${FLOOR} PRIVATE ${out})
endfunction()
