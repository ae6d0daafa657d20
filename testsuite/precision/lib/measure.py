# SPDX-License-Identifier: MIT
"""Compiles, traces, counts: one program at one level becomes a Verdict. Results of unchanged inputs are kept."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass, field

import heaptrack

TIME_LIMIT = 120  # seconds for any one command


class CannotMeasure(Exception):
    """A compiler, a program or a tool failed: the message says which and how."""


@dataclass
class Verdict:
    total: int = 0  # bytes that the labels and the profile know
    right: int = 0  # of them on the labelled line
    sites: int = 0
    sites_right: int = 0
    types: int = 0
    types_right: int = 0
    removed: int = 0  # sites whose blocks the optimiser removed, confirmed by memcheck
    totals: str = ""  # "same", "differ" or "" when not compared
    problems: list[str] = field(default_factory=list)
    rows: list[list] = field(default_factory=list)


class Bench:
    def __init__(self, build, work, include, quick):
        self.build, self.work, self.include, self.quick = build, work, include, quick
        self.lock = threading.Lock()
        parts = sorted(build.glob("lib/memlint*.so")) + [build / "lib/libmemlint.so", build / "bin/memlint"]
        self.tool = digest(*[path.read_bytes() for path in parts])
        work.mkdir(parents=True, exist_ok=True)

    def versions(self):
        return {
            "gcc-12": first_line(["gcc-12", "-dumpfullversion"]),
            "gcc-11": first_line(["gcc-11", "-dumpfullversion"]),
            "valgrind": first_line(["valgrind", "--version"]).removeprefix("valgrind-"),
            "heaptrack": first_line(["heaptrack", "--version"]).split()[-1],
        }

    def judge(self, program, major, options):
        rows, ours = self.traced(program, major, options)
        theirs = None
        if not self.quick and not program.totals:
            theirs = self.memcheck(program, major, options)
        return verdict_of(program, rows, ours, theirs)

    def traced(self, program, major, options):
        """The rows and totals of a traced run, processes added up."""
        name, folder = self.place("trace", program, major, options, self.tool)
        return kept(folder / "rows.json", lambda: self.trace(program, major, options, folder), name)

    def trace(self, program, major, options, folder):
        executable = self.compile(program, major, options, folder, [f"-fplugin={self.build}/lib/memlint.so"])
        for old in folder.glob("run.*.memlint"):
            old.unlink()
        environment = dict(os.environ, MEMLINT="1", MEMLINT_OUTPUT=f"{folder}/run.%p.memlint")
        run([executable], folder, environment)
        profiles = sorted(folder.glob("run.*.memlint"))
        if not profiles:
            raise CannotMeasure(f"{program.name} {' '.join(options)}: the traced run left no profile")
        rows, totals = [], [0] * 5
        for profile in profiles:
            table = json.loads(run([self.build / "bin/memlint", "stat", "--json", profile], folder))
            for key, name in enumerate(("alloc_count", "free_count", "alloc_bytes", "live_bytes", "live_count")):
                totals[key] += table["totals"][name]
            rows += [[pathlib.Path(row["file"] or "?").name, row["line"], row["column"], row["type"] or "",
                      row["alloc_bytes"], row["alloc_count"]] for row in table["rows"] if row["alloc_count"]]
        return rows, totals

    def memcheck(self, program, major, options):
        """Allocations, frees, bytes, and bytes and blocks left at exit of the plain build, start-up aside."""
        name, folder = self.place("plain", program, major, options, "")

        def count():
            return memcheck_totals([self.compile(program, major, options, folder, [])], folder)

        with self.lock:
            start_up = self.start_up(compiler(program, major), program.flags) if program.cxx else [0] * 5
        return [a - b for a, b in zip(kept(folder / "memcheck.json", count, name), start_up)]

    def start_up(self, command, flags):
        """What memcheck counts of a C++ program that does nothing: libstdc++ has a pool for exceptions."""
        folder = self.work / "empty" / digest(command.encode(), " ".join(flags).encode())[:12]
        folder.mkdir(parents=True, exist_ok=True)

        def count():
            source = folder / "empty.cc"
            source.write_text("#include <exception>\nint main() { return std::uncaught_exceptions(); }\n")
            run([command, source, "-o", folder / "empty", *flags], folder)
            return memcheck_totals([folder / "empty"], folder)

        return kept(folder / "memcheck.json", count, "an empty program")

    def heaptrack(self, program):
        """(bytes whose top frame heaptrack puts on a labelled line, all bytes), of the plain build at -O2."""
        name, folder = self.place("plain", program, "12", ["-O2"], "")
        places = [list(place) for place in program.labelled()]

        def compare():
            executable = self.compile(program, "12", ["-O2"], folder, [])
            run(["heaptrack", "-o", folder / "heaptrack", executable], folder)
            data = run(["zstd", "-dcq", folder / "heaptrack.zst"], folder)
            return heaptrack.share_on(data, {tuple(place) for place in places})

        return kept(folder / "heaptrack.json", compare, name)

    def place(self, kind, program, major, options, tool):
        key = digest(tool.encode(), *[source.read_bytes() for source in program.sources])[:12]
        name = f"{program.name}/{kind}-{major}{''.join(options)}-{key}"
        folder = self.work / name
        folder.mkdir(parents=True, exist_ok=True)
        return name, folder

    def compile(self, program, major, options, folder, plugin):
        """Every unit by itself, then linked; NAME.plugin.c becomes NAME.so beside the program."""
        common = [compiler(program, major), "-g", f"-I{self.include}", *plugin, *options]
        objects = []
        for source in program.sources:
            if source.name.endswith((".plugin.c", ".plugin.cc")):
                library = folder / (source.name.split(".")[0] + ".so")
                run([*common, "-shared", "-fPIC", source, "-o", library, *program.flags], folder)
            elif source.suffix in (".c", ".cc"):
                objects.append(folder / (source.stem + ".o"))
                flags = [flag for flag in program.flags if not flag.startswith("-l")]
                run([*common, *flags, "-c", source, "-o", objects[-1]], folder)
        run([*common, *objects, "-o", folder / "program", *program.flags], folder)
        return folder / "program"


def verdict_of(program, rows, ours, theirs):
    """Compares rows [file, line, column, type, bytes, count] with the labels, totals with memcheck's."""
    verdict = Verdict(rows=sorted(rows))
    if theirs is not None:
        verdict.totals = "same" if ours == theirs else "differ"
        if ours != theirs:
            verdict.problems.append("totals (allocations, frees, bytes, bytes and blocks left): "
                                    f"memlint {ours}, memcheck {theirs}")
    places = program.labelled()
    for file, line, column, kind, size, count in rows:
        if (file, line) not in places:
            verdict.total += size
            verdict.problems.append(f"{file}:{line}:{column}: no label here: {size} bytes in {count} blocks, '{kind}'")
    removable = verdict.totals == "same" and not verdict.problems
    for label in program.labels:
        judge_label(label, [row for row in rows if (row[0], row[1]) in label.places], verdict, removable)
    return verdict


