"""Names of files, as people gave them. Nothing is ever stored on disk under such a name."""

import unicodedata

from django.utils.translation import gettext as _

from groupware.files.errors import Refusal

NAME_BYTES = 255  # what Linux, NTFS (as UTF-16) and ZIP all carry
# Marks that turn the direction of writing (Unicode UAX #9): "fdp.exe" shown as "exe.pdf".
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """The last part of a path, without white space around it; checked.

    Raises:
        Refusal: when the name is empty, too long (255 bytes of UTF-8), or hides something.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not last or last in {".", ".."}:
        raise Refusal(_("ファイル名がありません。名前を付けて、もう一度入れてください。"))
    if TURNING & set(last):
        raise Refusal(
            _(
                "ファイル名に、文字の並びを逆に見せる見えない文字が入っています。"
                "種類を偽るのに使われるため受け取りません。名前を付け直して、もう一度入れてください。"
            )
        )
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in last):
        raise Refusal(
            _(
                "ファイル名に、表示できない文字が入っています。名前を付け直して、もう一度入れてください。"
            )
        )
    size = len(last.encode("utf-8"))
    if size > NAME_BYTES:
        raise Refusal(
            _(
                "ファイル名が長すぎます（%(size)d バイト。255 バイト、漢字で 85 字まで）。"
                "短くして、もう一度入れてください。"
            )
            % {"size": size}
        )
    return last


def title_of(name: str) -> str:
    """The name without its extension, for the title of what the file becomes."""
    stem, dot, suffix = name.rpartition(".")
    if dot and stem.strip(". ") and 1 <= len(suffix) <= 5 and suffix.isascii() and suffix.isalnum():
        return stem.strip()
    return name
