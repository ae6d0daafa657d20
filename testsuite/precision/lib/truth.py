# SPDX-License-Identifier: MIT
"""The truth: labels that a person wrote into the programs, and what a traced run must show for them.

A label stands in a comment on the line a programmer would name for the memory, or alone on the line above:

    bytes: 3*16; count: 3; type: struct node        48 bytes in 3 blocks of that type, on this line
    bytes: any; type: char[]                         as many bytes as the library likes, at least one block
    bytes: 40; name: table   ...   or: table         either line may carry (some of) the row

`bytes` is an expression of numbers, of `sum(... for ...)`, never of anything the program prints. `count` and `type` are
optional; `type` may name several with `or`, and fnmatch patterns. A row on a line without a label is wrong.
A program's own first comment may say `flags:` (options of the compiler), `totals: not compared, REASON` and `style:`.
"""
import fnmatch
import pathlib
import re
from dataclasses import dataclass, field

SOURCES = (".c", ".cc", ".h", ".hpp")
LABEL = re.compile(r"(?:/\*|//) *((?:bytes|or): *.*?)(?:\*/|$)")


class BadLabel(Exception):
    """A label that cannot be read: the message names file and line."""


@dataclass
class Label:
    file: str
    line: int
    bytes: int | None  # None: any
    count: int | None
    types: list[str]
    places: set[tuple[str, int]]

    @property
    def place(self):
        return f"{self.file}:{self.line}"

    def type_is_right(self, shown):
        return any(fnmatch.fnmatchcase(shown, pattern) for pattern in self.types)


@dataclass
class Program:
    name: str
    sources: list[pathlib.Path]
    style: str = ""
    flags: list[str] = field(default_factory=list)
    totals: str = ""  # why totals are not compared; empty: they are
    labels: list[Label] = field(default_factory=list)

    @property
    def cxx(self):
        return any(source.suffix == ".cc" for source in self.sources)

    @property
    def files(self):
        return {source.name for source in self.sources}

    def labelled(self):
        return {place: label for label in self.labels for place in label.places}


def number(expression, where):
    try:
        return int(eval(expression, {"__builtins__": {}}, {"sum": sum, "range": range, "max": max}))
    except Exception as problem:
        raise BadLabel(f"{where}: '{expression}' is no number of bytes: {problem}") from problem


def read_label(text, file, line):
    fields = {}
    for part in text.strip().split(";"):
        key, colon, value = part.partition(":")
        if not colon or key.strip() not in ("bytes", "count", "type", "name"):
            raise BadLabel(f"{file}:{line}: '{part.strip()}' is not bytes:, count:, type: or name:")
        fields[key.strip()] = value.strip()
    where = f"{file}:{line}"
    size = None if fields["bytes"] == "any" else number(fields["bytes"], where)
    count = number(fields["count"], where) if "count" in fields else None
    types = [name.strip() for name in re.split(r" or ", fields["type"])] if "type" in fields else []
    return Label(file, line, size, count, types, {(file, line)}), fields.get("name")


def read_source(program, path, named, also):
    for line, text in enumerate(path.read_text().splitlines(), 1):
        for key in ("style", "flags", "totals"):
            match = re.match(rf" \* {key}: *(.*)", text)
            if match and key == "flags":
                program.flags = match[1].split()
            elif match:
                setattr(program, key, match[1].removeprefix("not compared, "))
        match = LABEL.search(text)
        if not match:
            continue
        place = line + 1 if not text[:match.start()].strip() else line
        if match[1].startswith("or:"):
            also.append((match[1][3:].strip(), path.name, place))
            continue
        label, name = read_label(match[1], path.name, place)
        program.labels.append(label)
        if name:
            named[name] = label


def load_program(path):
    sources = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix in SOURCES)
    program = Program(path.stem, sources)
    named, also = {}, []
    for source in sources:
        read_source(program, source, named, also)
    for name, file, line in also:
        if name not in named:
            raise BadLabel(f"{file}:{line}: no label has the name '{name}'")
        named[name].places.add((file, line))
    if not program.labels:
        raise BadLabel(f"{path.name}: no labels, so it proves nothing")
    return program


def load_programs(folder, names):
    paths = sorted(p for p in folder.iterdir() if p.is_dir() or p.suffix in (".c", ".cc"))
    known = {path.stem: path for path in paths}
    for name in names:
        if name not in known:
            raise BadLabel(f"no program '{name}'; there are {', '.join(known)}")
    return [load_program(path) for name, path in known.items() if not names or name in names]