def judge_label(label, rows, verdict, removable):
    """@removable: no row stands elsewhere, and memcheck counts as few blocks in the plain build."""
    size, count = sum(row[4] for row in rows), sum(row[5] for row in rows)
    if not rows and removable and label.bytes is not None:
        verdict.removed += 1
        return
    wanted = size if label.bytes is None else label.bytes
    verdict.sites += 1
    verdict.total += max(size, wanted)
    verdict.right += min(size, wanted)
    if not rows:
        verdict.problems.append(f"{label.place}: no row; expected {'some' if label.bytes is None else wanted} bytes")
    elif size != wanted:
        verdict.problems.append(f"{label.place}: {size} bytes, expected {wanted}")
    elif label.count is not None and count != label.count:
        verdict.problems.append(f"{label.place}: {count} blocks, expected {label.count}")
    else:
        verdict.sites_right += 1
    if label.types:
        wrong = sorted({row[3] for row in rows if not label.type_is_right(row[3])})
        verdict.types += 1
        if rows and not wrong:
            verdict.types_right += 1
        elif rows:
            verdict.problems.append(f"{label.place}: type '{wrong[0]}', expected {' or '.join(label.types)}")


def compiler(program, major):
    return f"{'g++' if program.cxx else 'gcc'}-{major}"


def memcheck_totals(command, folder):
    log = folder / "memcheck.log"
    for old in folder.glob("memcheck.log*"):
        old.unlink()
    run(["valgrind", f"--log-file={log}.%p", *command], folder)
    totals = [0] * 5
    for text in [path.read_text().replace(",", "") for path in folder.glob("memcheck.log.*")]:
        left = re.search(r"in use at exit: (\d+) bytes in (\d+) blocks", text)
        usage = re.search(r"total heap usage: (\d+) allocs (\d+) frees (\d+) bytes", text)
        if left and usage:
            counts = [int(n) for n in (*usage.groups(), *left.groups())]
            totals = [a + b for a, b in zip(totals, counts)]
    return totals


def kept(path, make, name):
    """What @make returned, from @path when it was made before."""
    if path.exists():
        return json.loads(path.read_text())
    try:
        result = make()
    except CannotMeasure as problem:
        raise CannotMeasure(f"{name}: {problem}") from problem
    path.write_text(json.dumps(result))
    return json.loads(path.read_text())


def run(command, folder, environment=None):
    command = [str(word) for word in command]
    if not shutil.which(command[0]):
        raise CannotMeasure(f"'{command[0]}' is not installed")
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired as problem:
        raise CannotMeasure(f"{command[0]} took longer than {TIME_LIMIT} s") from problem
    if done.returncode:
        text = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotMeasure(f"{' '.join(command)}: exit status {done.returncode}: {' / '.join(text[:6])}")
    return done.stdout.decode(errors="replace")


def first_line(command):
    try:
        return (run(command, None).splitlines() or ["unknown"])[0]
    except CannotMeasure:
        return "not installed"


def digest(*parts):
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()
