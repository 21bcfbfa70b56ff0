"""Files of leads: what is refused as a whole, what is refused row by row, and what is taken in."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.cli.leads.files.source import opened
from alpha_swarm.cli.leads.files.taking import Tally, Terms, count_rows, take_in
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.domain.policy.policy import OPEN, PrivacyPolicy
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import BadFileError
from alpha_swarm.pipeline.receive import NONE
from alpha_swarm.ports.records import Taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from alpha_swarm.domain.leads.lead import LeadInput

HEADER = "linkedin_url,first_name,source_type,source_name,scraped_at"
GOOD = "https://www.linkedin.com/in/{},Mara,post_liker,Gong.io,2026-06-01T10:00:00Z"
NOW = datetime(2026, 6, 2, tzinfo=UTC)


class Book:
    """Takes leads in like the ledger: one person is one lead."""

    def __init__(self) -> None:
        self.leads: dict[str, LeadInput] = {}
        self.batches: list[tuple[int, int]] = []
        self.forbidden: Counter[str] = Counter()
        self.kept_out: set[str] = set()

    def take(
        self,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        forbidden: Mapping[str, int] = NONE,
    ) -> list[Taken]:
        """Remember each identity once."""
        self.forbidden.update(forbidden)
        assert (priority, door) == (Priority.NORMAL, "file")
        self.batches.append((len(inputs), rejected))
        return [self._take(lead) for lead in inputs]

    def _take(self, lead: LeadInput) -> Taken:
        if lead.email in self.kept_out:
            return Taken(lead_id="", duplicate=False, suppressed=True)
        identity = identity_of(lead)
        known = identity in self.leads
        self.leads.setdefault(identity, lead)
        return Taken(lead_id=identity, duplicate=known)


def take(path: Path, book: Book, source: str | None = None, policy: PrivacyPolicy = OPEN) -> Tally:
    """Both passes over a file."""
    given_columns = frozenset({"source_name"}) if source else frozenset[str]()
    with opened(str(path), path.parent, given_columns) as file:
        count_rows(file)
        terms = Terms(priority=Priority.NORMAL, source=source, now=NOW, policy=policy)
        return take_in(file, book, terms, lambda _: None)


def written(folder: Path, content: str | bytes, name: str = "leads.csv") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rejects(path: Path) -> list[dict[str, str]]:
    """The rejected rows of a file."""
    with path.with_suffix(".rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(*slugs: str) -> str:
    """A CSV of good rows."""
    return "\n".join([HEADER, *map(GOOD.format, slugs)]) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty", b"", "empty"),
        ("blank", b" \n\n", "empty"),
        ("header alone", HEADER.encode() + b"\n", "no rows"),
        ("no header", GOOD.format("a").encode() + b"\n", "lacks"),
        ("a column is missing", b"linkedin_url,source_type,scraped_at\na,b,c\n", "source_name"),
        ("nobody is named", b"first_name,source_type,source_name,scraped_at\na,b,c,d\n", "linkedin_url"),
        ("a column twice", HEADER.encode() + b",First_Name \n", "twice"),
        ("binary", rows("a").encode() + b"\x00\x01\n", "NUL"),
        ("latin-1", rows("a").encode() + "Jörg,\n".encode("latin-1"), "line 3 is not UTF-8"),
        ("utf-16", rows("a").encode("utf-16"), "UTF-16"),
        ("an open quote", rows("a").encode() + b'"https://x,\n\n', "never closed"),
        ("a long line", rows("a").encode() + b"x" * (2 << 20), "longer than 1 MiB"),
        ("a long row", rows("a").encode() + b'"' + b"x\n" * (1 << 20), "line 3 is longer than 1 MiB"),
        ("a JSON list", b"[{}]", "NDJSON"),
    ],
)
def test_a_file_that_is_bad_as_a_whole_leaves_nothing_behind(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    """Not in the ledger and not on the disk, although good rows may come before the trouble."""
    path = written(tmp_path, content, f"{name}.dat")
    book = Book()
    with pytest.raises(BadFileError, match=word):
        take(path, book)
    assert book.batches == []
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("line", ["{", "[]", "7", "[" * 99_999])
def test_ndjson_needs_an_object_on_every_line(tmp_path: Path, line: str) -> None:
    """The line is named."""
    with pytest.raises(BadFileError, match="line 2"):
        take(written(tmp_path, '{"a": 1}\n' + line, "leads.ndjson"), Book())


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """A missing file and a directory."""
    for name in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadFileError, match="cannot be read"):
            take(name, Book())


def test_bad_rows_are_rejected_with_row_line_field_and_reason(tmp_path: Path) -> None:
    """Rows count without header and blank lines, lines count as an editor does; the row's cells follow."""
    content = "\r\n".join(
        [
            HEADER.replace("first_name", "note"),
            '"https://www.linkedin.com/in/a","two\r\nlines",post_liker,Gong.io,2026-06-01',
            "",
            "https://www.linkedin.com/in/b,=1+1,webinar,Gong.io,2026-06-01",
            "https://www.linkedin.com/in/c,x,post_liker,Gong.io",
            "https://www.linkedin.com/in/d,x,post_liker,Gong.io,2026-06-01,extra",
            '"https://www.linkedin.com/in/e"x,x,post_liker,Gong.io,2026-06-01',
            "https://www.linkedin.com/in/f,x,post_liker,,never",
        ]
    )
    path = written(tmp_path, content)
    tally = take(path, Book())
    assert (tally.rows, tally.accepted, tally.duplicates, tally.rejected) == (6, 1, 0, 5)
    assert tally.rejects_file == str(tmp_path / "leads.rejects.csv")
    found = rejects(path)
    assert [(row["row"], row["line"], row["field"]) for row in found] == [
        ("2", "5", "source_type"),
        ("3", "6", ""),
        ("4", "7", ""),
        ("5", "8", ""),
        ("6", "9", "source_name, scraped_at"),
    ]
    assert found[0]["note"] == "'=1+1"
    assert "4 cells" in found[1]["reason"]
    assert "quote" in found[3]["reason"]


