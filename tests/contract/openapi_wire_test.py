#!/usr/bin/python3
"""server/openapi.yaml against the tables of core/wire, both ways: a route, parameter, member or word that only one
side knows fails. usage: openapi_wire_test.py WIRE_DUMP OPENAPI_YAML SOURCE_DIR"""
import glob
import json
import re
import subprocess
import sys

import yaml

DUMP, DOCUMENT, SOURCE = sys.argv[1:4]
METHODS = ("get", "post", "put", "patch", "delete")
PAGES = {"after", "before", "around", "last"}  # the anchors of query.c
# A path's name: the tables say which member of the struct it is, the document what it means.
PLACEHOLDERS = {"text": "name", "stage": "name", "tag": "name", "field": "name", "kind": "name"}
# Schemas that are called otherwise than their struct.
NAMES = {"wire_error": "Error", "ticket_clock": "Clock", "article_hit": "Hit", "session": "SessionAnswer",
         "queue_page": "QueueAnswer", "problem": "DeskProblem"}
# Said once in the struct, by the answer around it in the document; and told by the kind of an answer.
ELSEWHERE = {"queue_page": {"server_time_ms"}}
NO_SCHEMA = {"answer"}
SIMPLE = {"integer": "integer", "boolean": "boolean", "number": "number", "string": "string", "id": "integer"}

failures = []


def expect(ok, sentence):
    if not ok:
        failures.append(sentence)


class Document:
    def __init__(self):
        with open(DOCUMENT, encoding="utf-8") as f:
            self.root = yaml.safe_load(f)
        self.schemas = self.root["components"]["schemas"]
        self.operations = {}
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item:
                    self.operations[method.upper(), self.bare(path)] = (path, item, item[method])

    @staticmethod
    def bare(path):
        """Without the names of what is in braces that the tables call otherwise."""
        return re.sub(r"\{(\w+)\}", lambda m: "{" + PLACEHOLDERS.get(m[1], m[1]) + "}", path)

    def follow(self, node):
        while "$ref" in node:
            target = self.root
            for step in node["$ref"][2:].split("/"):
                target = target[step]
            node = target
        return node


