"""PDF -> one page per page.

pdfium gives characters, boxes, outline and metadata; the modules beside this one turn them into text. The source of a
character of ``Page.text`` is its pdfium index on that page: boxes for marking come from the file when they are wanted
(a page read by OCR brings its own). pdfium must not be called from several threads, and files are hostile: read in a
child process.
"""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ingest.documents import Kind, Reading
from ingest.readers import SourceFile
from ingest.readers.page_layout import lay_out
from ingest.readers.pdf_pages import read_contents


def read(file: SourceFile) -> Reading:
    """Text by pages, with the pages that failed listed.

    Raises:
        EncryptedError: the file wants a password.
        ReadError: pdfium cannot open it, or no page could be read.
    """
    contents = read_contents(file)
    labels = _printed_labels(file)

    def place(number: int) -> str:
        label = labels[number - 1] if number <= len(labels) else ""
        return f"p. {number} ({label})" if label and label != str(number) else f"p. {number}"

    layout = lay_out(contents.sheets, contents.outline, contents.title, place)
    count = len(contents.sheets)
    recognised = sum(sheet.recognised for sheet in contents.sheets)
    empty = sum(not page.text for page in layout.pages)
    warnings = [f"{recognised} of {count} pages were read by OCR"] if recognised else []
    warnings += [f"{empty} of {count} pages have no text"] if empty else []
    return Reading(
        layout.pages,
        title=layout.title,
        kind=Kind.SLIDES if layout.is_deck else None,
        failures=tuple(contents.failures),
        warnings=tuple(warnings),
    )


def _printed_labels(file: SourceFile) -> list[str]:
    """Page numbers as printed (``iv``), by pypdf; none when the file has no labels or pypdf cannot follow it, because
    the physical number is always there. Most files have none, and pypdf is slow: it is asked only where they are."""
    data = file.read_bytes()
    if b"/PageLabels" not in data:
        return []
    try:
        return list(PdfReader(BytesIO(data)).page_labels)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return []