def test_a_run_without_rejects_removes_the_rejects_of_the_last_one(tmp_path: Path) -> None:
    """Else a mended file would look bad for ever."""
    path = written(tmp_path, HEADER + "\nx,y,z,,\n")
    take(path, Book())
    assert len(rejects(path)) == 1
    tally = take(written(tmp_path, rows("a")), Book())
    assert tally.rejects_file is None
    assert list(tmp_path.iterdir()) == [path]


def test_a_second_run_accepts_nothing(tmp_path: Path) -> None:
    """Whoever is unsure may run it again."""
    path, book = written(tmp_path, rows("a", "b", "a")), Book()
    first, second = take(path, book), take(path, book)
    assert (first.accepted, first.duplicates) == (2, 1)
    assert (second.accepted, second.duplicates) == (0, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects_of_csv(tmp_path: Path, delimiter: str, mark: str, end: str) -> None:
    """Comma, semicolon, tab; with and without a byte order mark; three line ends."""
    content = mark + rows("a", "b").replace(",", delimiter).replace("\n", end)
    assert take(written(tmp_path, content), Book()).accepted == 2


def test_source_stands_in_for_a_missing_source_name(tmp_path: Path) -> None:
    """And for a blank one, but not for one that is there."""
    without = "linkedin_url,source_type,scraped_at\nlinkedin.com/in/a,post_liker,2026-06-01\n"
    book = Book()
    assert take(written(tmp_path, without), book, source="Expo").accepted == 1
    mixed = (
        HEADER
        + "\nlinkedin.com/in/b,,post_liker,,2026-06-01\nlinkedin.com/in/c,,post_liker,Gong,2026-06-01\n"
    )
    take(written(tmp_path, mixed), book, source="Expo")
    assert [lead.source_name for lead in book.leads.values()] == ["Expo", "Expo", "Gong"]


def test_ndjson_is_taken_in_like_csv(tmp_path: Path) -> None:
    """Unknown keys are kept in the rejects, whatever their values are."""
    good = {
        "linkedin_url": "linkedin.com/in/a",
        "source_type": "post_liker",
        "source_name": "G",
        "scraped_at": "2026-06-01",
    }
    bad: dict[str, Any] = {**good, "source_type": 7, "tags": ["x"], "note": "\ud800"}
    path = written(tmp_path, "\n\n".join(map(json.dumps, (good, bad))), "leads.ndjson")
    tally = take(path, Book())
    assert (tally.rows, tally.accepted, tally.rejected) == (2, 1, 1)
    (row,) = rejects(path)
    assert (row["row"], row["line"], row["field"], row["tags"]) == ("2", "3", "source_type", '["x"]')


def test_a_commit_takes_500_rows_with_their_rejects(tmp_path: Path) -> None:
    """Memory stays flat however long the file is."""
    lines = [GOOD.format(f"p{number}") for number in range(1100)]
    lines[600] = lines[600].replace("post_liker", "webinar")
    book = Book()
    take(written(tmp_path, "\n".join([HEADER, *lines])), book)
    assert book.batches == [(500, 0), (499, 1), (100, 0)]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), max_size=8))
def test_any_text_in_a_cell_comes_back_in_the_rejects(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str]
) -> None:
    """Quotes, delimiters, line breaks, formulas: nothing of the row is lost but the power to run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["linkedin_url", "source_type", "source_name", "scraped_at", "note"])
    writer.writerows([["x", "post_liker", "G", "2026-06-01", note] for note in [*notes, "end"]])
    path = written(tmp_path_factory.mktemp("files"), out.getvalue())
    assert take(path, Book()).rejected == len(notes) + 1
    kept = [row["note"] for row in rejects(path)]
    assert [text.removeprefix("'") for text in kept[:-1]] == [note.removeprefix("'") for note in notes]
