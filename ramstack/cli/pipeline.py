"""The address of the pipeline's page, as CI systems put it into the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WAYS: tuple[tuple[str, ...], ...] = (
    ("{}/{}/actions/runs/{}", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"),
    ("{}", "CI_JOB_URL"),  # GitLab
    ("{}", "BUILD_URL"),  # Jenkins
    ("{}", "BUILDKITE_BUILD_URL"),
    ("{}", "CIRCLE_BUILD_URL"),
    ("{}", "CI_PIPELINE_URL"),
)
_LOGIN = re.compile(r"//[^/@]*@")
_BEYOND_PATH = re.compile(r"[?#].*")


def pipeline_url(environ: Mapping[str, str]) -> str:
    """Empty outside a pipeline. A login and what follows the path are left out: others read where the address is kept."""
    for form, *names in _WAYS:
        values = [environ.get(name, "") for name in names]
        if all(values):
            return _BEYOND_PATH.sub("", _LOGIN.sub("//", form.format(*values)))
    return ""
