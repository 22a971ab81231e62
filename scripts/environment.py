"""The project's own Python environment: made once in ``.venv``, from pinned and hash-checked requirements.

Plain Python, standard library only: this is what runs on a machine that has nothing else yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PROGRAMS = FOLDER / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def prepare(requirements: str) -> None:
    """Make ``.venv`` hold the pins of ``requirements`` and boneloop itself; do nothing if it already does."""
    if sys.version_info < (3, 11):  # noqa: UP036 (an older Python may well be the one that runs this)
        sys.exit(f"boneloop needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    stamp = FOLDER / ("installed-" + requirements)
    wanted = _digest(requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Setting up {FOLDER.name} from {requirements} (a minute or two, once)", flush=True)
    if not _usable():
        _create()
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*install, "--require-hashes", "-r", requirements])
    _run([*install, "--no-deps", "--no-build-isolation", "--editable", "."])
    stamp.write_text(wanted)


def steps(commands: dict[str, list[str]]) -> list[str]:
    """Run each command, a program of the environment; say how long it took; return the names that failed."""
    failed = []
    for name, command in commands.items():
        print(f"\n== {name}", flush=True)
        begun = time.monotonic()
        program = [str(PROGRAMS / command[0]), *command[1:]]
        if subprocess.run(program, cwd=ROOT, env=_variables(), check=False).returncode:
            failed.append(name)
        print(f"== {name}: {'failed' if name in failed else 'good'}, {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def run_boneloop(*arguments: str) -> int:
    """Run the command line of the environment; the exit status."""
    command = [str(PYTHON), "-m", "boneloop", *arguments]
    return subprocess.run(command, cwd=ROOT, env=_variables(), check=False).returncode


def provide_browser() -> None:
    """Have a Chromium for the browser tests if that is easy: found, or a Debian package away. Say so if it is not."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("No browser found: installing the Debian packages chromium and fonts-noto-cjk", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
    if not any(shutil.which(name) for name in BROWSERS):
        print("No browser: the tests that look at pages will be skipped. Install Chromium to run them.", flush=True)


def _digest(requirements: str) -> str:
    content = [sys.version.encode(), str(FOLDER).encode()]
    content += [(ROOT / name).read_bytes() for name in (requirements, "pyproject.toml")]
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def _usable() -> bool:
    """Is there an environment, made by a Python of this version, in which pip runs?"""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import sys, pip; print(sys.version_info[:2])"]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True)
    return answer.stdout.strip() == str(sys.version_info[:2])


def _create() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], cwd=ROOT, check=False)
    if made.returncode:
        sys.exit("Python's venv module cannot make an environment here. On Debian and Ubuntu: apt install python3-venv")


def _run(command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"This failed: {' '.join(command)}")


def _variables() -> dict[str, str]:
    """The environment of a command: its own programs first, and one thread a process, so that many may run at once."""
    threads = {name: os.environ.get(name, "1") for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    outside = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return {**outside, **threads, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONUTF8": "1"}
