"""Makes assets/fonts/card*, the letters of the pictures that stand for a link (src/share/letters.rs).

    python3 -m venv venv && venv/bin/pip install fonttools
    venv/bin/python scripts/card-font.py NotoSerifCJK-Bold.ttc DejaVuSerif-Bold.ttf

card.otf is Noto Serif CJK SC Bold, cut down to what GB 2312 has, Latin-1 and punctuation. ‘ ’ “ ” — … are a
whole square wide there, as Chinese wants them; the narrow ones of the same font, for titles without Chinese, are put into
the private use area at U+E000 plus the last byte of their number.

card-latin.ttf is DejaVu Serif Bold, cut down to Latin Extended-A, Greek and Cyrillic, which the other has not, and given
a name of its own, as its licence asks.
"""

import sys
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

NARROW = [0x2018, 0x2019, 0x201C, 0x201D]

wanted = [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2040), 0x20AC, 0x2116, 0x2122, *range(0x2190, 0x219A)]
wanted += [*range(0x3000, 0x3020), *range(0xFF01, 0xFF66)]
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            wanted.append(ord(bytes([high, low]).decode("gb2312")))
        except UnicodeDecodeError:
            pass

fonts = TTCollection(sys.argv[1]).fonts
font = next(font for font in fonts if font["name"].getDebugName(1) == "Noto Serif CJK SC")

names = font.getBestCmap()
substitutions = font["GSUB"].table
narrow = {}
for feature in substitutions.FeatureList.FeatureRecord:
    if feature.FeatureTag != "pwid":
        continue
    for index in feature.Feature.LookupListIndex:
        for table in substitutions.LookupList.Lookup[index].SubTable:
            narrow |= getattr(table, "ExtSubTable", table).mapping
for sign in NARROW:
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap[0xE000 + (sign & 0xFF)] = narrow[names[sign]]
    wanted.append(0xE000 + (sign & 0xFF))


def cut(font, letters, name, **more):
    options = subset.Options(hinting=False, layout_features=["kern"], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14], **more)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.save(f"assets/fonts/{name}")


cut(font, wanted, "card.otf", drop_tables=["BASE", "VORG", "vhea", "vmtx"])

latin = TTFont(sys.argv[2])
for record in latin["name"].names:
    if record.nameID in (1, 4):
        record.string = "Stoa Card Latin"
    elif record.nameID == 6:
        record.string = "StoaCardLatin-Bold"
cut(latin, [*range(0x100, 0x180), *range(0x370, 0x400), *range(0x400, 0x460)], "card-latin.ttf", drop_tables=["FFTM"])
