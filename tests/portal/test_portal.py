"""The first page: what waits, what is read, what is new; nothing of others; few queries."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groupware.access.actions import create_scope
from groupware.audit.models import Entry
from groupware.files.models import File
from groupware.files.policies import may_release
from groupware.ingestion.models import Reading
from groupware.organization.models import Absence, Staff
from groupware.organization.selectors import section_of
from groupware.portal import selectors
from groupware.web.registries import Waiting, WaitingItem, waiting
from knowledge.documents.models import Document, Folder, View

pytestmark = pytest.mark.django_db
SignIn = Callable[[Staff], Client]
QUERIES = 12  # screens.md section 6, row 1


def home(client: Client) -> str:
    response = client.get(reverse("portal:home"))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def folder(clerk: Staff) -> Folder:
    """A folder of 市民課."""
    section = section_of(clerk)
    assert section is not None
    made = Folder(name="窓口改善", section=section)
    made.scope = create_scope(kind="folder", owner_uuid=made.uuid, principals=[f"s{section.pk}"])
    made.save()
    return made


def put(
    folder: Folder,
    by: Staff,
    title: str,
    *,
    state: str = Document.State.READY,
    reading: str = Reading.State.DONE,
    pages: tuple[int, int] = (2, 2),
    reason: str = "",
    days: int = 0,
) -> Document:
    """A document whose reading stands where the test needs it."""
    document = Document(
        folder=folder,
        scope=folder.scope,
        section=folder.section,
        title=title,
        state=state,
        fiscal_year=2026,
        created_by=by,
        created_by_name=by.name,
        created_by_section="市民部 市民課",
    )
    file_state = state if state in {"held", "refused"} else File.State.READY
    document.file = File.objects.create(
        name=f"{title}.pdf",
        size=1000,
        state=file_state,
        reason=reason,
        uploader=by,
        owner_kind="document",
        owner_uuid=document.uuid,
        scope=folder.scope,
    )
    document.save()
    Document.objects.filter(pk=document.pk).update(created_at=timezone.now() - timedelta(days=days))
    Reading.objects.create(
        file=document.file, state=reading, page_count=pages[0], pages_done=pages[1], cause=reason
    )
    return document


def test_an_empty_portal_says_so(clerk: Staff, client_as: SignIn) -> None:
    page = home(client_as(clerk))
    assert "いま、あなたを待っているものはありません。" in page
    assert "この 30 日に、まだ見ていない文書はありません。" in page
    assert "最近見た文書" not in page and "読み取っているもの" not in page


def test_nobody_sees_it_without_signing_in() -> None:
    response = Client().get(reverse("portal:home"))
    assert response.status_code == 302 and reverse("account_login") in response["Location"]


def test_stopped_uploads_wait_for_their_uploader_only(
    clerk: Staff, head: Staff, folder: Folder, client_as: SignIn
) -> None:
    put(folder, clerk, "受付簿", state="held", reading="held", reason="個人番号の疑い: 3 ページ目")
    put(folder, clerk, "契約書案", state="refused", reason="パスワードで保護されています")
    put(folder, clerk, "読めない紙", reading="failed", reason="4 ページ目が読めません")
    gone = put(folder, clerk, "片付けた紙", state="refused")
    Document.objects.filter(pk=gone.pk).update(dismissed_at=timezone.now())
    page = home(client_as(clerk))
    for words in ("受付簿", "個人番号の疑い", "契約書案", "パスワードで保護", "読めない紙", "3 件"):
        assert words in page
    assert "片付けた紙" not in page
    other = home(client_as(head))
    assert "受付簿" not in other and "契約書案" not in other


def test_held_files_wait_for_those_who_may_release(
    clerk: Staff, records: Staff, folder: Folder, client_as: SignIn
) -> None:
    document = put(folder, clerk, "受付簿", state="held", reading="held", reason="個人番号の疑い")
    page = home(client_as(records))
    assert document.file is not None
    address = reverse("operations:release", args=[document.file.uuid])
    assert (address in page) is may_release(records)
    assert address not in home(client_as(clerk))


def test_what_is_read_counts_only_what_the_viewer_may_see(
    clerk: Staff, head: Staff, outsider: Staff, folder: Folder, client_as: SignIn
) -> None:
    put(folder, head, "会議資料", reading="reading", pages=(120, 34))
    put(folder, head, "混雑調査", reading="waiting", pages=(0, 0))
    page = home(client_as(clerk))
    assert "あと 86 ページ" in page and "34 / 120" in page and "順番待ち" in page
    assert "会議資料" not in home(client_as(outsider))
    assert selectors.list_under_way(outsider).number == 0
    block = client_as(clerk).get(reverse("portal:block", args=["under_way"]))
    assert "34 / 120" in block.content.decode() and "<html" not in block.content.decode()
    Reading.objects.update(state=Reading.State.DONE)
    assert client_as(clerk).get(reverse("portal:block", args=["under_way"])).content == b""


def test_new_is_what_others_put_in_and_i_have_not_opened(
    clerk: Staff, head: Staff, outsider: Staff, folder: Folder
) -> None:
    fresh = put(folder, head, "新しい文書")
    put(folder, clerk, "自分の文書")
    put(folder, head, "古い文書", days=40)
    seen = put(folder, head, "見た文書")
    View.objects.create(staff=clerk, document=seen, at=timezone.now())
    put(folder, head, "読み取り中の文書", reading="reading")
    assert [row.pk for row in selectors.shelf(clerk).new] == [fresh.pk]
    assert selectors.shelf(outsider).new == []


def test_recent_ones_leave_when_the_right_goes(
    clerk: Staff, head: Staff, outsider: Staff, folder: Folder, client_as: SignIn
) -> None:
    document = put(folder, head, "見た文書")
    for person in (clerk, outsider):
        View.objects.create(staff=person, document=document, at=timezone.now())
    assert f"/{document.uuid}/pages/1/thumb" in home(client_as(clerk))
    assert "見た文書" not in home(client_as(outsider))


def test_the_section_today(clerk: Staff, vice: Staff, client_as: SignIn) -> None:
    now = timezone.now()
    Absence.objects.filter(staff=vice).delete()
    Absence.objects.create(
        staff=vice, kind="leave", starts=now - timedelta(hours=1), ends=now + timedelta(days=40)
    )
    page = home(client_as(clerk))
    assert "市民課の今日" in page and "山本 直樹" in page and "休み " in page
    assert page.index("山本 直樹") < page.index("田中 一郎")  # the head before the others


def test_an_unknown_block_is_not_found(clerk: Staff, client_as: SignIn) -> None:
    assert client_as(clerk).get("/portal/blocks/nothing/").status_code == 404


def test_what_is_due_comes_first(clerk: Staff, client_as: SignIn) -> None:
    now = timezone.now()
    items = [
        WaitingItem("mails", "古い", "/", "読む", since=now - timedelta(days=3)),
        WaitingItem("mails", "新しい", "/", "読む", since=now),
        WaitingItem("mails", "期限が後", "/", "読む", due=timezone.localdate() + timedelta(days=5)),
        WaitingItem("mails", "期限が先", "/", "読む", due=timezone.localdate() + timedelta(days=1)),
    ]
    waiting.add(Waiting("test", 99, lambda viewer: items))
    waiting.add(Waiting("test-closed", 99, lambda viewer: items, can=lambda viewer: False))
    try:
        page = home(client_as(clerk))
    finally:
        waiting.remove("test")
        waiting.remove("test-closed")
    places = [
        page.index(f'strong">{title}<') for title in ("期限が先", "期限が後", "新しい", "古い")
    ]
    assert places == sorted(places) and "4 件" in page


def test_few_queries_however_much_there_is(
    clerk: Staff, head: Staff, folder: Folder, client_as: SignIn
) -> None:
    for number in range(12):
        document = put(folder, head, f"新しい {number}")
        put(folder, head, f"読み取り {number}", reading="reading", pages=(10, 1))
        put(folder, clerk, f"失敗 {number}", reading="failed", reason="読めません")
        View.objects.create(staff=clerk, document=document, at=timezone.now())
    client = client_as(clerk)
    home(client)  # the first page after signing in also notes that the person is here
    with CaptureQueriesContext(connection) as asked:
        home(client)
    assert len(asked) <= QUERIES, "\n".join(query["sql"][:200] for query in asked)


def test_many_scans_at_once_are_counted_by_the_database(
    clerk: Staff, head: Staff, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "UNFINISHED_ROWS", 3)
    for number in range(5):
        put(folder, head, f"読み取り {number}", reading="reading", pages=(10, 4))
    found = selectors.list_under_way(clerk)
    assert (found.number, found.pages_left, len(found.documents)) == (5, 30, 3)


def post(client: Client, **changes: str) -> int:
    day = timezone.localdate()
    data = {
        "title": "停電点検",
        "text": "文机は使えません。",
        "shown_from": day.isoformat(),
        "shown_until": (day + timedelta(days=2)).isoformat(),
        "before_sign_in": "on",
    }
    return client.post(reverse("portal:announcements"), data | changes).status_code


def test_an_administrator_posts_and_withdraws(
    admin: Staff, clerk: Staff, client_as: SignIn
) -> None:
    assert post(client_as(admin)) == 302
    row = selectors.current_announcements().get()
    assert row.section_label.endswith("DX推進課") and row.created_by_name == admin.name
    assert "停電点検" in home(client_as(clerk))
    assert "停電点検" in Client().get(reverse("account_login")).content.decode()
    address = reverse("portal:withdraw", args=[row.uuid])
    assert client_as(clerk).post(address).status_code == 404
    for _ in range(2):
        assert client_as(admin).post(address).status_code == 302
    assert "停電点検" not in home(client_as(clerk))
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert [name for name in actions if name.startswith("announcement.")] == [
        "announcement.posted", "announcement.withdrawn",
    ]  # fmt: skip


def test_only_administrators_reach_the_form(clerk: Staff, head: Staff, client_as: SignIn) -> None:
    for person in (clerk, head):
        assert client_as(person).get(reverse("portal:announcements")).status_code == 404
        assert post(client_as(person)) == 404
    assert selectors.current_announcements().count() == 0


def test_wrong_dates_are_named(admin: Staff, client_as: SignIn) -> None:
    day = timezone.localdate()
    assert post(client_as(admin), shown_until="R8.11.31") == 422
    assert post(client_as(admin), shown_until=(day - timedelta(days=1)).isoformat()) == 422
    assert post(client_as(admin), title="") == 422
    assert selectors.current_announcements().count() == 0


def test_what_is_inside_stays_inside(admin: Staff, client_as: SignIn) -> None:
    client = client_as(admin)
    client.post(
        reverse("portal:announcements"),
        {
            "title": "内輪の話",
            "shown_from": timezone.localdate().isoformat(),
            "shown_until": timezone.localdate().isoformat(),
        },
    )
    assert "内輪の話" in home(client)
    assert "内輪の話" not in Client().get(reverse("account_login")).content.decode()
    assert client.post(reverse("portal:withdraw", args=[uuid4()])).status_code == 404
