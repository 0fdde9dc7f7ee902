"""The pipeline that a run is part of, as the common CI systems say it in the environment."""

from __future__ import annotations

from collections.abc import Mapping

URLS = ("RAMSTACK_PIPELINE_URL", "CI_JOB_URL", "CI_PIPELINE_URL", "BUILD_URL")
GITHUB = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")


def pipeline_url(environ: Mapping[str, str]) -> str:
    """Where the run can be looked at; empty outside of a pipeline. What goes before an @ or behind a ? is dropped."""
    server, repository, run = (environ.get(name, "") for name in GITHUB)
    github = f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""
    url = next((environ[name] for name in URLS if environ.get(name)), github)
    return _without_secrets(url)


def _without_secrets(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    bare = f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
    return bare.partition("?")[0].partition("#")[0]
