"""Who gets what at every address: URL × method × persona → code. Data, read by `test_matrix`.

An address without a row fails the tests; so does a row without an address. Methods that a row
does not name must be refused. What the rows speak about is 市民課's side of `world`: its folder
belongs to 市民課 (clerk made it and decides its rights), its article to 市民課's space.

A new feature adds its rows here, with the payload of its forms in `data`: the test of foreign ids
(`test_idor`) puts every foreign id into each of their values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.permissions.world import EVERYBODY, NOBODY, Side, World

Codes = Mapping[str, frozenset[int]]
Kwargs = Callable[[World, Side], dict[str, Any]]
Data = Callable[[World, Side], dict[str, Any]]

KA = ("clerk", "colleague", "head", "vice")
OUT = ("disabled", NOBODY)  # led to the sign-in page


def codes(
    code: int, *, to: tuple[str, ...] = EVERYBODY, others: int = 404, out: int = 302
) -> Codes:
    """`code` to some, another code to the other people in service, a third to everybody else."""
    return {
        persona: frozenset({out if persona in OUT else code if persona in to else others})
        for persona in EVERYBODY
    }


def public(*allowed: int) -> Codes:
    """The same to everybody, signed in or not."""
    return {persona: frozenset(allowed) for persona in EVERYBODY}


def split(first: Codes, **more: int) -> Codes:
    """`first` with other codes for some."""
    return {**first, **{persona: frozenset({code}) for persona, code in more.items()}}


def nothing(world: World, side: Side) -> dict[str, Any]:
    """No parameters."""
    return {}


def of_document(world: World, side: Side) -> dict[str, Any]:
    """The ready document."""
    return {"uuid": side.document.uuid}


def of_page(world: World, side: Side) -> dict[str, Any]:
    """Its first page."""
    return {"uuid": side.document.uuid, "number": 1}


def of_scope(world: World, side: Side) -> dict[str, Any]:
    """The folder's scope."""
    return {"scope": side.scope.uuid}


def of_upload(world: World, side: Side) -> dict[str, Any]:
    """The upload under way."""
    return {"uuid": side.upload.uuid}


@dataclass(frozen=True)
class Row:
    """One address."""

    methods: Mapping[str, Codes]
    kwargs: Kwargs = nothing
    data: Data = nothing  # what a POST carries, for the test of foreign ids
    query: Data = nothing  # what a GET carries, for the same
    url: Callable[[World, Side], str] | None = None  # where reverse() cannot say
    loose: frozenset[str] = field(default_factory=frozenset)  # unnamed methods that allauth takes


SIGNED_IN = codes(200)
ALLAUTH = frozenset({"PUT"})  # its views take PUT for POST; forms and CSRF are the same
ANY = frozenset({"PUT", "PATCH", "DELETE", "POST", "GET"})

