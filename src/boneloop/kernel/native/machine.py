"""The machine at hand: what LLVM calls it, how wide its vectors are, whether it fuses multiply and add.

The features of the processor decide, at run time; no trial is needed, because half a register and two registers have
both been measured slower than one (by a quarter and a fifth), and the width changes no result.
"""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.kernel.native.assembly import Width

_VECTOR_BITS = (("avx512f", 512), ("avx", 256))
_ALWAYS = 128


@dataclass(frozen=True)
class Machine:
    """What code is made for: triple, processor name and features in LLVM's words.

    bits   width of a vector register
    fused  whether multiply and add in one rounding is one instruction
    """

    triple: str
    processor: str
    features: str
    bits: int
    fused: bool

    def width(self, kind: str) -> Width:
        """One register full of patients, in "double" or "float"."""
        return Width(kind, self.bits // (64 if kind == "double" else 32), self.fused)


PLAIN = Machine("x86_64-unknown-linux-gnu", "x86-64", "", _ALWAYS, False)
"""Any 64-bit x86."""

AVX2 = Machine("x86_64-unknown-linux-gnu", "x86-64-v3", "", 256, True)
"""x86 since about 2013."""

AVX512 = Machine("x86_64-unknown-linux-gnu", "x86-64-v4", "", 512, True)
"""x86 with the wide registers."""

NEON = Machine("aarch64-unknown-linux-gnu", "generic", "", _ALWAYS, True)
"""Any 64-bit ARM."""


def this_machine() -> Machine:
    """What this process runs on. Needs llvmlite: ImportError without it."""
    import llvmlite.binding as llvm  # type: ignore[import-untyped]

    features = llvm.get_host_cpu_features()
    triple = llvm.get_process_triple()
    bits = next((bits for name, bits in _VECTOR_BITS if features.get(name)), _ALWAYS)
    fused = bool(features.get("fma")) or triple.startswith(("aarch64", "arm64"))
    return Machine(triple, llvm.get_host_cpu_name(), features.flatten(), bits, fused)
