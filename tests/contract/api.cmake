# The API of a real ttydeskd, tested from outside with Python's standard library, yaml and
# jsonschema: over SQLite, and where the database matters over PostgreSQL, too.
set(api_environment "PYTHONDONTWRITEBYTECODE=1;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}"
  "UBSAN_OPTIONS=print_stacktrace=1;ASAN_OPTIONS=detect_stack_use_after_return=1;G_DEBUG=fatal-criticals")
function(api_test NAME SCRIPT)
  add_test(NAME contract.${NAME} COMMAND ${ARGN} /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${SCRIPT}_test.py
    $<TARGET_FILE:ttydeskd> ${CMAKE_SOURCE_DIR}/server/openapi.yaml)
  set_tests_properties(contract.${NAME} PROPERTIES LABELS contract TIMEOUT 300 ENVIRONMENT "${api_environment}")
endfunction()
foreach(script openapi events hostile commands running)
  api_test(api_${script} ${script})
endforeach()
api_test(api_together together)
foreach(script openapi events together)
  api_test(api_${script}_postgres ${script} $<TARGET_FILE:with_postgres>)
endforeach()