PORTAL: dict[str, Row] = {
    "portal:home": Row({"GET": SIGNED_IN}),
    "portal:block": Row({"GET": SIGNED_IN}, lambda w, s: {"name": "new"}),
    "portal:announcements": Row(
        {"GET": codes(200, to=("admin",)), "POST": codes(200, to=("admin",))},
    ),
    "portal:withdraw": Row(
        {"POST": codes(302, to=("admin",))}, lambda w, s: {"uuid": w.announcement.uuid}
    ),
}
WEB: dict[str, Row] = {
    "web:language": Row({"POST": public(400)}),
    "web:text-size": Row({"POST": public(302)}),
    "web:accessibility": Row({"GET": public(200)}),
    "web:csp-report": Row({"POST": public(400)}),
    "web:style-guide": Row({"GET": public(200)}),
    "web:states": Row({"GET": public(200)}),
}
OPERATIONS: dict[str, Row] = {
    "operations:healthz": Row({"GET": public(200)}),
    "operations:readyz": Row({"GET": public(200, 503)}),  # 503: no worker runs beside the tests
    "operations:status": Row({"GET": codes(200, to=("admin",))}),
    "operations:jobs": Row({"GET": codes(200, to=("admin",))}),
    "operations:jobs-retry": Row({"POST": codes(302, to=("admin",))}),
    "operations:held": Row({"GET": codes(200, to=("records",))}),
    "operations:release": Row(
        {"GET": codes(200, to=("records",)), "POST": codes(200, to=("records",))},
        lambda w, s: {"uuid": s.held.file.uuid if s.held.file else None},
        data=lambda w, s: {"reason": "確かめた"},
    ),
    "operations:audit": Row({"GET": codes(200, to=("auditor",))}),
    "operations:audit-export": Row({"POST": codes(200, to=("auditor",))}),
}
ACCOUNT: dict[str, Row] = {
    "account_login": Row({"GET": codes(302, out=200), "POST": codes(302, out=200)}, loose=ALLAUTH),
    "account_logout": Row({"GET": codes(200), "POST": codes(302)}),
    "account_inactive": Row({"GET": public(200)}),
    "account_reauthenticate": Row({"GET": SIGNED_IN, "POST": SIGNED_IN}, loose=ALLAUTH),
    "account_change_password": Row({"GET": SIGNED_IN, "POST": SIGNED_IN}, loose=ALLAUTH),
    # nobody of the world has a second factor: nothing to show, or confirm first
    "mfa_index": Row({"GET": SIGNED_IN}),
    "mfa_authenticate": Row({"GET": codes(302), "POST": codes(302)}, loose=ANY),
    "mfa_reauthenticate": Row({"GET": codes(302), "POST": codes(302)}, loose=ANY),
    "mfa_activate_totp": Row({"GET": codes(302), "POST": codes(302)}, loose=ANY),
    "mfa_deactivate_totp": Row({"GET": codes(404), "POST": codes(404)}),
    "mfa_view_recovery_codes": Row({"GET": codes(404)}),
    "mfa_generate_recovery_codes": Row({"GET": codes(302), "POST": codes(302)}, loose=ANY),
    "mfa_download_recovery_codes": Row({"GET": codes(404)}),
    "usersessions_list": Row(
        {"GET": SIGNED_IN, "POST": codes(302)}, data=lambda w, s: {"session": "0" * 32}
    ),
}
ACCESS: dict[str, Row] = {
    "access:who": Row(
        {"GET": codes(200, to=KA)}, of_scope, query=lambda w, s: {"q": "桔梗", "token": "x"}
    ),
    "access:person": Row(
        {"GET": codes(200, to=KA)}, of_scope, query=lambda w, s: {"name": "ふじい"}
    ),
    "access:find": Row(
        {"GET": split(codes(403, to=KA), clerk=200)}, of_scope, query=lambda w, s: {"q": "ふじい"}
    ),
    "access:grant": Row(
        {"POST": split(codes(403, to=KA), clerk=422)},
        of_scope,
        data=lambda w, s: {"to": f"u{s.owner.pk}", "verb": "view", "reason": "試験"},
    ),
    "access:revoke": Row(
        {"POST": split(codes(403, to=KA), clerk=302)},
        of_scope,
        data=lambda w, s: {"to": f"u{s.owner.pk}", "verb": "view"},
    ),
    "access:superiors": Row(
        {"POST": split(codes(403, to=KA), clerk=302)},
        of_scope,
        data=lambda w, s: {"with_superiors": "1"},
    ),
    "access:break-glass": Row(
        {  # those who may are asked who they are first
            "GET": codes(302, to=("records", "admin")),
            "POST": codes(302, to=("records", "admin")),
        },
    ),
}
FILES: dict[str, Row] = {
    # 401 and 412: tus speaks to a script, not to a browser's address bar
    "files:tus-create": Row({"POST": codes(412, out=401)}, loose=ANY),
    "files:tus-upload": Row({"POST": codes(412, out=401)}, of_upload, loose=ANY),
    "files:download": Row(
        {"GET": codes(200, to=KA)},
        lambda w, s: {"uuid": s.document.file.uuid if s.document.file else None},
    ),
}
NOTIFICATIONS: dict[str, Row] = {
    "notifications:list": Row({"GET": SIGNED_IN}),
    "notifications:read-all": Row({"POST": codes(302)}),
    "notifications:open": Row({"POST": codes(404)}, of_document),
}
ONLY_CLERK = codes(200, to=("clerk",))
DOCUMENTS: dict[str, Row] = {
    "documents:library": Row({"GET": SIGNED_IN}),
    "documents:folder": Row({"GET": codes(200, to=KA)}, lambda w, s: {"uuid": s.folder.uuid}),
    "documents:uploads": Row(
        {"GET": SIGNED_IN, "POST": codes(422)},
        data=lambda w, s: {"folder": str(s.folder.uuid), "title": "題"},
        query=lambda w, s: {"folder": str(s.folder.uuid)},
    ),
    "documents:upload-wishes": Row(
        {"POST": codes(400)},
        data=lambda w, s: {"folder": str(s.folder.uuid), "upload": str(s.upload.uuid)},
    ),
    "documents:upload-finish": Row({"POST": ONLY_CLERK}, of_upload),
    "documents:upload-cancel": Row({"POST": codes(302, to=("clerk",))}, of_upload),
    "documents:import-row": Row({"GET": ONLY_CLERK}, of_document),
    "documents:withdraw": Row({"POST": codes(302, to=("clerk",))}, of_document),
    "documents:dismiss": Row({"POST": codes(302, to=("clerk",))}, of_document),
    "documents:retry": Row({"POST": codes(302, to=("clerk",))}, of_document),
    **{
        f"documents:{name}": Row(
            {"GET": codes(200, to=KA)}, of_document, query=lambda w, s: {"q": s.marker}
        )
        for name in ("viewer", "pages", "hits", "pdf", "download", "readers", "print")
    },
    "documents:seen": Row({"POST": codes(204, to=KA)}, of_document),
    "documents:printed": Row({"POST": codes(204, to=KA)}, of_document),
    "documents:rename": Row(
        {"POST": codes(422, to=KA)}, of_document, data=lambda w, s: {"title": "別の題"}
    ),
    **{
        f"documents:{name}": Row(
            {"GET": codes(200, to=KA)}, of_page, query=lambda w, s: {"q": s.marker}
        )
        for name in ("image", "thumb", "text")
    },
}
SEARCH: dict[str, Row] = {
    "search:search": Row({"GET": SIGNED_IN}, query=lambda w, s: {"q": s.marker, "section": "1"}),
    "search:preview": Row(
        {"GET": codes(200, to=KA)},
        lambda w, s: {"kind": "document", "group": s.document.uuid},
        query=lambda w, s: {"q": s.marker},
    ),
}
KNOW_HOW = split(codes(200, to=KA, out=404))
PAGES: dict[str, Row] = {
    "wagtail_serve": Row(
        {"GET": KNOW_HOW, "POST": KNOW_HOW},  # Wagtail renders a page for any method
        url=lambda w, s: str(s.article.url),
        loose=ANY,
    ),
}

MATRIX: dict[str, Row] = {
    **PORTAL,
    **WEB,
    **OPERATIONS,
    **ACCOUNT,
    **ACCESS,
    **FILES,
    **NOTIFICATIONS,
    **DOCUMENTS,
    **SEARCH,
    **PAGES,
}
