"""How a person appears in the frame. `organization` says how; `web` knows only the face."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

TINTS = 5


@dataclass(frozen=True)
class Face:
    """Name, the line under it (市民課 主任) and the circle with the initial."""

    name: str
    line: str = ""
    tint: int = 1

    @property
    def initial(self) -> str:
        """The first character of the name."""
        return self.name[:1]


Presenter = Callable[[AbstractBaseUser], Face]
_presenters: list[Presenter] = []


def register_presenter(presenter: Presenter) -> None:
    """Say how people are presented (once, from `AppConfig.ready()`)."""
    _presenters[:] = [presenter]


def tint_of(key: int) -> int:
    """One of the five tints, the same for the same key."""
    return key % TINTS + 1


def face_of(person: AbstractBaseUser) -> Face:
    """The face of a person."""
    if _presenters:
        return _presenters[0](person)
    return Face(name=person.get_username(), tint=tint_of(person.pk or 0))
