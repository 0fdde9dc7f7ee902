"""Fixtures: stacks written into a folder of their own, and loaded from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ramstack.model.errors import StackError
from ramstack.model.problem import Problem
from ramstack.model.stack import Stack
from ramstack.stackfile import load_stacks

HEAD = "ramstack: 1\nstack: media\nlineage: 3f9a2c1b\n"


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes files by their path, and returns the folder."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


@pytest.fixture(name="load")
def _load(tmp_path: Path) -> Callable[..., Stack]:
    """The stack of a text; `HEAD` is put before it."""

    def load(text: str, **variables: str) -> Stack:
        path = tmp_path / "media.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        (stack,) = load_stacks([path], variables=variables)
        return stack

    return load


@pytest.fixture(name="refuse")
def _refuse(tmp_path: Path) -> Callable[..., tuple[Problem, ...]]:
    """The problems of a text that must not load; nothing is put before it."""

    def refuse(content: str | bytes, **variables: str) -> tuple[Problem, ...]:
        path = tmp_path / "bad.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(StackError) as refused:
            load_stacks([path], variables=variables)
        return refused.value.problems

    return refuse
