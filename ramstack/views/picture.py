"""A picture of a plan: principals, groups and policies in columns, and the grants that come and go between them.

Only what changes and what that refers to is drawn. Twins, those that change alike and touch the same things alike, share
one box; of what is still too much the least dangerous is left out and counted. Pure geometry: units are CSS pixels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from ramstack.model.address import Address, policy_address
from ramstack.model.change import Action, Change, Risk
from ramstack.views.signs import ITEM_RISKS, RISKS, SIGNS, dangers_in
from ramstack.views.words import counted, visible

MOST = 16
"""Boxes in a column."""
WIDTH, HEIGHT, GAP, ROAD, TOP = 212, 30, 14, 72, 36
LETTERS = 25  # of a monospaced font of 12 px that fit in a box
COLUMNS = ("principals", "groups", "policies")

Arrow = tuple[str, str, Change]
"""From what, to what, by which change."""
Place = tuple[int, int]
"""Column and row."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing, or `twins` that are alike. `action` is None where only its grants change; `root` names its section."""

    root: Address
    label: str
    title: str
    action: Action | None
    danger: bool
    x: int
    y: int

    @property
    def sign(self) -> str:
        return SIGNS[self.action] if self.action else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A grant or a membership, drawn from one box to another."""

    path: str
    title: str
    action: Action
    danger: bool


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    headings: tuple[tuple[int, str], ...]
    width: int
    height: int
    left_out: str
    box_width: int = WIDTH
    box_height: int = HEIGHT


@dataclass
class _Node:
    """One thing of the plan, before twins are joined."""

    key: str
    column: int
    root: Address
    action: Action | None = None
    risks: tuple[Risk, ...] = ()
    touched: tuple[Risk, ...] = ()
    arrows: int = 0

    @property
    def stands_alone(self) -> bool:
        """It is worth a box without a line."""
        return bool(self.risks) or self.action in ("update", "delete")

    @property
    def rank(self) -> tuple[int, int, str]:
        """By the worst that it does or that is done with it, then by how much hangs on it."""
        worst = dangers_in((*self.risks, *self.touched))
        return RISKS.index(worst[0]) if worst else len(RISKS), -self.arrows, self.key


Group = Sequence[_Node]
"""Twins; never empty."""


def picture_of(changes: Iterable[Change]) -> Picture:
    """The picture of some changes. A box has a line, or is changed, deleted or dangerous itself."""
    nodes, arrows = _graph(changes)
    joined = _twins(nodes, arrows)
    kept = _kept(joined, arrows)
    places = _places(kept, arrows)
    spots = {twin.key: places[group[0].key] for group in kept for twin in group}
    drawn = {
        (spots[a], spots[b], change.action): change
        for a, b, change in sorted(arrows, key=lambda arrow: _is_marked(arrow[2]))
        if a in spots and b in spots
    }
    columns = sorted({group[0].column for group in kept})
    rows = [sum(group[0].column == column for group in kept) for column in columns]
    lines = (_line(n, start, end, change, rows) for n, ((start, end, _), change) in enumerate(drawn.items()))
    return Picture(
        boxes=tuple(_box(group, places[group[0].key]) for group in kept),
        lines=tuple(lines),
        headings=tuple((_x(n), COLUMNS[column]) for n, column in enumerate(columns)),
        width=_x(len(columns)) - ROAD,
        height=_y(max(rows, default=0)),
        left_out=_left_out(joined, kept),
    )


def _graph(changes: Iterable[Change]) -> tuple[Mapping[str, _Node], list[Arrow]]:
    nodes: dict[str, _Node] = {}
    arrows: list[Arrow] = []
    for change in changes:
        node = _node(nodes, change.address.root)
        node.risks = dangers_in((*node.risks, *change.risk))
        if change.address.is_root:
            node.action = change.action
        elif other := _other_end(change.address):
            end = _node(nodes, other)
            end.touched = dangers_in((*end.touched, *change.risk))
            arrows.append((node.key, end.key, change))
            node.arrows, end.arrows = node.arrows + 1, end.arrows + 1
    return nodes, arrows


def _other_end(address: Address) -> Address | None:
    """What an arrow leads to. A system policy has no address, so it takes one that no custom policy can have."""
    match address.kind:
        case "membership":
            return address.group
        case "attachment" if address.policy.type == "system":
            return Address(("policy", "system", address.policy.name))
        case "attachment":
            return policy_address(address.policy.name)
    return None


def _node(nodes: dict[str, _Node], root: Address) -> _Node:
    column = {"group": 1, "policy": 2}.get(root[0], 0)
    key = str(root)
    return nodes.setdefault(key, _Node(key, column, root))


def _twins(nodes: Mapping[str, _Node], arrows: Sequence[Arrow]) -> list[Group]:
    """Nodes that change alike and whose arrows have the same other ends, together; the most dangerous first."""
    ends: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for start, end, change in arrows:
        ends[start].add((end, change.action))
        ends[end].add((start, change.action))
    alike: dict[object, list[_Node]] = defaultdict(list)
    for node in sorted(nodes.values(), key=lambda node: node.rank):
        alike[node.root[0], len(node.root), node.action, node.risks, frozenset(ends[node.key])].append(node)
    return sorted(
        alike.values(), key=lambda group: (group[0].rank[0], -group[0].arrows * len(group), group[0].key)
    )


def _kept(joined: Sequence[Group], arrows: Sequence[Arrow]) -> list[Group]:
    """Of each column the most dangerous, then those that most arrows from what is kept lead to."""
    kept: list[Group] = []
    for column in range(len(COLUMNS)):
        there = {twin.key for group in kept for twin in group}
        reached = Counter(end for start, end, _ in arrows if start in there)
        own = [group for group in joined if group[0].column == column]
        own.sort(key=lambda group: (group[0].rank[0], -sum(reached[twin.key] for twin in group)))
        kept += own[:MOST]
    there = {twin.key for group in kept for twin in group}
    joint = {key for start, end, _ in arrows if {start, end} <= there for key in (start, end)}
    return [group for group in kept if group[0].key in joint or group[0].stands_alone]


def _places(kept: Sequence[Group], arrows: Sequence[Arrow]) -> dict[str, Place]:
    """Column and row of each box: beyond the first column as near as can be to where its arrows come from."""
    columns = sorted({group[0].column for group in kept})
    places: dict[str, Place] = {}
    for number, column in enumerate(columns):
        keys = [group[0].key for group in kept if group[0].column == column]
        sources = {key: [places[a][1] for a, b, _ in arrows if b == key and a in places] for key in keys}
        order = sorted(keys, key=lambda key: sum(sources[key]) / len(sources[key]) if sources[key] else MOST)
        places |= {key: (number, row) for row, key in enumerate(order if number else keys)}
    return places


def _x(column: int) -> int:
    return column * (WIDTH + ROAD)


def _y(row: int) -> int:
    return TOP + row * (HEIGHT + GAP)


def _box(group: Group, place: Place) -> Box:
    first = group[0]
    more = f" +{len(group) - 1}" if len(group) > 1 else ""
    names = ", ".join(_name(node) for node in group[:MOST]) + (" …" if len(group) > MOST else "")
    return Box(
        root=first.root,
        label=_short(first.root[-1], LETTERS - len(more) - 2 * bool(first.action)) + more,
        title=names,
        action=first.action,
        danger=bool(first.risks),
        x=_x(place[0]),
        y=_y(place[1]),
    )


def _name(node: _Node) -> str:
    return "/".join(node.root)


def _short(text: str, letters: int) -> str:
    """The beginning and the end: names often differ in either."""
    shown = visible(text)
    if cell_len(shown) <= letters:
        return shown
    half = letters // 2 if shown.isascii() else letters // 4
    return f"{shown[: half - 1]}…{shown[-half:]}"


def _line(number: int, start: Place, end: Place, change: Change, rows: Sequence[int]) -> Line:
    """A curve from the right side of one box to the left side of another; what skips a column goes between its boxes."""
    stops = [(_x(start[0]) + WIDTH, _y(start[1]) + HEIGHT // 2), (_x(end[0]), _y(end[1]) + HEIGHT // 2)]
    if end[0] - start[0] > 1:
        level = _between((stops[0][1] + stops[1][1]) // 2, rows[start[0] + 1]) + number % 5 * 2 - 4
        stops[1:1] = [(_x(start[0] + 1), level), (_x(start[0] + 1) + WIDTH, level)]
    (x, y), *others = stops
    path = f"M{x},{y}"
    for next_x, next_y in others:
        bend = (next_x - x) // 2
        path += f" C{x + bend},{y} {next_x - bend},{next_y} {next_x},{next_y}"
        x, y = next_x, next_y
    return Line(path, f"{SIGNS[change.action]} {change.address}", change.action, _is_marked(change))


def _is_marked(change: Change) -> bool:
    return not frozenset(ITEM_RISKS).isdisjoint(change.risk)


def _between(y: int, rows: int) -> int:
    """The height nearest to `y` at which a column of so many rows has no box."""
    if y > _y(rows):
        return y
    return min((_y(row) - GAP // 2 for row in range(rows + 1)), key=lambda level: abs(level - y))


def _left_out(joined: Sequence[Group], kept: Sequence[Group]) -> str:
    """`12 principals, 1 group`: what is not in the picture."""
    told = []
    for column, noun in enumerate(("principal", "group", "policy")):
        whole = sum(len(group) for group in joined if group[0].column == column)
        if missing := whole - sum(len(group) for group in kept if group[0].column == column):
            told.append(counted(missing, noun, "policies" if noun == "policy" else ""))
    return ", ".join(told)
