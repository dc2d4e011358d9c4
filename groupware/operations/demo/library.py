"""The demo city's folders and papers: where each stands, who may see it, who brought it in.

`PAPERS_DIR` holds the files; papers/SOURCE.md says where they come from. Real papers carry their
出典, which the document shows among its facts.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAPERS_DIR = Path(__file__).resolve().parent / "papers"
EVERYBODY = "all"

CIO = (
    "出典：政府CIO補佐官等ディスカッションペーパー「{title}」（{made}、cio.go.jp、"
    "政府標準利用規約（第2.0版））"
)
POLICY = "出典：河内長野市「河内長野市DX推進方針」（令和5年2月、河内長野市）"
INVENTED = "デモ用に作った架空の文書です。"
PRINTED = "印刷して画像にし、傷みを加えたものです。"
VERTICAL = "本文を縦組みに組み直しました（図を除く）。"


@dataclass(frozen=True)
class FolderRow:
    """A folder of a section. Its section sees and fills it; `seen_by` names others by code."""

    key: str
    section: str
    name: str
    yomi: str
    parent: str = ""
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperRow:
    """A paper: file in papers/, the name it is uploaded under, where, by whom (職員番号)."""

    file: str
    name: str
    folder: str  # key; "" is the uploader's 受信トレイ
    by: str
    fiscal_year: int
    made_on: date | None
    source: str
    description: str = ""
    is_scan: bool = False


def _cio(title: str, made: str) -> str:
    return CIO.format(title=title, made=made)


FOLDERS: tuple[FolderRow, ...] = (
    FolderRow("somu-r8", "0101", "令和8年度", "れいわ8ねんど", seen_by=(EVERYBODY,)),
    FolderRow(
        "somu-tebiki", "0101", "文書事務の手引", "ぶんしょじむのてびき", seen_by=(EVERYBODY,)
    ),
    FolderRow("jinji-r8", "0102", "令和8年度", "れいわ8ねんど"),
    FolderRow("zaisei-r8", "0103", "令和8年度", "れいわ8ねんど"),
    FolderRow("dx-shiryo", "0104", "政府の資料", "せいふのしりょう", seen_by=(EVERYBODY,)),
    FolderRow(
        "dx-security", "0104", "情報セキュリティ", "じょうほうせきゅりてぃ", seen_by=("0100",)
    ),
    FolderRow("kikaku-tashi", "0201", "他市の計画", "たしのけいかく", seen_by=(EVERYBODY,)),
    FolderRow("kikaku-koho", "0201", "広報・SNS", "こうほう えすえぬえす", seen_by=(EVERYBODY,)),
    FolderRow("kiki-r8", "0202", "令和8年度", "れいわ8ねんど", seen_by=("0700",)),
    FolderRow("shimin-r8", "0301", "令和8年度", "れいわ8ねんど", seen_by=("0300",)),
    FolderRow(
        "shimin-madoguchi", "0301", "窓口改善", "まどぐちかいぜん", "shimin-r8", seen_by=("0300",)
    ),
    FolderRow("shimin-shomei", "0301", "証明・届出", "しょうめい とどけで", "shimin-r8"),
    FolderRow("shimin-kaigi", "0301", "会議", "かいぎ", "shimin-r8"),
    FolderRow("shimin-r7", "0301", "令和7年度", "れいわ7ねんど"),
    FolderRow("shimin-tebiki", "0301", "手引", "てびき", seen_by=(EVERYBODY,)),
    FolderRow("hoken-r8", "0302", "令和8年度", "れいわ8ねんど", seen_by=("0300",)),
    FolderRow("zeimu-r8", "0303", "令和8年度", "れいわ8ねんど"),
    FolderRow("seikatsu-r8", "0304", "令和8年度", "れいわ8ねんど"),
    FolderRow("fukushi-r8", "0401", "令和8年度", "れいわ8ねんど"),
    FolderRow("kosodate-r8", "0404", "令和8年度", "れいわ8ねんど", seen_by=("0400",)),
    FolderRow("doro-r8", "0601", "令和8年度", "れいわ8ねんど", seen_by=("0702",)),
    FolderRow("gyomu-oen", "0701", "災害応援", "さいがいおうえん", seen_by=(EVERYBODY,)),
    FolderRow(
        "komu-haisui",
        "0702",
        "配水管工事 昭和62年度（1）",
        "はいすいかんこうじ",
        seen_by=(EVERYBODY,),
    ),
    FolderRow("komu-keikaku", "0702", "事業計画", "じぎょうけいかく", seen_by=("0700",)),
    FolderRow("komu-tejun", "0702", "手順書", "てじゅんしょ", seen_by=(EVERYBODY,)),
    FolderRow("kyoiku-r8", "0801", "令和8年度", "れいわ8ねんど"),
)

PAPERS: tuple[PaperRow, ...] = (
    PaperRow(
        "dp2020_02.pdf",
        "自治体からの通知物デジタル化と、それにより加速する民間サービスへの連携.pdf",
        "dx-shiryo",
        "14188",
        2020,
        date(2020, 6, 1),
        _cio("自治体からの通知物デジタル化と、それにより加速する民間サービスへの連携", "2020年6月"),
    ),
    PaperRow(
        "dp2021_02.pdf",
        "政府情報システムに係るIT資産管理の必要性について.pdf",
        "dx-security",
        "14188",
        2021,
        date(2021, 5, 1),
        _cio("政府情報システムに係るIT資産管理の必要性について", "2021年5月"),
    ),
    PaperRow(
        "dp2020_03.docx",
        "政府情報システムにおけるゼロトラスト適用に向けた考え方.docx",
        "dx-security",
        "15255",
        2020,
        date(2020, 6, 1),
        _cio("政府情報システムにおけるゼロトラスト適用に向けた考え方", "2020年6月"),
    ),
    PaperRow(
        "dx-policy-3.pdf",
        "河内長野市DX推進方針 第三分冊（推進体制・用語）.pdf",
        "kikaku-tashi",
        "12045",
        2022,
        date(2023, 2, 1),
        POLICY,
        VERTICAL,
    ),
    PaperRow(
        "rousui-tejun.pdf",
        "漏水・断水時の対応手順.pdf",
        "komu-tejun",
        "12217",
        2026,
        date(2026, 9, 30),
        INVENTED,
    ),
    PaperRow(
        "mitsumori.pdf",
        "見積書（番号発券機）東雲商会.pdf",
        "shimin-madoguchi",
        "14117",
        2026,
        date(2026, 11, 6),
        INVENTED,
    ),
    PaperRow(
        "shiyosho.pdf",
        "仕様書（番号発券機）.pdf",
        "shimin-madoguchi",
        "14117",
        2026,
        date(2026, 11, 9),
        INVENTED,
    ),
    PaperRow(
        "anketo-jiyukijutsu.docx",
        "窓口アンケート 自由記述（令和8年9月）.docx",
        "shimin-madoguchi",
        "15230",
        2026,
        date(2026, 10, 14),
        INVENTED,
    ),
    PaperRow(
        "yokuaru-shitsumon.txt",
        "窓口でよくある質問.txt",
        "shimin-tebiki",
        "13140",
        2026,
        date(2026, 6, 1),
        INVENTED,
    ),
    PaperRow(
        "uketsukebo.pdf",
        "証明書 郵送請求の受付簿.pdf",
        "shimin-shomei",
        "15230",
        2026,
        date(2026, 10, 8),
        INVENTED,
        "個人番号の疑いで保留になる例です。番号は見本です。",
    ),
    PaperRow(
        "haisuikan-ukagai.pdf",
        "本町三丁目地内 配水管布設替工事の施行について（伺い）.pdf",
        "komu-haisui",
        "14150",
        1987,
        date(1987, 9, 18),
        INVENTED,
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "oukyu-kyusui.tif",
        "断水時における応急給水の応援について（回答）.tif",
        "gyomu-oen",
        "14129",
        1997,
        date(1997, 7, 14),
        INVENTED,
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "koseki-kaigi.pdf",
        "県 戸籍事務担当者会議 資料.pdf",
        "shimin-kaigi",
        "14117",
        2026,
        date(2026, 10, 28),
        INVENTED,
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "madoguchi-anketo.png",
        "窓口アンケート集計（令和8年9月）.png",
        "shimin-madoguchi",
        "15230",
        2026,
        date(2026, 10, 14),
        INVENTED,
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "okuyami-keiji.jpg",
        "おくやみ窓口 動線図と掲示.jpg",
        "shimin-tebiki",
        "14162",
        2026,
        date(2026, 5, 7),
        INVENTED,
        "掲示を撮った写真です。",
        is_scan=True,
    ),
    PaperRow(
        "kakucho-keikaku.pdf",
        "尾乃市水道事業 第六次拡張計画書.pdf",
        "komu-keikaku",
        "13077",
        1985,
        date(1986, 3, 31),
        INVENTED,
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "dp2020_04-fax.tif",
        "政府情報システムにおけるクラウド設置場所等に関する考え方（ファクシミリ）.tif",
        "dx-shiryo",
        "15255",
        2020,
        date(2020, 6, 1),
        _cio("政府情報システムにおけるクラウド設置場所等に関する考え方", "2020年6月"),
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "dp2021_04-mixed.pdf",
        "自治体のSNS利用と個人情報へのアクセス.pdf",
        "kikaku-koho",
        "12045",
        2021,
        date(2021, 7, 1),
        _cio("自治体のSNS利用と個人情報へのアクセス", "2021年7月"),
        "21ページ以降は印刷して画像にし、傷みを加えたものです。",
        is_scan=True,
    ),
    PaperRow(
        "dp2020_01-scan.pdf",
        "AIシステムにおけるデータ利用の特性と取扱い上の留意点（複写）.pdf",
        "dx-shiryo",
        "14188",
        2020,
        date(2020, 6, 1),
        _cio("AIシステムにおけるデータ利用の特性と取扱い上の留意点", "2020年6月"),
        PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "dx-policy-1-scan.pdf",
        "河内長野市DX推進方針 第一分冊（策定にあたって・国の動向・課題）.pdf",
        "kikaku-tashi",
        "12045",
        2022,
        date(2023, 2, 1),
        POLICY,
        VERTICAL + PRINTED,
        is_scan=True,
    ),
    PaperRow(
        "dx-policy-2-scan.pdf",
        "河内長野市DX推進方針 第二分冊（方針・重点取組み事項）.pdf",
        "kikaku-tashi",
        "12045",
        2022,
        date(2023, 2, 1),
        POLICY,
        VERTICAL + PRINTED,
        is_scan=True,
    ),
)
