"""Which text stands where on a card and on a sheet of ten, and in how many lines it may be set there."""

from collections.abc import Mapping

from registry.printing.cards.faces import CardFace

# How many lines a place takes when its text is set at its ease, and each time it has to be set closer.
# The sizes belong to the classes `fit0`, `fit1`… of the style sheet.
FRONT: Mapping[str, tuple[int, ...]] = {
    "empty": (1,),
    "name": (1, 1, 2, 3),
    "unit": (1, 1, 2, 3, 4),
    "number": (1, 1, 1, 1),
    "mark": (1,),
}
BACK: Mapping[str, tuple[int, ...]] = {
    "state": (1,),
    "title": (1, 1),
    "english": (1,),
    "china": (1,),
    "field": (1, 2, 3),
    "area": (1, 2, 3),
    "validity": (1,),
    "issuer": (1,),
    "mark": (1,),
}
SHEET: Mapping[str, tuple[int, ...]] = {"legend": (1,)}
MOST_LEVELS = max(len(levels) for side in (FRONT, BACK) for levels in side.values())
EMPTY_FRAME = "照片"

WIDTH, HEIGHT = 85.6, 54.0
COLUMNS, ROWS = 2, 5
A_SHEET = COLUMNS * ROWS
BETWEEN_COLUMNS, BETWEEN_ROWS = 6.0, 2.0
PAPER_WIDTH, PAPER_HEIGHT = 210.0, 297.0
LEFT = (PAPER_WIDTH - COLUMNS * WIDTH - (COLUMNS - 1) * BETWEEN_COLUMNS) / 2
TOP = (PAPER_HEIGHT - ROWS * HEIGHT - (ROWS - 1) * BETWEEN_ROWS) / 2
LEFTS = tuple(round(LEFT + column * (WIDTH + BETWEEN_COLUMNS), 2) for column in range(COLUMNS))
TOPS = tuple(round(TOP + row * (HEIGHT + BETWEEN_ROWS), 2) for row in range(ROWS))


def front_texts(face: CardFace) -> dict[str, str]:
    """The texts of the side with the photo."""
    empty = "" if face.photo else EMPTY_FRAME
    return {"empty": empty, "name": face.name, "unit": face.unit, "number": face.number, "mark": face.mark}


def back_texts(face: CardFace) -> dict[str, str]:
    """The texts of the side with the title."""
    return {
        "state": face.title[0] if len(face.title) > 1 else "",
        "title": face.title[-1],
        "english": face.english[0],
        "china": face.english[-1] if len(face.english) > 1 else "",
        "field": face.field,
        "area": face.area,
        "validity": face.validity,
        "issuer": face.issuer,
        "mark": face.mark,
    }


def slot_of(place: int, *, is_front: bool) -> int:
    """The slot of the sheet for the card of that place among ten; backs are mirrored, to be turned on the long edge."""
    row, column = divmod(place, COLUMNS)
    return row * COLUMNS + (column if is_front else COLUMNS - 1 - column)


def sheets_for(cards: int) -> int:
    """How many sheets so many cards fill."""
    return -(-cards // A_SHEET)


def legend(sheet: int, sheets: int, cards: int, *, is_front: bool) -> str:
    """What the margin of a sheet says of it."""
    first, last = (sheet - 1) * A_SHEET + 1, min(sheet * A_SHEET, cards)
    side = "正面" if is_front else "背面"
    return f"第 {sheet}/{sheets} 张{side}　第 {first}—{last} 证　按 100% 双面打印，沿长边翻转"
