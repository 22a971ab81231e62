"""Code for machines that are not here: it is made, it is theirs, and it calls nothing from outside."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from boneloop.kernel.native.compiler import compile_text
from boneloop.kernel.native.machine import AVX2, AVX512, NEON, PLAIN
from boneloop.kernel.native.program import program

WINDOWS = replace(AVX2, triple="x86_64-pc-windows-msvc")
MACHINE_CODE = {"x86_64": 62, "aarch64": 183}
_SYMBOL_TABLE, _UNDEFINED = 2, 0


def undefined(code):
    """The names an ELF file leaves to others."""
    sections, size, count = (struct.unpack_from(kind, code, at)[0] for kind, at in (("<Q", 40), ("<H", 58), ("<H", 60)))
    headers = [struct.unpack_from("<IIQQQQIIQQ", code, sections + size * index) for index in range(count)]
    names = []
    for kind, offset, length, link in ((h[1], h[4], h[5], h[6]) for h in headers):
        if kind != _SYMBOL_TABLE:
            continue
        for at in range(offset + 24, offset + length, 24):
            name, _, _, section = struct.unpack_from("<IBBH", code, at)
            if section == _UNDEFINED:
                start = headers[link][4] + name
                names.append(code[start : code.index(b"\0", start)].decode())
    return names


@pytest.mark.parametrize("machine", [PLAIN, AVX2, AVX512, NEON], ids=lambda machine: machine.processor)
@pytest.mark.parametrize("kind", ["double", "float"])
def test_code_is_made_for_every_kind_of_machine_and_needs_nothing_else(words, machine, kind):
    made = program(words.graph, machine.width(kind), machine)
    code = compile_text(made.text, machine)
    assert code[:4] == b"\x7fELF"
    assert struct.unpack_from("<H", code, 18)[0] == MACHINE_CODE[machine.triple.split("-")[0]]
    assert undefined(code) == []


def test_long_stack_frames_ask_windows_for_no_helper(words):
    made = program(words.graph, WINDOWS.width("double"), WINDOWS)
    assert b"chkstk" not in compile_text(made.text, WINDOWS)


@pytest.mark.parametrize(("machine", "doubles", "floats"), [(PLAIN, 2, 4), (NEON, 2, 4), (AVX2, 4, 8), (AVX512, 8, 16)])
def test_a_register_full_of_patients_is_the_width(machine, doubles, floats):
    assert (machine.width("double").lanes, machine.width("float").lanes) == (doubles, floats)