def compare_value(doc, where, field, schema):
    """One member's type, words and bounds."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = doc.follow(schema)
    kind = field["type"]
    if kind == "enum":
        expect(schema.get("type") == "string", f"{where} must be a string")
        words, said = field["words"], schema.get("enum", [])
        expect(set(said) <= set(words), f"{where}: no such word: {sorted(set(said) - set(words))}")
        if name or field.get("whole"):
            expect(set(words) <= set(said), f"{where}: words left out: {sorted(set(words) - set(said))}")
    elif kind in ("mask", "strings", "ids", "list"):
        expect(schema.get("type") == "array", f"{where} must be an array")
        items = schema.get("items", {})
        inner = doc.follow(items).get("type")
        expect(inner == {"ids": "integer", "list": "object"}.get(kind, "string"), f"{where} is an array of {inner}")
        if kind == "mask":
            compare_value(doc, where + "[]", {**field, "type": "enum"}, items)
    elif kind == "object":
        expect(schema.get("type") == "object", f"{where} must be an object")
    else:
        expect(schema.get("type") == SIMPLE[kind], f"{where} is {schema.get('type')}, in the tables {kind}")
    if kind == "string" and field["max"] and "maxLength" in schema:
        expect(schema["maxLength"] == field["max"], f"{where}: maxLength {schema['maxLength']}, not {field['max']}")
    if kind == "integer" and field["max"] > field["min"]:
        expect(schema.get("minimum", field["min"]) == field["min"], f"{where}: the minimum is {field['min']}")
        expect(schema.get("maximum", field["max"]) == field["max"], f"{where}: the maximum is {field['max']}")


def compare_members(doc, where, fields, schema, required=True):
    said = schema.get("properties", {})
    expect(not said.keys() - fields.keys(), f"{where}: not in core/wire: {sorted(said.keys() - fields.keys())}")
    expect(not fields.keys() - said.keys(), f"{where}: left out: {sorted(fields.keys() - said.keys())}")
    for name in fields.keys() & said.keys():
        compare_value(doc, f"{where}.{name}", fields[name], said[name])
    for name in schema.get("required", []):
        expect(name in said, f"{where}: {name} is required and not described")
    if required:
        must = {name for name, field in fields.items() if field["required"]}
        expect(must <= set(schema.get("required", [])), f"{where}: required, too: {sorted(must - set(schema.get('required', [])))}")


def compare_reads(doc, routes):
    for route in routes:
        key = (route["method"], doc.bare(route["pattern"]))
        where = " ".join(key)
        expect(key in doc.operations, f"{where} is not in the document")
        if key not in doc.operations:
            continue
        _, item, operation = doc.operations[key]
        parameters = [doc.follow(p) for p in item.get("parameters", []) + operation.get("parameters", [])]
        said = {p["name"]: p for p in parameters if p["in"] == "query"}
        fields = set(route["fields"]) | (PAGES if route["pages"] else set())
        expect(set(said) == fields, f"{where}: parameters {sorted(said)}, in the tables {sorted(fields)}")
        for name, field in route["fields"].items():
            if name in said:
                compare_value(doc, f"{where} ?{name}", field, said[name]["schema"])


def compare_writes(doc, routes):
    places = {}
    for route in routes:
        places.setdefault((route["method"], doc.bare(route["pattern"])), []).append(route)
    for key, here in places.items():
        where = " ".join(key)
        expect(key in doc.operations, f"{where} is not in the document")
        if key not in doc.operations:
            continue
        _, item, operation = doc.operations[key]
        parameters = [doc.follow(p)["name"] for p in item.get("parameters", []) + operation.get("parameters", [])]
        expect("Idempotency-Key" in parameters, f"{where}: the parameter key is missing")
        bodies = [route["fields"] for route in here if not route["bodiless"]]
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        expect(bool(bodies) == bool(content), f"{where}: " + ("has a body" if bodies else "has no body"))
        if not bodies or not content:
            continue
        union = {}
        for fields in bodies:
            for name, field in fields.items():
                must = all(other.get(name, {}).get("required") for other in bodies)
                union[name] = {**field, "required": must}
        compare_members(doc, where, union, doc.follow(content["schema"]))
        expect(operation["requestBody"].get("required") or not any(f["required"] for b in bodies for f in b.values()),
               f"{where}: the body is required")


def compare_elsewhere(doc, tables):
    """What is not in the tables is answered by name in server/; what server/ answers by name is described."""
    table = {(r["method"], doc.bare(r["pattern"])) for r in tables["reads"] + tables["writes"]}
    code = ""
    for file in glob.glob(SOURCE + "/server/**/*.c", recursive=True):
        with open(file, encoding="utf-8") as f:
            code += f.read()
    known = set(re.findall(r'"(/(?:v1/[^"\s]*|metrics))"', code))
    for method, path in doc.operations.keys() - table:
        place = re.split(r"\{", path)[0]
        expect(any(k == path or ("{" in path and k.startswith(place)) for k in known),
               f"{method} {path}: nothing in core/wire/routes.c or server/ knows it")
    described = {path for _, path in doc.operations}
    for place in known:
        expect(any(p == place or p.startswith(place.rstrip("/") + "/") or p.startswith(place.partition("%")[0])
                   for p in described), f"{place} (in server/) is not in the document")


def compare_schemas(doc, shapes):
    for shape, fields in shapes.items():
        name = NAMES.get(shape, "".join(part.capitalize() for part in shape.split("_")))
        if shape in NO_SCHEMA:
            continue
        expect(name in doc.schemas, f"struct {shape} has no schema {name}")
        if name not in doc.schemas:
            continue
        schema = dict(doc.schemas[name])
        hidden = ELSEWHERE.get(shape, set())
        schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in hidden}
        schema["required"] = [r for r in schema.get("required", []) if r not in hidden]
        compare_members(doc, name, fields, schema, required=False)


def main():
    tables = json.loads(subprocess.run([DUMP], check=True, capture_output=True, timeout=60).stdout)
    doc = Document()
    compare_reads(doc, tables["reads"])
    compare_writes(doc, tables["writes"])
    compare_elsewhere(doc, tables)
    compare_schemas(doc, tables["shapes"])
    for sentence in failures:
        print("#", sentence)
    print("1..1\n" + ("not ok" if failures else "ok") + " 1 document_and_tables__both_ways__same")
    sys.exit(1 if failures else 0)


main()
