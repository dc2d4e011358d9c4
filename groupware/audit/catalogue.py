"""Every act that may stand in the audit record. Closed: an unknown name is a programming error.

An app that records something new adds its line here. Names are never renamed or reused, because
old entries keep them; a retired act keeps its line.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Category(StrEnum):
    """What kind of act it is; the auditor filters by it."""

    SIGN_IN = "sign_in"
    READ = "read"
    CHANGE = "change"
    EXPORT = "export"
    RIGHTS = "rights"
    PEOPLE = "people"
    AUDIT = "audit"
    SYSTEM = "system"


CATEGORY_LABELS: dict[Category, Promise] = {
    Category.SIGN_IN: _("サインイン"),
    Category.READ: _("閲覧"),
    Category.CHANGE: _("登録・変更"),
    Category.EXPORT: _("書き出し・印刷"),
    Category.RIGHTS: _("権限"),
    Category.PEOPLE: _("組織・職員"),
    Category.AUDIT: _("監査"),
    Category.SYSTEM: _("運用"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act by its stored name, its words for people, and its category."""

    name: str
    label: Promise
    category: Category


_ACTS = (
    # -- sign-in ------------------------------------------------------------------------------
    Act("session.signed_in", _("サインインした"), Category.SIGN_IN),
    Act("session.failed", _("サインインに失敗した"), Category.SIGN_IN),
    Act("session.limited", _("試行の回数を超えて止められた"), Category.SIGN_IN),
    Act("session.signed_out", _("サインアウトした"), Category.SIGN_IN),
    Act("session.ended", _("セッションを終わらせた"), Category.SIGN_IN),
    Act("session.expired", _("セッションが時間切れになった"), Category.SIGN_IN),
    Act("session.reauthenticated", _("もう一度本人を確認した"), Category.SIGN_IN),
    Act("password.changed", _("パスワードを変えた"), Category.SIGN_IN),
    Act("password.reset", _("パスワードを再設定した"), Category.SIGN_IN),
    Act("mfa.added", _("二つめの確認手段を加えた"), Category.SIGN_IN),
    Act("mfa.removed", _("二つめの確認手段を外した"), Category.SIGN_IN),
    # -- organization -------------------------------------------------------------------------
    Act("staff.created", _("職員を登録した"), Category.PEOPLE),
    Act("staff.changed", _("職員の情報を変えた"), Category.PEOPLE),
    Act("staff.disabled", _("職員の利用を止めた"), Category.PEOPLE),
    Act("staff.enabled", _("職員の利用を再開した"), Category.PEOPLE),
    Act("section.created", _("所属を登録した"), Category.PEOPLE),
    Act("section.changed", _("所属を変えた"), Category.PEOPLE),
    Act("section.ended", _("所属を終わらせた"), Category.PEOPLE),
    Act("post.created", _("職位を登録した"), Category.PEOPLE),
    Act("post.changed", _("職位を変えた"), Category.PEOPLE),
    Act("membership.started", _("配属した"), Category.PEOPLE),
    Act("membership.ended", _("配属を終えた"), Category.PEOPLE),
    Act("group.created", _("グループを作った"), Category.PEOPLE),
    Act("group.changed", _("グループを変えた"), Category.PEOPLE),
    Act("deputy.set", _("代行者を決めた"), Category.PEOPLE),
    Act("absence.set", _("不在を登録した"), Category.PEOPLE),
    Act("role.granted", _("役割を与えた"), Category.RIGHTS),
    Act("role.ended", _("役割を終えた"), Category.RIGHTS),
    # -- access -------------------------------------------------------------------------------
    Act("scope.created", _("権限の範囲を作った"), Category.RIGHTS),
    Act("scope.granted", _("権限を与えた"), Category.RIGHTS),
    Act("scope.revoked", _("権限を外した"), Category.RIGHTS),
    Act("scope.changed", _("権限の範囲を変えた"), Category.RIGHTS),
    Act("scope.compared", _("権限の照合をした"), Category.RIGHTS),
    Act("scope.viewed", _("誰が見られるかを見た"), Category.READ),
    Act("break_glass.opened", _("緊急閲覧を始めた"), Category.RIGHTS),
    Act("break_glass.ended", _("緊急閲覧を終えた"), Category.RIGHTS),
    # -- files and ingestion ------------------------------------------------------------------
    Act("upload.created", _("送信を始めた"), Category.CHANGE),
    Act("upload.finished", _("送信を終えた"), Category.CHANGE),
    Act("upload.cancelled", _("送信をやめた"), Category.CHANGE),
    Act("file.created", _("ファイルを入れた"), Category.CHANGE),
    Act("file.viewed", _("ファイルを見た"), Category.READ),
    Act("file.downloaded", _("ファイルをダウンロードした"), Category.EXPORT),
    Act("file.held", _("ファイルを保留した"), Category.SYSTEM),
    Act("file.released", _("保留を外した"), Category.RIGHTS),
    Act("file.refused", _("ファイルを受け取らなかった"), Category.SYSTEM),
    Act("file.disposed", _("ファイルを廃棄した"), Category.CHANGE),
    Act("reading.retried", _("読み取りをやり直した"), Category.CHANGE),
    # -- documents ----------------------------------------------------------------------------
    Act("document.uploaded", _("文書を入れた"), Category.CHANGE),
    Act("document.created", _("文書を作った"), Category.CHANGE),
    Act("document.viewed", _("文書を見た"), Category.READ),
    Act("document.downloaded", _("文書をダウンロードした"), Category.EXPORT),
    Act("document.printed", _("文書を印刷した"), Category.EXPORT),
    Act("document.exported", _("文書を書き出した"), Category.EXPORT),
    Act("document.changed", _("文書の情報を変えた"), Category.CHANGE),
    Act("document.moved", _("文書を移した"), Category.CHANGE),
    Act("document.versioned", _("文書の新しい版を入れた"), Category.CHANGE),
    Act("document.binned", _("文書をごみ箱に入れた"), Category.CHANGE),
    Act("document.restored", _("文書をごみ箱から戻した"), Category.CHANGE),
    Act("document.disposed", _("文書を廃棄した"), Category.CHANGE),
    Act("folder.created", _("フォルダーを作った"), Category.CHANGE),
    Act("folder.changed", _("フォルダーを変えた"), Category.CHANGE),
    Act("folder.moved", _("フォルダーを移した"), Category.CHANGE),
    Act("folder.removed", _("フォルダーをなくした"), Category.CHANGE),
    Act("page.space_opened", _("スペースを開いた"), Category.CHANGE),
    Act("page.published", _("ノウハウを公開した"), Category.CHANGE),
    Act("page.viewed", _("ノウハウを見た"), Category.READ),
    # -- portal -------------------------------------------------------------------------------
    Act("announcement.posted", _("お知らせを出した"), Category.CHANGE),
    Act("announcement.withdrawn", _("お知らせを取り下げた"), Category.CHANGE),
    # -- search -------------------------------------------------------------------------------
    Act("search.performed", _("検索した"), Category.READ),
    Act("search.exported", _("検索の結果を書き出した"), Category.EXPORT),
    Act("search.rebuilt", _("索引を作り直した"), Category.SYSTEM),
    # -- the audit record itself --------------------------------------------------------------
    Act("audit.searched", _("監査の記録を調べた"), Category.AUDIT),
    Act("audit.exported", _("監査の記録を書き出した"), Category.EXPORT),
    Act("audit.verified", _("監査の記録を検証した"), Category.AUDIT),
    # -- operations ---------------------------------------------------------------------------
    Act("job.retried", _("裏の仕事をやり直した"), Category.SYSTEM),
    Act("job.failed", _("裏の仕事が止まった"), Category.SYSTEM),
    Act("backup.made", _("バックアップを取った"), Category.SYSTEM),
    Act("backup.restored", _("バックアップから戻した"), Category.SYSTEM),
    Act("data.migrated", _("データを新しい版にした"), Category.SYSTEM),
    Act("demo.loaded", _("デモの市を入れた"), Category.SYSTEM),
    Act("setting.changed", _("設定を変えた"), Category.SYSTEM),
)

ACTS: dict[str, Act] = {act.name: act for act in _ACTS}


def act(name: str) -> Act:
    """The act called `name`.

    Raises:
        KeyError: when it is not in the catalogue.
    """
    try:
        return ACTS[name]
    except KeyError:
        raise KeyError(f"{name!r} is not in groupware/audit/catalogue.py") from None


def names_in(category: Category) -> list[str]:
    """Names of the acts of one category, in the order of the catalogue."""
    return [entry.name for entry in _ACTS if entry.category == category]
