"""The report of one customer as a PDF that a person would send: letter size, charts as vectors, page numbers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from customer_360.customer.factors import PACES_ARE
from customer_360.customer.metrics import exact_dollars, metrics
from customer_360.report.drawings import category_drawing, risk_drawing, trend_drawing
from customer_360.report.texts import is_written_as_it_is, marked, writable
from customer_360.themes import LIGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reportlab.pdfgen.canvas import Canvas

    from customer_360.access.customers import CustomerProfile
    from customer_360.customer.view import CustomerView

LISTED_TRANSACTIONS = 20
_FEW_ROWS = 130.0  # the height below which a table rather begins on the next page
# ReportLab's frame keeps 6 points more on each side.
_MARGIN, _PADDING = 50.0, 6.0
_WIDTH = LETTER[0] - 2 * (_MARGIN + _PADDING)
_INK, _MUTED, _GRID, _ACCENT = (HexColor(c) for c in (LIGHT.ink, LIGHT.muted, LIGHT.grid, LIGHT.accent))
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12, textColor=_INK)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=7.5, leading=10, textColor=_MUTED)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Helvetica-Bold", fontSize=18, leading=22)
_HEAD = ParagraphStyle(
    "head", parent=_BODY, fontName="Helvetica-Bold", fontSize=11.5, leading=15, spaceBefore=10, spaceAfter=4
)
_FIGURE = ParagraphStyle("figure", parent=_BODY, fontName="Helvetica-Bold", fontSize=12.5, leading=16)
_RIGHT = ParagraphStyle("right", parent=_BODY, alignment=TA_RIGHT)
_COLUMN = ParagraphStyle("column", parent=_SMALL, fontName="Helvetica-Bold")
_COLUMN_RIGHT = ParagraphStyle("column right", parent=_COLUMN, alignment=TA_RIGHT)


def customer_report(view: CustomerView, made_by: str) -> bytes:
    """Write the report of a customer.

    Args:
        view: all that is shown of the customer.
        made_by: title of the app, for the foot of each page.

    Returns:
        The PDF file.
    """
    profile = view.profile
    written = BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=46,
        bottomMargin=54,
        title=f"Customer report {profile.customer_id}",
        author=writable(made_by),
        subject=f"Data up to {profile.as_of_date:%d %B %Y}",
        invariant=1,
    )

    def foot(canvas: Canvas, _: SimpleDocTemplate) -> None:
        _foot(canvas, profile, made_by)

    document.build(_story(view), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _foot(canvas: Canvas, profile: CustomerProfile, made_by: str) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillColor(_MUTED)
    left, right = _MARGIN + _PADDING, LETTER[0] - _MARGIN - _PADDING
    canvas.setStrokeColor(_GRID)
    canvas.line(left, 42, right, 42)
    secret = "Confidential: personal data. " if profile.name else "Confidential. "
    canvas.drawString(left, 30, f"{secret}{writable(made_by)}, data up to {profile.as_of_date:%d %B %Y}.")
    canvas.drawRightString(right, 30, f"{profile.customer_id}, page {canvas.getPageNumber()}")
    canvas.restoreState()


def _story(view: CustomerView) -> list[Flowable]:
    profile = view.profile
    story: list[Flowable] = [
        Paragraph(marked(profile.name or f"Customer {profile.customer_id}"), _TITLE),
        Paragraph(marked(_subtitle(profile)), _BODY),
        Spacer(1, 8),
        _facts(profile),
        Spacer(1, 8),
        _figures(profile),
        Spacer(1, 10),
        trend_drawing(view.trend, _WIDTH),
        Spacer(1, 10),
    ]
    if view.shares.total:
        story.append(category_drawing(view.shares, _WIDTH))
    if view.shares.refunded:
        left_out = f"Left out, because more was returned than bought: {', '.join(view.shares.refunded)}."
        story.append(Paragraph(marked(left_out), _SMALL))
    story += _churn(view)
    story += _history(view)
    story += _transactions(view)
    if profile.name and not is_written_as_it_is(profile.name):
        story.append(Paragraph("The name is written in the nearest letters that this report's font has.", _SMALL))
    return story


def _subtitle(profile: CustomerProfile) -> str:
    risk = f"{profile.churn_risk_category} churn risk" if profile.churn_risk_category else "not scored yet"
    return f"{profile.customer_id}. {profile.segment}. {risk}. {profile.customer_status}."


def _facts(profile: CustomerProfile) -> Table:
    facts = [
        ("Age", f"{profile.age}"),
        ("Place", f"{profile.city}, {profile.state}"),
        ("Customer since", f"{profile.account_open_date:%d %B %Y}"),
        ("Card", profile.card_type),
        ("Credit limit", f"${profile.credit_limit:,.0f}"),
        ("Segment since", f"{profile.segment_assigned_date:%d %B %Y}"),
    ]
    if profile.email:
        facts.insert(0, ("E-mail", profile.email))
    half = -(-len(facts) // 2)
    cells = [[Paragraph(marked(label), _SMALL), Paragraph(marked(text), _BODY)] for label, text in facts]
    cells += [["", ""]] * (2 * half - len(cells))
    rows = [[*cells[n], *cells[n + half]] for n in range(half)]
    table = Table(rows, colWidths=[_WIDTH * w for w in (0.14, 0.36, 0.14, 0.36)])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight()]))
    return table


def _figures(profile: CustomerProfile) -> Table:
    cells = [
        [Paragraph(marked(m.label), _SMALL), Paragraph(marked(m.value), _FIGURE),
         Paragraph(marked(m.comparison or ""), _SMALL)]
        for m in metrics(profile)
    ]  # fmt: skip
    table = Table([cells[:3], cells[3:]], colWidths=[_WIDTH / 3] * 3)
    table.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 0.6, _GRID), ("INNERGRID", (0, 0), (-1, -1), 0.6, _GRID)]))
    return table


def _churn(view: CustomerView) -> list[Flowable]:
    profile = view.profile
    parts: list[Flowable] = [Paragraph("Risk of churn, and what to do", _HEAD)]
    if profile.churn_probability is None:
        parts.append(Paragraph("This customer has not been scored yet.", _BODY))
    else:
        parts += [risk_drawing(profile.churn_probability, _WIDTH), Paragraph(_risk_in_words(view), _SMALL)]
    parts += [
        Paragraph(f"<b>{n}. {marked(one.action)}</b> {marked(one.because)}", _BODY)
        for n, one in enumerate(view.recommendations, 1)
    ]
    found: list[Flowable] = [KeepTogether(parts)]
    if view.factors:
        rows = [(f.label, f.value, f.typical, f.pull.value) for f in view.factors]
        table = _table(("Factor", "This customer", "Typical", "Which way it points"), rows, (0.36, 0.22, 0.2, 0.22))
        note = (
            f"Compared with all active customers. {PACES_ARE} The factors go with risk in the data; none is said to be "
            "its cause."
        )
        found.append(KeepTogether([Spacer(1, 6), table, Paragraph(note, _SMALL)]))
    return found


def _risk_in_words(view: CustomerView) -> str:
    said = "Predicted probability of no purchase in the 90 days to come."
    if view.profile.customer_status == "Lapsed":
        return f"{said} This customer has bought nothing for 90 days, and so has left already."
    if view.standing is None:
        return said
    return f"{said} The average of active customers is {view.standing.average_probability:.1%}."


def _history(view: CustomerView) -> list[Flowable]:
    segments = [
        (f"{p.segment_assigned_date:%d %b %Y}", p.previous_segment or "", p.segment, p.segment_reason)
        for p in reversed(view.segments)
    ]
    versions = [
        (f"{v.effective_date:%d %b %Y}", f"{v.end_date:%d %b %Y}" if v.end_date else "now", v.card_type,
         f"${v.credit_limit:,.0f}")
        for v in reversed(view.versions)
    ]  # fmt: skip
    return [
        KeepTogether(
            [Paragraph("Segments", _HEAD), _table(("Date", "From", "To", "Reason"), segments, (0.13, 0.2, 0.2, 0.47))]
        ),
        KeepTogether(
            [Paragraph("Card and credit limit", _HEAD), _table(("From", "Until", "Card", "Credit limit"), versions)]
        ),
    ]


def _transactions(view: CustomerView) -> list[Flowable]:
    newest = view.transactions.head(LISTED_TRANSACTIONS)
    if newest.empty:
        return []
    rows = [
        (f"{row['transaction_timestamp']:%d %b %Y %H:%M}", row["merchant_category"], row["transaction_type"],
         exact_dollars(row["amount"]), row["status"])
        for row in newest.to_dict("records")
    ]  # fmt: skip
    head = Paragraph(f"The newest {len(newest)} transactions", _HEAD)
    table = _table(
        ("Date (UTC)", "Merchant category", "Type", "Amount", "Status"), rows, (0.22, 0.3, 0.16, 0.16, 0.16), {3}
    )
    note = "Declined amounts were asked for, not spent."
    return [CondPageBreak(_FEW_ROWS), head, table, Paragraph(note, _SMALL)]


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float] = (),
    right: Collection[int] = (),
) -> Table:
    """Return a table whose head is repeated on each page.

    Args:
        head: names of the columns.
        rows: texts.
        widths: shares of the page's width; equal ones by default.
        right: columns of numbers, written on the right.
    """
    shares = widths or [1 / len(head)] * len(head)
    cells = [[Paragraph(marked(name), _COLUMN_RIGHT if n in right else _COLUMN) for n, name in enumerate(head)]]
    cells += [[Paragraph(marked(text), _RIGHT if n in right else _BODY) for n, text in enumerate(row)] for row in rows]
    table = Table(cells, colWidths=[_WIDTH * share for share in shares], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, _ACCENT),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, _GRID),
                ("BACKGROUND", (0, 0), (-1, -1), white),
                *_tight(),
            ]
        )
    )
    return table


def _tight() -> list[tuple[str, tuple[int, int], tuple[int, int], float]]:
    return [("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
