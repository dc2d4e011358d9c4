"""Papers whose text is known, made by the tests themselves; bombs and traps, too."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

GOTHIC = "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf"
MINCHO = "/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf"

PROSE = [
    "尾乃市公共下水道条例の一部改正について（通知）",
    "このことについて、令和7年第2回定例会で可決されましたので、",
    "下記のとおり通知します。各課においては、窓口の案内と様式を",
    "十月一日までに改め、住民への周知に努めてください。なお、",
    "排水設備の計画確認申請は、これまでどおり下水道課で受け付け、",
    "手数料の額は変わりません。不明な点は総務課文書係へ照会願います。",
    "1 改正の内容　使用料の区分を三段階とし、減免の規定を加える。",
    "2 施行期日　令和7年10月1日　3 経過措置　九月分までは従前の例による。",
]
VERTICAL = [
    "尾乃市水道事業第六次拡張計画書",
    "本市の水道は昭和七年に給水を開始して",
    "以来五次にわたる拡張を重ねてきた。",
    "近年は臨海部の埋立地における住宅団地",
    "の造成により一人一日最大給水量は増え",
    "夏季には夜間断水を余儀なくされている。",
]
TABLE = [
    ["受付日", "請求者", "手数料"],
    ["十月一日", "架空 太郎", "450円"],
    ["十月二日", "見本 花子", "300円"],
    ["十月五日", "例示 次郎", "750円"],
]


def canvas(path: Path) -> Canvas:
    """Return an A4 canvas with the test fonts registered."""
    if "Gothic" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Gothic", GOTHIC))
        pdfmetrics.registerFont(TTFont("Mincho", MINCHO))
    return Canvas(str(path), pagesize=A4)


def prose_pdf(
    path: Path, pages: list[list[str]], *, spacing: float = 0.0, size: float = 11
) -> Path:
    """Write one page for each list of lines; `spacing` letter-spaces (points)."""
    pen = canvas(path)
    for lines in pages:
        text = pen.beginText(60, 760)
        text.setFont("Mincho", size)
        text.setCharSpace(spacing)
        text.setLeading(22)
        for line in lines:
            text.textLine(line)
        pen.drawText(text)
        pen.showPage()
    pen.save()
    return path


def vertical_pdf(path: Path, columns: list[str]) -> Path:
    """Write columns with a vertical CID font (UniJIS-UCS2-V), from the right."""
    pen = canvas(path)
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3", isVertical=True))
    text = pen.beginText()
    text.setFont("HeiseiMin-W3", 14)
    for index, column in enumerate(columns):
        text.setTextOrigin(500 - 28 * index, 780)
        text.textOut(column)
    pen.drawText(text)
    pen.save()
    return path


def table_pdf(path: Path, rows: list[list[str]]) -> Path:
    """Write a ruled table, cell by cell in column order, so that only the rules tell the rows."""
    pen = canvas(path)
    pen.setFont("Gothic", 10)
    pen.drawString(60, 780, "証明書の手数料の一覧")
    left, top, width, height = 60, 750, 150, 28
    for row in range(len(rows) + 1):
        pen.line(left, top - row * height, left + width * len(rows[0]), top - row * height)
    for column in range(len(rows[0]) + 1):
        pen.line(left + column * width, top, left + column * width, top - height * len(rows))
    for column in range(len(rows[0])):
        for row, cells in enumerate(rows):
            pen.drawString(left + column * width + 6, top - row * height - 18, cells[column])
    pen.save()
    return path


def mojibake_pdf(path: Path, lines: list[str]) -> Path:
    """Write prose whose ToUnicode map points into the private use area: only the eye reads it."""
    prose_pdf(path, [lines])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                cmap = item["/ToUnicode"].read_bytes().decode("latin-1")
                item["/ToUnicode"] = document.make_stream(_private(cmap).encode("latin-1"))
        document.save(path)
    return path


def _private(cmap: str) -> str:
    """Replace every target of a bfchar/bfrange map by a private-use code point."""
    out: list[str] = []
    count = 0
    for line in cmap.splitlines():
        parts = line.split()
        if len(parts) in (2, 3) and all(part.startswith("<") for part in parts):
            count += 1
            out.append(" ".join([*parts[:-1], f"<{0xE000 + count % 0x1800:04X}>"]))
        elif "<" in line and "[" in line:
            start, _bracket, rest = line.partition("[")
            size = rest.count("<")
            codes = (f"<{0xE000 + (count + n) % 0x1800:04X}>" for n in range(size))
            out.append(f"{start}[{' '.join(codes)}]")
            count += size
        else:
            out.append(line)
    return "\n".join(out)


def page_image(lines: list[str], *, size: int = 46, dpi: int = 300) -> Image.Image:
    """Draw horizontal prose as a 300 dpi page (11 point type)."""
    image = Image.new("L", (2480 * dpi // 300, 3508 * dpi // 300), 255)
    face = ImageFont.truetype(MINCHO, size)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        pen.text((260, 300 + row * size * 2), line, 0, face)
    return image


def vertical_image(columns: list[str], *, size: int = 58) -> Image.Image:
    """Draw vertical prose from the right, with the font's vertical forms."""
    image = Image.new("L", (2480, 3508), 255)
    face = ImageFont.truetype(MINCHO, size)
    pen = ImageDraw.Draw(image)
    for index, column in enumerate(columns):
        x = 2480 - 320 - index * size * 2
        pen.text((x, 320), column, 0, face, direction="ttb", features=["vert"], language="ja")
    return image


def image_pdf(path: Path, images: list[Image.Image], dpi: int = 300) -> Path:
    """Put images into a PDF as a scanner does."""
    first, *rest = [image.convert("L") for image in images]
    first.save(path, "PDF", save_all=True, append_images=rest, resolution=dpi)
    return path


def minimal_pdf(content: bytes, *, filters: str = "", extra: str = "", catalog: str = "") -> bytes:
    """Return a hand-made PDF of one page with this content stream."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> >> >>"
        ),
        f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if extra:
        objects.append(extra.encode("latin-1"))
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for offset in offsets:
        out.write(f"{offset:010d} 00000 n \n".encode())
    size = len(objects) + 1
    out.write(f"trailer << /Root 1 0 R /Size {size} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def flate_bomb() -> bytes:
    """Return a PDF of a few kB whose page content is 1 GB behind two Flate filters."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b"q Q " * (1 << 18)) for _ in range(1024)) + packer.flush()
    return minimal_pdf(zlib.compress(once, 9), filters="/Filter [/FlateDecode /FlateDecode]")


OFFICE = "http://schemas.openxmlformats.org"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CONTENT_TYPES = f"""<?xml version="1.0"?><Types xmlns="{OFFICE}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}"/></Types>"""
RELATIONS = f"""<?xml version="1.0"?><Relationships xmlns="{OFFICE}/package/2006/relationships">
<Relationship Id="r1" Target="word/document.xml"
 Type="{OFFICE}/officeDocument/2006/relationships/officeDocument"/></Relationships>"""


def docx(document_xml: bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """Return a Word file around this document part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document_xml)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def word_xml(*paragraphs: str) -> bytes:
    """Return a document part with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    ).encode()
