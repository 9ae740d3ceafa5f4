# The API of a real ttydeskd, tested from outside with Python's standard library and yaml, jsonschema.
foreach(name openapi events hostile)
  add_test(NAME contract.api_${name}
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py $<TARGET_FILE:ttydeskd> ${CMAKE_SOURCE_DIR}/server/openapi.yaml)
  set_tests_properties(contract.api_${name} PROPERTIES LABELS contract TIMEOUT 300
    ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR};UBSAN_OPTIONS=print_stacktrace=1;ASAN_OPTIONS=detect_stack_use_after_return=1;G_DEBUG=fatal-criticals")
endforeach()
