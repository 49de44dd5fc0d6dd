"""Class lists from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from client_cli.main.room.roster import RosterError, read


def test_a_text_has_a_name_a_line(tmp_path: Path) -> None:
    file = tmp_path / "class.txt"
    # As an editor of another system leaves it, with a mark at its beginning.
    file.write_bytes("\ufeffAda Lovelace\r\n\r\n  Bo, Jr. \r\nÇelik\r\n".encode())
    assert read(str(file), None) == ("Ada Lovelace", "Bo, Jr.", "Çelik")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('id,name\n1,Ada\n2,\n3,"Bo, Jr."\n', None),
        ("Vorname;Note\nAda;1,3\nBo, Jr.;2,0\n", "Vorname"),
        ("n\tfull name\n1\tAda\n2\tBo, Jr.\n", "full name"),
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_table_has_its_names_in_a_column(tmp_path: Path, text: str, column: str | None) -> None:
    file = tmp_path / "class.csv"
    file.write_text(text, "utf-8")
    assert read(str(file), column) == ("Ada", "Bo, Jr.")


@pytest.mark.parametrize(
    ("name", "content", "column", "message"),
    [
        ("a.txt", b"Ada\n" + b"x" * 61 + b"\n", None, "a.txt, line 2: 'xxx"),
        ("a.txt", b"Ada\nBo\x07\n", None, "a.txt, line 2: 'Bo\\x07': "),
        ("a.txt", b"Ada\n\nBo\nada\n", None, "a.txt, line 4: ada is in line 1 already"),
        ("a.txt", b"\n \n", None, "a.txt: there is no name in it"),
        ("a.txt", b"\xff\xfe", None, "a.txt: cannot be read as UTF-8 text"),
        ("a.csv", b"id,who\n1,Ada\n", None, "a.csv, line 1: there is no column name; use --column"),
        ("a.txt", b"id,who\n1,Ada\n", "whom", "--column with one of id, who"),
        ("a.csv", b"name\nAda\n\nada\n", None, "a.csv, line 4: ada is in line 2 already"),
        ("a.csv", b"", None, "a.csv, line 1: there is no column name"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    column: str | None,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RosterError) as error:
        read(name, column)
    assert message in str(error.value)
