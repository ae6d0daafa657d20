# SPDX-License-Identifier: MIT
"""Reads heaptrack's data file: the bytes by the innermost frame that is neither malloc's nor operator new's."""
import pathlib


def share_on(text, places):
    """(bytes whose top frame is one of @places, all bytes). Places are (file name, line)."""
    strings, frames, traces, blocks = [""], [None], [None], []
    on_line = everything = 0
    for record in text.splitlines():
        kind, _, rest = record.partition(" ")
        if kind == "s":
            strings.append(rest.partition(" ")[2])
        elif kind == "i":
            frames.append(innermost([int(word, 16) for word in rest.split()], strings))
        elif kind == "t":
            traces.append(tuple(int(word, 16) for word in rest.split()))
        elif kind == "a":
            blocks.append(tuple(int(word, 16) for word in rest.split()))
        elif kind == "+":
            size, trace = blocks[int(rest.split()[0], 16)]
            frame = top_frame(trace, traces, frames)
            if is_start_up(trace, traces, frames):
                continue
            everything += size
            on_line += size if frame[1:] in places else 0
    return [on_line, everything]


def innermost(words, strings):
    """(function, file, line) of an instruction: the first of its inlined frames."""
    function = strings[words[2]] if len(words) > 2 else ""
    if len(words) < 5:
        return (function, "", 0)
    return (function, pathlib.Path(strings[words[3]]).name, words[4])


def top_frame(trace, traces, frames):
    """heaptrack's own views also start above operator new."""
    instruction, parent = traces[trace]
    while frames[instruction][0].startswith("operator new") and parent:
        instruction, parent = traces[parent]
    return frames[instruction]


def is_start_up(trace, traces, frames):
    """Blocks of the loader's start, before the program's own code: libstdc++'s emergency pool."""
    while trace:
        instruction, trace = traces[trace]
        if frames[instruction][0] == "_dl_init":
            return True
    return False
