"""How much of a spreadsheet is read: more is no file of an office, and would fill the machine's memory."""

MOST_ROWS = 200_000
MOST_COLUMNS = 256
MOST_CELLS = 8_000_000  # of the rectangle from A1 to the last cell, empty ones included
MOST_BYTES_UNPACKED = 500_000_000
