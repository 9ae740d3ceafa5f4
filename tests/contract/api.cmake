# The API of a real ttydeskd, tested from outside with Python's standard library, yaml and
# jsonschema: over SQLite, and where the database matters over PostgreSQL, too.
set(api_environment "PYTHONDONTWRITEBYTECODE=1;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}"
  "UBSAN_OPTIONS=print_stacktrace=1;ASAN_OPTIONS=detect_stack_use_after_return=1;G_DEBUG=fatal-criticals")
function(api_test NAME SCRIPT)
  add_test(NAME contract.${NAME} COMMAND ${ARGN} /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${SCRIPT}_test.py
    $<TARGET_FILE:ttydeskd> ${CMAKE_SOURCE_DIR}/server/openapi.yaml)
  set_tests_properties(contract.${NAME} PROPERTIES LABELS contract TIMEOUT 1800 ENVIRONMENT "${api_environment}")
endfunction()
foreach(script openapi events hostile commands running watching files man merging telling)
  api_test(api_${script} ${script})
endforeach()
api_test(api_together together)
# The programs' other face: the same on both databases where what is written matters.
api_test(cli cli)
api_test(cli_postgres cli $<TARGET_FILE:with_postgres>)
api_test(linear linear)
set_tests_properties(contract.cli contract.cli_postgres contract.linear PROPERTIES TIMEOUT 1800)
api_test(api_languages languages)
api_test(api_away_postgres away $<TARGET_FILE:with_postgres>)
api_test(api_check check)
api_test(api_webhooks webhooks)
api_test(api_webhooks_postgres webhooks $<TARGET_FILE:with_postgres>)
api_test(api_check_postgres check $<TARGET_FILE:with_postgres>)
foreach(script openapi events together files merging telling)
  api_test(api_${script}_postgres ${script} $<TARGET_FILE:with_postgres>)
endforeach()

# server/openapi.yaml: the same as the tables of core/wire, sound by redocly's rules, and every answer
# that is JSON once more through prism. New suites of the API belong into the list of prism, too.
add_executable(wire_dump wire_dump.c)
target_link_libraries(wire_dump PRIVATE wire base)
add_test(NAME contract.openapi_wire COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/openapi_wire_test.py
  $<TARGET_FILE:wire_dump> ${CMAKE_SOURCE_DIR}/server/openapi.yaml ${CMAKE_SOURCE_DIR})
set(with_npm ${CMAKE_CURRENT_SOURCE_DIR}/npm/with ${CMAKE_SOURCE_DIR}/build/npm)
add_test(NAME contract.openapi_redocly COMMAND ${with_npm} ${CMAKE_CURRENT_SOURCE_DIR}/npm/redocly
  ${CMAKE_SOURCE_DIR}/server/openapi.yaml)
set(openapi_tests contract.openapi_wire contract.openapi_redocly)
foreach(script openapi)
  api_test(api_${script}_prism ${script} ${with_npm})
  list(APPEND openapi_tests contract.api_${script}_prism)
endforeach()
set_tests_properties(${openapi_tests} PROPERTIES LABELS contract TIMEOUT 1800 SKIP_RETURN_CODE 77
  ENVIRONMENT "${api_environment}")
