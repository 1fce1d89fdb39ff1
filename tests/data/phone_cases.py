#!/usr/bin/env python3
"""Prints phone_cases.tsv: texts, and how libphonenumber's Python port reads them.

    pip install phonenumbers==9.0.33
    python3 tests/data/phone_cases.py > tests/data/phone_cases.tsv

A line is the text (a JSON string), the region, the number in E.164, the letter of its type (A for the first of KINDS) and
the extension. If the text is no possible number, an error code follows the region.
"""
import json
import random
import phonenumbers as pn
from phonenumbers import NumberParseException as Error, PhoneNumberFormat as Format, PhoneNumberType as Type
from phonenumbers import ValidationResult as Length

KINDS = ["FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "VOIP",
         "PERSONAL_NUMBER", "PAGER", "UAN", "VOICEMAIL", "UNKNOWN"]
LETTERS = {getattr(Type, kind): "ABCDEFGHIJKL"[i] for i, kind in enumerate(KINDS)}
ERRORS = {Error.INVALID_COUNTRY_CODE: "unknown_country_code", Error.NOT_A_NUMBER: "not_a_number",
          Error.TOO_SHORT_AFTER_IDD: "too_short", Error.TOO_SHORT_NSN: "too_short", Error.TOO_LONG: "too_long"}
LENGTHS = {Length.IS_POSSIBLE_LOCAL_ONLY: "local_only", Length.TOO_SHORT: "too_short", Length.TOO_LONG: "too_long",
           Length.INVALID_LENGTH: "wrong_length"}
DRAW = random.Random(4153)
REGIONS = sorted(pn.SUPPORTED_REGIONS)
SCRIPTS = [0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x11066]
MARKS = ["\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\ufeff", "\u00ad", "\u200b", "\u2060"]
GAPS = [" ", "-", ".", "/", " - ", "\u00a0", "\u2009", "\u202f", "\u3000", "\u2011", "\u2013", "\u2212", "\uff0d", "~", "",
        "\u30fc", ")(", "[", "*", ",", "_", "\t"]
LABELS = [" ext. {}", " x{}", "x{}", ";ext={}", " extn: {}", ", extension {}", " #{}", " - {}#", ",,{}", ";{}", " ,{}#",
          " int. {}", " доб. {}", " anexo {}", " extensión {}", " extensio\u0301n {}", "~{}", " \uff45\uff58\uff54{}", " EXT {}",
          " x.{}", ",,,,{}", " ext:{} ", " \uff03{}", " e{}", " xt{}", ",:{}", " ; - {}", "ext. - {}"]


def answer(text, region):
    try:
        number = pn.parse(text, region)
    except Error as error:
        return [ERRORS[error.error_type]]
    length = pn.is_possible_number_with_reason(number)
    if length != Length.IS_POSSIBLE:
        return [LENGTHS[length]]
    extension = pn.normalize_digits_only(number.extension or "")
    return [pn.format_number(number, Format.E164), LETTERS[pn.number_type(number)], extension]


def digits(count):
    return "".join(DRAW.choice("0123456789") for _ in range(count))


def grouped(national):
    """The digits, in groups with something between them."""
    out = ""
    while len(national) > 4:
        size = DRAW.randint(2, 4)
        out += national[:size] + DRAW.choice(GAPS)
        national = national[size:]
    return out + national


def in_letters(national):
    keys = {"2": "ABC", "3": "def", "4": "GHI", "5": "jkl", "6": "MNO", "7": "pqrs", "8": "TUV", "9": "wxyz"}
    start = DRAW.randint(0, len(national))
    return national[:start] + "".join(DRAW.choice(keys.get(d, d)) for d in national[start:])


