"""A process is called dead only when that is known."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ramstack.account.process import is_known_dead, this_process

pytestmark = pytest.mark.skipif(not this_process(), reason="no /proc here")
CHILD = "from ramstack.account.process import this_process; print(this_process(), flush=True); input()"


def test_a_child_lives_and_dies() -> None:
    """Alive: not dead. Killed but not waited for, and gone: dead."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        process = child.stdout.readline().strip()
        assert not is_known_dead(process)
        child.kill()
        child.stdout.read()
        child.wait()
        assert is_known_dead(process)


def test_this_process_lives() -> None:
    """Also with the same id and another start it is another process, which is not there."""
    here = this_process()
    place, _, start = here.rpartition("/")
    assert not is_known_dead(here)
    assert is_known_dead(f"{place}/{int(start) - 1}")


@pytest.mark.parametrize("text", ["", "/", "a/b/1/2", "///", "x/pid:[1]/1/1"])
def test_elsewhere_nothing_is_known(text: str) -> None:
    """Another boot, another namespace, or no words at all."""
    assert not is_known_dead(text)


def test_another_boot_or_namespace_is_elsewhere() -> None:
    """The same numbers on another machine or in another container say nothing."""
    boot, namespace, pid, start = this_process().split("/")
    gone = int(start) - 1
    assert not is_known_dead(f"other/{namespace}/{pid}/{gone}")
    assert not is_known_dead(f"{boot}/pid:[1]/{pid}/{gone}")
    assert not is_known_dead(f"{boot}/{namespace}/-1/{gone}")
