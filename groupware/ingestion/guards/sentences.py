"""Why a file or page cannot be taken or read, and what to do: code and facts to Japanese.

Each entry is (what happened, what to do). Codes are stored, so that the sentence can be said
again in the reader's language. The fact "on" is a list of pages; sentences call it %(where)s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SAVE_AGAIN = _("元の文書を開いて保存し直し、もう一度入れてください。")
# What `found` and `detail` may say; listed so that they are translated, too.
NAMES = (
    _("GIF画像"),
    _("BMP画像"),
    _("WebP画像"),
    _("HEIF画像"),
    _("PNG画像"),
    _("JPEG画像"),
    _("TIFF画像"),
    _("画像"),
    _("画像とHTML"),
    _("画像とほかの形式"),
    _("PDFとHTML"),
    _("動画"),
    _("音声か動画"),
    _("テキスト"),
    _("Word文書"),
    _("Word文書か書庫（zip）"),
    _("Office文書"),
    _("古い形式のOffice文書"),
    _("Excelの表"),
    _("PowerPointの資料"),
    _("書庫（zip）"),
    _("RAR書庫"),
    _("7z書庫"),
    _("gzip書庫"),
    _("リッチテキスト（RTF）"),
    _("HTMLなどのマークアップ"),
    _("プログラム"),
    _("プログラム（スクリプト）"),
    _("Windowsのプログラム"),
    _("不明な形式"),
    _("外へ出る名前"),
    _("リンク"),
)

SENTENCES: dict[str, tuple[str, str]] = {
    "empty": (
        _("中身が空（0 バイト）です。"),
        _("元のファイルを確かめて、もう一度入れてください。"),
    ),
    "wrong_type": (
        _("受け取れない種類のファイルです（%(found)s）。"),
        _("PDF・PNG・JPEG・TIFF・テキスト・Word（docx）のどれかにして、もう一度入れてください。"),
    ),
    "extension": (
        _("名前は「.%(extension)s」ですが、中身は%(found)sです。"),
        _("中身に合う名前に直して、もう一度入れてください。"),
    ),
    "encrypted": (
        _("パスワードがかかっていて、中を確かめられません（%(found)s）。"),
        _("パスワードを外して保存し直し、もう一度入れてください。"),
    ),
    "damaged": (_("壊れていて開けません（%(found)s）。"), SAVE_AGAIN),
    "bomb_size": (
        _(
            "展開すると異常に大きくなるファイルです（%(megabytes)d MB 以上）。"
            "安全のため受け取りません。"
        ),
        SAVE_AGAIN,
    ),
    "bomb_parts": (
        _("部品が異常に多いファイルです（%(parts)d 個）。安全のため受け取りません。"),
        SAVE_AGAIN,
    ),
    "bomb_entities": (
        _("読むと異常に膨らむ仕掛け（XMLの実体宣言）があります。安全のため受け取りません。"),
        SAVE_AGAIN,
    ),
    "too_heavy": (
        _("中身の読み取りに、決められた以上のメモリか時間がかかります。安全のため受け取りません。"),
        _("印刷してスキャンするか、PDFに出力し直して、もう一度入れてください。"),
    ),
    "pixels": (
        _("画像が大きすぎます（%(limit)d 百万画素まで）。"),
        _("解像度を下げて（A3 で 600 dpi まで）、もう一度入れてください。"),
    ),
    "pages": (
        _("ページが多すぎます（%(limit)d ページまで）。"),
        _("いくつかに分けて、もう一度入れてください。"),
    ),
    "unsafe_archive": (
        _("ファイルの中に、外へ書き込もうとする項目があります（%(detail)s）。受け取りません。"),
        SAVE_AGAIN,
    ),
    "macro": (
        _("マクロ（プログラム）が入っているWord文書です。受け取りません。"),
        _("マクロなしの docx か PDF で保存し直し、もう一度入れてください。"),
    ),
    "script": (
        _("プログラム（JavaScript）が入っている%(found)sです。受け取りません。"),
        _("「印刷」から PDF に出力し直し、もう一度入れてください。"),
    ),
    "launch": (
        _("開くとほかのプログラムを動かす%(found)sです。受け取りません。"),
        _("「印刷」から PDF に出力し直し、もう一度入れてください。"),
    ),
    "embedded_program": (
        _("プログラムが添付されています（%(detail)s）。受け取りません。"),
        _("添付を外して保存し直し、もう一度入れてください。"),
    ),
    "polyglot": (
        _(
            "二つの種類を兼ねたファイルです（%(found)s）。種類を偽るのに使われるため受け取りません。"
        ),
        SAVE_AGAIN,
    ),
    "name": (
        _("ファイル名に問題があります。"),
        _("名前を付け直して、もう一度入れてください。"),
    ),
    "name_long": (
        _("ファイル名が長すぎます（%(size)d バイト。%(limit)d バイトまで）。"),
        _("名前を短くして、もう一度入れてください。"),
    ),
    "name_turning": (
        _(
            "ファイル名に、文字の並びを逆に見せる見えない文字が入っています。種類を偽るのに使われるため受け取りません。"
        ),
        _("名前を付け直して、もう一度入れてください。"),
    ),
    "malware": (
        _("ウイルス対策が問題を見つけました（%(found)s）。受け取りません。"),
        _("このファイルを開かず、情報システムの担当に知らせてください。"),
    ),
    "scanner_down": (
        _(
            "ウイルス対策が動いていないため、検査を終えられません。ファイルは検査待ちのまま残してあります。"
        ),
        _("動きしだい自動で検査します。急ぐときは管理者に知らせてください。"),
    ),
    "personal_number": (
        _("個人番号（マイナンバー）らしい番号があるため、保留しました（%(where)s）。"),
        _("保留を外す人に確かめてもらうか、番号を消して、もう一度入れてください。"),
    ),
    "damaged_page": (
        _("%(page)d ページの画像が壊れています。"),
        _("スキャンし直すか、保存し直したものを入れてください。"),
    ),
    "memory": (
        _("%(where)sの読み取りにメモリが足りず、止めました。元のファイルは残っています。"),
        _("解像度を下げるか、「印刷」からPDFに出力し直したものを入れてください。"),
    ),
    "cpu": (
        _("%(where)sの読み取りに時間がかかりすぎ、止めました。元のファイルは残っています。"),
        _("「印刷」からPDFに出力し直すか、スキャンしたものを入れてください。"),
    ),
    "wall": (
        _("%(where)sの読み取りが時間内に終わりませんでした。元のファイルは残っています。"),
        _("しばらくしてから「やり直す」を押してください。"),
    ),
    "crash": (
        _("%(where)sの読み取り中に、読み取り機能が止まりました。元のファイルは残っています。"),
        _("「やり直す」を押しても同じなら、PDFに出力し直したものを入れてください。"),
    ),
    "parser": (
        _("%(where)sの中身が決まりどおりでなく、読み取れません。元のファイルは残っています。"),
        SAVE_AGAIN,
    ),
    "no_engine": (
        _("文字を読み取る機能（OCR）が動いていません。元のファイルと画像は残っています。"),
        _("管理者に知らせてください。直ったあとで「やり直す」を押してください。"),
    ),
    "some_pages": (
        _("%(where)sを読み取れませんでした。ほかのページは検索で見つかります。"),
        _("そのページの「やり直す」を押すか、スキャンし直したものを入れてください。"),
    ),
    "unconverted": (
        _("Wordの見た目を作れなかったため、文字だけを読み取りました。"),
        _("見た目も要るときは、PDFにして入れてください。"),
    ),
    "no_preview": (
        _("Wordの見た目を作る機能がこのサーバーにないため、文字だけを読み取りました。"),
        _("見た目も要るときは、PDFにして入れてください。"),
    ),
    "stopped": (
        _("読み取りが途中で止まりました。読み取った分は残っています。"),
        _("しばらくしてから「やり直す」を押してください。"),
    ),
    "lost": (
        _("ファイルの中身が保管場所にありません。"),
        _("管理者に知らせてください。"),
    ),
    "disk_full": (
        _("保管場所がいっぱいで、読み取りを進められません。読み取った分は残っています。"),
        _("管理者に知らせてください。空きができたら「やり直す」を押してください。"),
    ),
}


def sentence(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return (cause, remedy) in the active language; an unknown code is a programming error."""
    cause, remedy = SENTENCES[code]
    return _fill(gettext(cause), facts), _fill(gettext(remedy), facts)


def stored(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return (cause, remedy) in Japanese, as they are stored beside the code."""
    with translation.override("ja"):
        return sentence(code, facts)


def _fill(text: str, facts: Mapping[str, Any]) -> str:
    if "%(" not in text:
        return text
    named = {key: gettext(value) if value in NAMES else value for key, value in facts.items()}
    return text % (named | {"where": where(facts.get("on", ()))})


def where(pages: Sequence[int]) -> str:
    """Return 「3 ページ」, 「3・4・7 ページ」 or, for many, 「3 ページほか 8 ページ」."""
    if not pages:
        return gettext("ファイル")
    if len(pages) <= 4:
        return gettext("%(pages)s ページ") % {"pages": "・".join(str(page) for page in pages)}
    return gettext("%(first)d ページほか %(more)d ページ") % {
        "first": pages[0],
        "more": len(pages) - 1,
    }
