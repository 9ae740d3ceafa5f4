/* Shorthands that the tables of shapes are written with; for shapes_*.c only. */
#ifndef WIRE_SHAPES_H
#define WIRE_SHAPES_H

#include "wire/fields.h"

#define ID(T, m, ...) {.name = #m, .type = FIELD_ID, FIELD_AT(T, m), __VA_ARGS__}
#define I64(T, m, ...) {.name = #m, .type = FIELD_INT64, FIELD_AT(T, m), __VA_ARGS__}
#define INT(T, m, ...) {.name = #m, .type = FIELD_INT, FIELD_AT(T, m), __VA_ARGS__}
#define BOOL(T, m, ...) {.name = #m, .type = FIELD_BOOL, FIELD_AT(T, m), __VA_ARGS__}
#define DOUBLE(T, m, ...) {.name = #m, .type = FIELD_DOUBLE, FIELD_AT(T, m), __VA_ARGS__}
#define STR(T, m, ...) {.name = #m, .type = FIELD_STRING, FIELD_AT(T, m), __VA_ARGS__}
#define ENUM(T, m, w, ...) {.name = #m, .type = FIELD_ENUM, FIELD_AT(T, m), .words = &w, __VA_ARGS__}
#define MASK(T, m, w, ...) {.name = #m, .type = FIELD_MASK, FIELD_AT(T, m), .words = &w, __VA_ARGS__}
#define LIST(T, m, s, ...) {.name = #m, .type = FIELD_LIST, FIELD_AT(T, m), .shape = &s, __VA_ARGS__}
#define STRINGS(T, m, ...) {.name = #m, .type = FIELD_STRINGS, FIELD_AT(T, m), __VA_ARGS__}
#define OBJECT(T, m, s, ...) {.name = #m, .type = FIELD_OBJECT, FIELD_AT(T, m), .shape = &s, __VA_ARGS__}
#define REQUIRED .flags = FIELD_REQUIRED
#define TIME_RANGE .min = 0, .max = JSON_MAX_INTEGER

#endif
