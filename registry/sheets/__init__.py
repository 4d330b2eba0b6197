"""Spreadsheets read and written. Knows columns and cells, nothing of what they mean to the office."""

from registry.sheets.attached import table_in as table_in
from registry.sheets.cells import alike as alike
from registry.sheets.cells import without_unit as without_unit
from registry.sheets.columns import Column as Column
from registry.sheets.columns import Kind as Kind
from registry.sheets.columns import Row as Row
from registry.sheets.columns import Table as Table
from registry.sheets.headings import Meaning as Meaning
from registry.sheets.headings import SheetHeadings as SheetHeadings
from registry.sheets.headings import headings as headings
from registry.sheets.problems import Problem as Problem
from registry.sheets.problems import Unreadable as Unreadable
from registry.sheets.reading import read as read
from registry.sheets.reading import row_count as row_count
from registry.sheets.writing import Sheet as Sheet
from registry.sheets.writing import csv_file as csv_file
from registry.sheets.writing import template as template
from registry.sheets.writing import with_problems as with_problems
from registry.sheets.writing import workbook as workbook
