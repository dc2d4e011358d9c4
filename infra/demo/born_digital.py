"""Put the demo's born-digital papers into place: typeset PDFs, a Word file, a text file.

    .venv/bin/python -m infra.demo.born_digital SET_DIR

SET_DIR is what typeset.py wrote. Dates and ids inside the files are fixed, so that making them
again changes nothing.
"""

from __future__ import annotations

import sys
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pikepdf
from docx.oxml.ns import qn
from docx.shared import Pt

HERE = Path(__file__).resolve().parent
PAPERS = HERE.parents[1] / "groupware" / "operations" / "demo" / "papers"
PDFS = ("dx-policy-3", "rousui-tejun", "mitsumori", "shiyosho", "uketsukebo")
FIXED = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 - Word's own times carry no zone

VOICES: dict[str, tuple[str, ...]] = {
    "待ち時間について": (
        "月曜の朝に住民票を取りに行ったら一時間近く待った。証明書だけの人の列を分けてほしい。",
        "番号札の順番があと何人か分かると、売店に行ってこられるので助かる。",
        "昼休みに窓口が二つしか開いていない。働いている者は昼にしか来られない。",
        "転入届は混んでいたが、先に用紙を書く場所に案内の人がいて早く済んだ。",
    ),
    "申請書と手続について": (
        "同じ住所と名前を三枚に書かされた。一枚にまとめられないのか。",
        "マイナンバーカードの暗証番号を忘れたが、再設定の手順がその場で分かって良かった。",
        "転出証明書を郵送で頼んだとき、定額小為替の額が分からず郵便局と二往復した。",
        "印鑑登録のカードが割れて読めないと言われたが、その場で作り直してもらえた。",
    ),
    "おくやみ窓口について": (
        "父が亡くなったあと、どこから手をつけてよいか分からなかった。一か所で聞けて本当にありがたかった。",
        "水道の名義を変えるのを忘れていたが、窓口で教えてもらえた。",
        "予約の電話がつながりにくい。ネットで予約できるようにしてほしい。",
    ),
    "建物と案内について": (
        "車いすで来ると発券機の画面に手が届かない。",
        "五番の窓口の表示が柱に隠れて見えない。",
        "夜間断水のお知らせの紙を総合案内でもらえたのは良かった。",
    ),
}

QUESTIONS = """窓口でよくある質問（市民課 令和8年度）

問 転出証明書の郵送で、手数料が足りないときはどうするか。
答 不足額を電話で知らせ、定額小為替を追って送ってもらう。届くまで証明書は発送しない。

問 印鑑登録のカードが割れて読めないときはどうするか。
答 登録番号が確認できれば、本人確認のうえ再交付する。代理人のときは委任状が要る。

問 マイナンバーカードの暗証番号の再設定は代理人でもできるか。
答 照会書を本人の住所に送り、回答書を持参してもらえばできる。その日には終わらない。

問 夜間断水で水が出ないという電話が市民課にかかってきた。
答 上下水道部工務課（内線 2511）へつなぐ。夜間は当直が台帳を見て答える。

問 戸籍の広域交付で、きょうだいの戸籍を請求されたときはどうするか。
答 広域交付の対象ではない。本籍地の市町村へ請求するよう案内する。
"""


def write_pdf(source: Path, target: Path) -> None:
    """Copy a typeset PDF without its time of printing."""
    with pikepdf.Pdf.open(source) as pdf:
        for key in ("/CreationDate", "/ModDate", "/Creator"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        pdf.save(target, deterministic_id=True)


def write_word(target: Path) -> None:
    """The free answers of the questionnaire, with headings, as a Word file."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "BIZ UDPMincho", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "BIZ UDPMincho")
    document.core_properties.author = "尾乃市 市民課（架空）"
    document.core_properties.title = "窓口アンケート 自由記述（令和8年9月）"
    document.core_properties.created = document.core_properties.modified = FIXED
    document.add_heading("窓口アンケート 自由記述（令和8年9月）", 0)
    document.add_paragraph(
        "令和8年9月の窓口アンケートで寄せられた自由記述のうち、主なものを分類して掲げる。"
        "回答者の氏名は集めていない。"
    )
    for heading, voices in VOICES.items():
        document.add_heading(heading, 1)
        for voice in voices:
            document.add_paragraph(voice, style="List Bullet")
    document.save(str(target))
    with zipfile.ZipFile(target) as package:
        parts = [(item, package.read(item)) for item in package.namelist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for item, data in parts:
            info = zipfile.ZipInfo(item, FIXED.timetuple()[:6])
            package.writestr(info, data, zipfile.ZIP_DEFLATED)


def main() -> int:
    """Write every born-digital paper that is not a government paper."""
    typeset = Path(sys.argv[1])
    for name in PDFS:
        write_pdf(typeset / f"{name}.pdf", PAPERS / f"{name}.pdf")
    write_word(PAPERS / "anketo-jiyukijutsu.docx")
    (PAPERS / "yokuaru-shitsumon.txt").write_text(QUESTIONS, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
