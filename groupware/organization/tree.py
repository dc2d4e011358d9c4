"""The sections as they stand on one business date: names, parents, what is below.

Three queries build a tree; it is kept per process and date until any section, name or parent
is written, which renews the one stamp that every reader compares (1 query).
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from uuid import UUID

from groupware.organization.calendar import holds_on
from groupware.organization.models import Section, SectionName, SectionParent, TreeStamp
from groupware.organization.sorting import sort_key

KEPT = 8  # dates per process
SEPARATOR = " "


@dataclass(slots=True)
class Node:
    """A section on one date."""

    pk: int
    uuid: UUID
    code: str
    extension: str
    name: str = ""
    short_name: str = ""
    yomi: str = ""
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    exists: bool = False  # it has a name on that date

    @property
    def token(self) -> str:
        """Its principal token."""
        return f"s{self.pk}"

    @property
    def label(self) -> str:
        """What it is called; its code where it has no name on that date."""
        return self.name or self.code


@dataclass(slots=True)
class Tree:
    """Every section on one date."""

    on: date
    nodes: dict[int, Node]

    def __iter__(self) -> Iterator[Node]:
        """Sections that exist, above before below, in the order of their codes."""
        waiting = [node.pk for node in reversed(self.roots)]
        while waiting:
            node = self.nodes[waiting.pop()]
            yield node
            waiting.extend(reversed(node.children))

    @property
    def roots(self) -> list[Node]:
        """Sections under none."""
        nodes = self.nodes.values()
        return [node for node in nodes if node.exists and node.parent is None]

    def get(self, pk: int) -> Node | None:
        """The section of that key."""
        return self.nodes.get(pk)

    def path(self, pk: int) -> list[Node]:
        """From the root down to the section itself."""
        steps: list[Node] = []
        current = self.nodes.get(pk)
        while current is not None and current not in steps:
            steps.append(current)
            current = self.nodes.get(current.parent) if current.parent is not None else None
        return steps[::-1]

    def label(self, pk: int) -> str:
        """部 and 課 as one line (市民部 市民課), without the root where there is one above."""
        steps = self.path(pk)
        return SEPARATOR.join(node.label for node in (steps[1:] or steps))

    def below(self, pk: int) -> list[Node]:
        """Everything under a section, without itself."""
        result: list[Node] = []
        waiting = [pk]
        while waiting:
            node = self.nodes.get(waiting.pop(0))
            if node is None:
                continue
            for child in node.children:
                if self.nodes[child] not in result:
                    result.append(self.nodes[child])
                    waiting.append(child)
        return result


_kept: OrderedDict[tuple[UUID, date], Tree] = OrderedDict()
_lock = Lock()


def tree_on(on: date) -> Tree:
    """The tree of that business date: 1 query when it is known, 4 when not."""
    stamp = TreeStamp.current()
    if stamp is None:
        return _read(on)
    key = (stamp, on)
    with _lock:
        known = _kept.get(key)
        if known is not None:
            _kept.move_to_end(key)
            return known
    made = _read(on)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _read(on: date) -> Tree:
    sections = Section.objects.order_by("code")
    nodes = {
        section.pk: Node(section.pk, section.uuid, section.code, section.extension)
        for section in sections
    }
    for name in SectionName.objects.filter(holds_on(on)):
        node = nodes[name.section_id]
        node.name, node.short_name, node.yomi = name.name, name.short_name, name.yomi
        node.exists = True
    for row in SectionParent.objects.filter(holds_on(on)):
        if nodes[row.section_id].exists:
            nodes[row.section_id].parent = row.parent_id
    for node in nodes.values():
        if node.exists and node.parent is not None:
            nodes[node.parent].children.append(node.pk)
    for node in nodes.values():
        node.children.sort(key=lambda pk: nodes[pk].code)
    return Tree(on, nodes)


def sort_by_yomi(nodes: list[Node]) -> list[Node]:
    """Sections in the order of their よみ."""
    return sorted(nodes, key=lambda node: sort_key(node.yomi))
