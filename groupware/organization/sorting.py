"""The order of names by よみ: kana folded, voicing second, the same on every database."""

import unicodedata

import jaconv

SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
VOWELS = {
    "あ": "あかさたなはまやらわ",
    "い": "いきしちにひみり",
    "う": "うくすつぬふむゆる",
    "え": "えけせてねへめれ",
    "お": "おこそとのほもよろを",
}


def _unvoiced(kana: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", kana) if c not in "\u3099\u309a")


def _lengthened(kana: str) -> str:
    """Replace ー by the vowel that it lengthens (JIS X 4061)."""
    result: list[str] = []
    for character in kana:
        if character == "ー" and result:
            before = _unvoiced(result[-1])
            result.append(next((v for v, row in VOWELS.items() if before in row), ""))
        else:
            result.append(character)
    return "".join(result)


def sort_key(yomi: str) -> str:
    """A string whose code point order is the order of よみ (JIS X 4061, simplified).

    First everything unvoiced, then a second part that puts the unvoiced before the voiced:
    アベ, サイトウ, ざいとう, さとう, サトウ.
    """
    kana = jaconv.kata2hira(unicodedata.normalize("NFKC", yomi)).lower()
    kana = _lengthened("".join(kana.split()).translate(SMALL))
    base = _unvoiced(kana)
    marks = "".join(
        "1" if c == "\u3099" else "2" if c == "\u309a" else "0"
        for c in unicodedata.normalize("NFD", kana)
        if c in "\u3099\u309a" or not unicodedata.combining(c)
    )
    return f"{base} {marks}"