def spellings(code, national, region):
    """One number, as people write it: (text, region)."""
    trunk = DRAW.choice(["0", "1", "8", "06", "00", ""])
    mark = DRAW.choice(MARKS)
    script = DRAW.choice(SCRIPTS)
    other = DRAW.choice(REGIONS)
    label = DRAW.choice(LABELS).format(digits(DRAW.randint(1, 11)))
    whole = f"+{code}{national}"
    yield whole, DRAW.choice([None, other])
    yield f"+{code} {grouped(national)}", None
    yield national, region
    yield trunk + national, region
    yield trunk + grouped(national), region
    yield f"+{code} ({trunk}) {grouped(national)}", None
    yield f"{code}{national}", DRAW.choice([region, other, None])
    yield DRAW.choice(["00", "011", "0011", "810", "+00", "++", "+ ", "\uff0b", "009"]) + f"{code}{national}", DRAW.choice([region, other])
    yield DRAW.choice([whole, grouped(national)]) + label, region
    yield "".join(chr(script + int(c)) if c.isdigit() and c.isascii() else c for c in DRAW.choice([whole, trunk + national])), region
    yield DRAW.choice([mark + whole, whole + mark, whole[:3] + mark + whole[3:], mark + national + mark]), region
    yield DRAW.choice([f"+{code} ", "", "1-"]) + in_letters(national), region
    yield DRAW.choice([f"tel:{whole}", f"tel:{national};phone-context=+{code}", f"{national};ext=9;phone-context=+{code}",
                       f"tel:{national};phone-context=a-b.example", f"tel:{national};phone-context=-", f"{whole};isub=12",
                       f"tel:{grouped(national)};phone-context=+{code};x=y"]), DRAW.choice([region, None])
    yield DRAW.choice(["Tel. ", "(", "call ", "'", "#", "*", "☎"]) + DRAW.choice([whole, national]), region
    yield DRAW.choice([whole, national]) + DRAW.choice([".", " (work)", "\n", " x1/x2", "/ x9", "#", "a", "!", "€", "²", "\u0301", "\u30fc"]), region
    yield whole[:DRAW.randint(2, len(whole))], None
    yield whole + digits(DRAW.randint(1, 4)), None
    yield digits(DRAW.randint(1, 9)), region


def numbers():
    """Numbers around the metadata's examples, for every region and kind."""
    kinds = [kind for kind in Type.values() if kind not in (Type.UNKNOWN, Type.FIXED_LINE_OR_MOBILE)]
    for region in REGIONS:
        examples = {pn.national_significant_number(n) for n in (pn.example_number_for_type(region, k) for k in kinds) if n}
        for example in sorted(examples):
            cut = DRAW.randint(0, len(example) - 1)
            yield pn.country_code_for_region(region), example[:cut] + digits(len(example) - cut), region
    for code in sorted(pn.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        for _ in range(4):
            example = pn.national_significant_number(pn.example_number_for_non_geo_entity(code))
            cut = DRAW.randint(0, len(example) - 1)
            yield code, example[:cut] + digits(len(example) - cut), DRAW.choice(REGIONS)


def noise():
    alphabet = list("0123456789" * 4 + "+- ()./xX#*~;,=:aextT") + MARKS[:4] + GAPS + ["ext", "tel:", ";ext=", ";phone-context=", "\uff11", "\u0663", "\uff0b"]
    for _ in range(2000):
        yield "".join(DRAW.choice(alphabet) for _ in range(DRAW.randint(0, 20))), DRAW.choice(REGIONS + [None] * 60)
    for text in ["", "+", "112", "*123#", "#31#", "*100", "12", "1", "0", "000", "+0", "+999 123 4567", "12 ext 3", "a" * 250,
                 "1" * 250, "1" * 251, "+1" + "-" * 240 + "6502530000", ";phone-context=", "5;phone-context=+1;tel:x", "+;phone-context=+1",
                 "650-253-0000" + "x1" * 100, "0" * 17, "+390" + "0" * 15, "(+1) 650 253 0000", "650 253 0000 / x12", "12\n", "+1 650 253 0000 x 5 x 6"]:
        for region in (None, "US", "IT", "AR", "BY"):
            yield text, region


def main():
    seen = set()
    cases = [case for code, national, region in numbers() for case in spellings(code, national, region)]
    for text, region in cases + list(noise()):
        if (text, region) not in seen:
            seen.add((text, region))
            print("\t".join([json.dumps(text, ensure_ascii=False), region or "", *answer(text, region)]).rstrip("\t"))


main()
