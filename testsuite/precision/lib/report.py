# SPDX-License-Identifier: MIT
"""The table: on the terminal, and as docs/precision.md."""
import os
import sys


def progress(number, total, what):
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        print(f"\r\033[K  {number}/{total}  {what}", end=end, file=sys.stderr, flush=True)


def share(part, whole):
    """Percent, never rounded up to 100."""
    if not whole:
        return "-"
    if part == whole:
        return "100 %"
    return f"{min(99.9, 100 * part / whole):.1f} %"


class Report:
    def __init__(self, programs, levels, results, compared, versions):
        self.programs, self.levels, self.results = programs, levels, results
        self.compared, self.versions = compared, versions
        self.reference = "-O2" if "-O2" in levels else levels[0]

    def verdicts(self, program):
        return [self.results[program.name, level] for level in self.levels]

    def all_right(self):
        return not any(verdict.problems for verdict in self.results.values()) and not any(
            self.unlike(program) for program in self.programs)

    def unlike(self, program):
        """The levels of one compiler whose rows differ from the reference's in more than what the optimiser removed.

        Another compiler has another C++ library, with other names for its nodes.
        """
        rows = {level: self.comparable(program, self.results[program.name, level].rows) for level in self.levels}
        gone = {level: self.results[program.name, level].removed for level in self.levels}
        wanted = rows[self.reference]
        levels = [level for level in self.levels if not level.startswith("gcc-")]
        return [level for level in levels if rows[level] != wanted and not (
            gone[level] != gone[self.reference] and self.only_fewer(rows[level], wanted))]

    @staticmethod
    def comparable(program, rows):
        """Without the bytes where the label leaves them to the library: the length of a path is in some."""
        free = {place for label in program.labels if label.bytes is None for place in label.places}
        return [[*row[:4], 0 if (row[0], row[1]) in free else row[4], row[5]] for row in rows]

    @staticmethod
    def only_fewer(some, others):
        fewer, more = sorted([some, others], key=len)
        return all(row in more for row in fewer)

    def sums(self, attribute, level):
        return sum(getattr(self.results[program.name, level], attribute) for program in self.programs)

    def header(self):
        return ["program", "style", "sites", "bytes", *self.levels, "types", "totals", "heaptrack"]

    def row(self, program):
        verdicts = self.verdicts(program)
        reference = self.results[program.name, self.reference]
        types = [sum(v.types_right for v in verdicts), sum(v.types for v in verdicts)]
        totals = {v.totals for v in verdicts}
        counted = "differ" if "differ" in totals else "same" if totals == {"same"} else "-"
        beside = self.compared.get(program.name)
        return [program.name, program.style, str(len(program.labels)), f"{reference.total:,}",
                *[share(v.right, v.total) for v in verdicts], share(*types), counted,
                share(*beside) if beside else "-"]

    def footer(self):
        everything = [self.results[key] for key in self.results]
        beside = [sum(pair[i] for pair in self.compared.values()) for i in (0, 1)]
        return [f"{len(self.programs)} programs", "", str(sum(len(p.labels) for p in self.programs)),
                f"{self.sums('total', self.reference):,}",
                *[share(self.sums("right", level), self.sums("total", level)) for level in self.levels],
                share(sum(v.types_right for v in everything), sum(v.types for v in everything)),
                "differ" if any(v.totals == "differ" for v in everything) else
                "same" if any(v.totals for v in everything) else "-", share(*beside)]

    def problems(self):
        """Each problem once, with the levels where it shows."""
        where = {}
        for program in self.programs:
            for level in self.levels:
                for problem in self.results[program.name, level].problems:
                    where.setdefault((program.name, problem), []).append(level)
            unlike = self.unlike(program)
            if unlike:
                where[program.name, f"rows differ from those at {self.reference}"] = unlike
        return [(name, problem, levels) for (name, problem), levels in where.items()]

    def summary(self):
        everything = list(self.results.values())
        compared = [v for v in everything if v.totals]
        same = [p for p in self.programs if not self.unlike(p)]
        lines = [
            f"{sum(v.sites_right for v in everything)} of {sum(v.sites for v in everything)} site measurements exact "
            f"({sum(len(p.labels) for p in self.programs)} sites, {len(self.levels)} builds)",
            f"{sum(v.types_right for v in everything)} of {sum(v.types for v in everything)} labelled types right",
            f"{len(same)} of {len(self.programs)} programs with the same rows at every level of gcc 12",
        ]
        free = [label for p in self.programs for label in p.labels if label.bytes is None]
        lines.append(f"{len(free)} labels leave the number of bytes to the library: only their line and type are judged")
        if compared:
            lines.append(f"{sum(v.totals == 'same' for v in compared)} of {len(compared)} compared totals equal "
                         "to memcheck's")
            lines.append(f"{sum(v.removed for v in compared)} times the optimiser removed a site's blocks, as in the "
                         "plain build")
        return lines

    def terminal(self):
        style = self.header().index("style")
        table = [[cell for i, cell in enumerate(row) if i != style]
                 for row in [self.header(), *[self.row(p) for p in self.programs], self.footer()]]
        widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for number, row in enumerate(table):
            text = "  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths)))
            strong = colour and number in (0, len(table) - 1)
            print(f"\033[1m{text}\033[0m" if strong else text)
        print()
        for line in self.summary():
            print(line)
        for name, problem, levels in self.problems():
            print(f"{name}: {problem} ({', '.join(levels)})")

    def markdown(self, path):
        text = [INTRODUCTION.format(**self.versions, reference=self.reference)]
        text += [f"- {line}" for line in self.summary()]
        text += ["", "| " + " | ".join(self.header()) + " |",
                 "|:--|:--|" + "--:|" * (len(self.header()) - 2)]
        text += ["| " + " | ".join(self.row(program)) + " |" for program in self.programs]
        text += ["| " + " | ".join(f"**{cell}**" if cell else "" for cell in self.footer()) + " |", ""]
        text += ["## Misses", ""]
        problems = self.problems()
        text += [f"- `{name}`: {problem} ({', '.join(levels)})" for name, problem, levels in problems]
        text += [] if problems else ["None."]
        without = [program for program in self.programs if program.totals]
        if without:
            text += ["", "## Totals not compared", ""]
            text += [f"- `{program.name}`: {program.totals}" for program in without]
        path.write_text("\n".join(text) + "\n")


INTRODUCTION = """<!-- Written by ./run precision --write; do not edit. -->
# Precision

How often memlint names the line and the type that a programmer would name. The truth is written by hand, as a comment on that
line of each program in `testsuite/precision/programs`: bytes, blocks, type. A row on any other line (inside a wrapper, a
header, a library) is wrong.

- **sites**: labelled lines. **bytes**: what the program asks for at {reference}.
- **-O0 … gcc-11**: the share of bytes on the labelled line, with that option of gcc {gcc-12} (`lto`: `-O2 -flto`), and with
  gcc {gcc-11} at -O2.
- **types**: labelled types that are right, over all builds.
- **totals**: allocations, frees, bytes, and what is left at exit, next to memcheck's of the plain build (valgrind {valgrind}).
- **heaptrack**: the share of bytes whose top frame is the labelled line, by heaptrack {heaptrack} of the plain build at -O2
  with `-g`; the innermost inlined frame, frames of `operator new` aside. It keeps whole stacks, in which the author's line
  can be found by hand; the column says how often nobody has to.
"""
