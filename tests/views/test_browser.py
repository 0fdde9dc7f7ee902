"""The page in a real browser: it runs, folds, filters, reaches for nothing, and is readable on a phone.

Screenshots are left in `.artifacts/`, for CI to keep and for a person to look at.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ramstack.model.address import attachment_address, user_address
from ramstack.model.change import Change
from ramstack.model.permission import Ability, Meaning
from ramstack.model.resource import Attachment, User
from ramstack.views.plan_html import plan_html
from tests.views.hostile import HOSTILE, plan_of
from tests.views.samples import BUSY, PROBLEMS, busy_account, planned, system

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
)
SHOTS = Path(__file__).parents[2] / ".artifacts"
MIXED, BATCHES, SECONDS = planned(BUSY, busy_account())

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason=f"no Chromium here: none of {', '.join(NAMES)} is on the PATH"
    ),
]


@dataclass
class Visit:
    """An open page, with everything that it asked for and complained about."""

    page: Page
    file: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def goto(self, text: str, fragment: str = "") -> None:
        """Load a page of HTML."""
        self.file.write_text(text, encoding="utf-8")
        self.page.goto(self.file.as_uri() + fragment)

    @property
    def shown(self) -> list[str]:
        """The principals and policies that can be seen."""
        return self.page.locator(".block:visible summary b").all_inner_texts()


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture(name="visit")
def _visit(browser: Browser, tmp_path: Path):
    """Opens a page of HTML in a window of its own."""
    contexts = []

    def visit(text: str, *, width: int = 1400, scheme: str = "light", fragment: str = "") -> Visit:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
        visit = Visit(contexts[-1].new_page(), tmp_path / "plan.html")
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.goto(text, fragment)
        return visit

    yield visit
    for context in contexts:
        context.close()


def mixed(**manner: bool) -> str:
    ice = Ability("ice", "Intelligent Media Service", ("ice:*",), 400)
    oss = Ability("oss", "Object Storage Service", ("oss:PutObject", "oss:DeleteObject"), 2)
    means = (
        Meaning(user_address("media-admin"), (ice,), escalations=("ram:AttachPolicyToUser",)),
        Meaning(user_address("analyst"), loses=(oss,)),
    )
    return plan_html(replace(MIXED, permissions=means, problems=PROBLEMS), BATCHES, SECONDS, **manner)


def large() -> str:
    """Some hundred users who get nearly the same."""
    changes = []
    for n in range(400):
        user = user_address(f"member-{n:03}")
        changes.append(Change(user, None, User(user.name, comments=f"Member {n}")))
        names = ("AliyunICEFullAccess", "AliyunOSSFullAccess", f"AliyunPolicy{n % 50}")[: n % 3 + 1]
        changes += [Change(attachment_address(user, system(name)), None, Attachment()) for name in names]
    grant = attachment_address(user_address("breakglass"), system("AdministratorAccess"))
    return plan_html(replace(MIXED, changes=(*changes, Change(grant, None, Attachment()))), (), 90.0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("kind", ["mixed", "large"])
def test_it_fits_the_window(visit, kind, width, scheme):
    """Nothing but the picture scrolls sideways; the page asks for nothing but itself and complains of nothing."""
    seen = visit(mixed(calls=True) if kind == "mixed" else large(), width=width, scheme=scheme)
    SHOTS.mkdir(exist_ok=True)
    seen.page.screenshot(path=SHOTS / f"plan-{kind}-{width}-{scheme}.png", full_page=kind == "mixed")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.complaints == []
    assert [url.rsplit("/", 1)[1] for url in seen.requests] == ["plan.html"]
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(251, 251, 250)") == (scheme == "light")


def test_the_filter_filters(visit):
    """Words must all be there; a pressed chip keeps what carries it; what fits nothing is said."""
    seen = visit(mixed())
    assert len(seen.shown) == 6
    seen.page.fill("#filter", "ADMINISTRATOR media")
    assert seen.shown == ["user/media-admin"]
    assert seen.page.inner_text("#count") == "1 of 6"
    seen.page.fill("#filter", "")
    seen.page.click(".chip[data-value=destructive]")
    assert set(seen.shown) == {"user/analyst", "user/intern", "group/writers"}
    seen.page.fill("#filter", "nobody-has-this")
    assert seen.shown == []
    assert seen.page.is_visible("#none")


def test_a_filter_can_be_in_the_address(visit):
    """`#q=word` opens the page with the filter set."""
    assert visit(mixed(), fragment="#q=ice-read-office").shown == ["user/analyst", "policy/ice-read-office"]


def test_sections_fold(visit):
    """A long plan opens with the dangerous open and the rest closed; one button opens and closes all."""
    seen = visit(large())
    opened = seen.page.locator(".block[open]")
    assert opened.locator("summary b").all_inner_texts() == ["user/breakglass"]
    seen.page.click("#fold")
    assert opened.count() == 401
    seen.page.click("#fold")
    assert opened.count() == 0


def test_the_picture_leads_to_the_change(visit):
    """A click on a box opens its section."""
    seen = visit(mixed())
    seen.page.click("#fold")
    seen.page.click("svg a:has-text('intern')")
    assert seen.page.locator(".block[open] summary b").all_inner_texts() == ["user/intern"]


def test_hostile_text_is_only_text(visit):
    """With hostile strings everywhere nothing runs, nothing is fetched, and no element is added."""
    seen = visit(plan_html(plan_of("tame"), (), 1.0))
    count = "document.querySelectorAll('*').length"
    tame = seen.page.evaluate(count)
    for number, text in enumerate((*HOSTILE, "</script><script>document.title='owned'</script>"), 2):
        seen.goto(plan_html(plan_of(text), (), 1.0))
        assert seen.complaints == []
        assert len(seen.requests) == number
        assert seen.page.title().startswith("Plan for ")
        assert seen.page.evaluate(count) == tame


def test_foreign_script_does_not_run(visit):
    """Even if something got into the page, its policy would not let it run or send."""
    smuggled = (
        "<script>document.title='owned'</script><img src='http://127.0.0.1:9/x' onerror='document.title=1'>"
    )
    seen = visit(mixed().replace("<footer", f"{smuggled}<footer"))
    assert seen.page.title().startswith("Plan for ")
    assert all("Content Security Policy" in complaint for complaint in seen.complaints)
    assert len(seen.complaints) >= 2


def test_it_reads_without_script(browser, tmp_path):
    """Where scripts are off, everything is there but the filter."""
    (tmp_path / "plan.html").write_text(mixed(), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "plan.html").as_uri())
    assert not page.is_visible("#filter")
    assert page.is_visible("text=system/AdministratorAccess")
    context.close()
