"""The written answers of a batch: a sheet to score, a page to read, and the way back.

``written.csv`` has a row for each student and written question. A person types `points`
and, if they like, a `comment`; the next run of the grader reads them back. What a
person typed, extra columns included, stands there for good: the file is replaced in one
piece, and only after it could be read. Rows of students who are no longer in the batch
stay.

`answer_sha` says whose row it is, and of which answer. The first half is made of the
student's key and the question, so that a row is still known after a spreadsheet has
turned the key 00123 into 123; the second half is made of the answer. When the answer of
a scored row changes, the points stay and `flag` says so; whoever has looked again
empties that cell.
"""

import hashlib
import re

from autograder.reports import gradebook
from autograder.reports.sheets import Sheet, read

COLUMNS = ("student", "name", "question", "answer", "answer_sha", "points", "of")
COLUMNS += ("comment", "flag")
NEEDED = ("student", "question", "points")
CHANGED = "the answer has changed since it was scored; look again, then empty this cell"


def row_code(student, question):
    """A short name for a row, which no spreadsheet takes for a number or a date."""
    return "r" + _digest(f"{student}\n{question}")


def answer_sha(student, question, answer):
    """The row's code, and a digest of the answer."""
    return f"{row_code(student, question)}-{_digest(answer)}"


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _points(text, most):
    """The points that a person typed, or None; ValueError if they are not in 0…most."""
    if not text:
        return None
    if not re.fullmatch(r"\+?\d{1,6}([.,]\d{0,6})?", text):
        raise ValueError
    points = float(text.replace(",", "."))
    if points > most:
        raise ValueError
    return int(points) if points.is_integer() else points


def _owners(path, sheet, results):
    """{(student, question): cells}, the rows' numbers, and what is wrong with others.

    The key of a student who is no longer in the batch is among them.
    """
    questions = {
        q["question"] for each in results for q in each["questions"] if q["written"]
    }
    students = {each["student"] for each in results}
    codes = {row_code(s, q): (s, q) for s in students for q in questions}
    owners, bad, numbers = {}, [], {}
    for number, cells in sheet.rows:
        own = sheet.get(cells, "student"), sheet.get(cells, "question")
        code = sheet.get(cells, "answer_sha").partition("-")[0]
        owner = codes.get(code) or (own if row_code(*own) == code else None)
        where = f"{path}, row {number}"
        if owner is None and not re.fullmatch(r"r[0-9a-f]{10}", code):  # not ours
            owner = own if own[0] in students and own[1] in questions else None
        if owner is None:
            bad.append(
                f"{where}: student {own[0][:80]!r}, question {own[1][:80]!r} unknown; "
                f"permitted: a student of this batch, {' or '.join(sorted(questions))}"
            )
        elif owner[0] != own[0] and own[0] in students:
            bad.append(
                f"{where}: student {own[0]!r} beside the answer of {owner[0]!r}; "
                "permitted: rows moved whole (was a column sorted without the others?)"
            )
        elif owner in owners:
            bad.append(
                f"{where}: student {owner[0]!r}, question {owner[1]!r} again; "
                f"permitted: one row each, and row {numbers[owner]} is the first"
            )
        else:
            owners[owner], numbers[owner] = cells, number
    return owners, numbers, bad


def merge(out, results):
    """The results with the points and comments that stand in ``written.csv``.

    Parameters
    ----------
    out : Path
        Folder of the batch.
    results : list of dict
        They are not changed.

    Returns
    -------
    list of dict
        A question that a person scored has the status "scored", its points, its
        "comment", and "changed": whether the answer has changed since.

    Raises
    ------
    ValueError
        If the sheet cannot be read, or a row in it is not permitted. The message lists
        every such row, with its number in the spreadsheet.
    """
    path = out / "written.csv"
    sheet = read(path, COLUMNS, NEEDED)
    owners, numbers, bad = _owners(path, sheet, results)
    merged = []
    for result in results:
        questions = []
        for question in result["questions"]:
            owner = result["student"], question["question"]
            cells = owners.get(owner) if question["written"] else None
            text = sheet.get(cells, "points") if cells else ""
            try:
                points = _points(text, question["of"])
            except ValueError:
                bad.append(
                    f"{path}, row {numbers[owner]}: points {text[:80]!r}; "
                    f"permitted: 0 to {question['of']}, or empty"
                )
                continue
            if points is not None:
                question = {
                    **question,
                    "status": "scored",
                    "points": points,
                    "comment": sheet.get(cells, "comment"),
                    "changed": _flag(sheet, cells, owner, question["answer"]) != "",
                }
            questions.append(question)
        merged.append({**result, "questions": questions})
    if bad:
        listing = "\n".join(bad)
        raise ValueError(f"{len(bad)} wrong rows; nothing was changed\n{listing}")
    return merged


def _flag(sheet, cells, owner, answer):
    """The flag of a scored row: a person's own words stay."""
    before, now = sheet.get(cells, "answer_sha"), answer_sha(*owner, answer)
    changed = before and before != now and sheet.get(cells, "points")
    return sheet.get(cells, "flag") or (CHANGED if changed else "")


def shuffled(homework, results):
    """(result, question) of each written answer, in an order that shows no names."""
    written = [question.name for question in homework.questions if question.written]

    def place(pair):
        result, question = pair
        code = row_code(result["student"], question["question"])
        return written.index(question["question"]), code

    pairs = [(result, each) for result in results for each in result["questions"]]
    return sorted((pair for pair in pairs if pair[1]["question"] in written), key=place)


def write(out, homework, results):
    """Bring ``written.csv`` up to date with the answers in merged results."""
    path = out / "written.csv"
    sheet = read(path, COLUMNS, NEEDED)
    owners, _, bad = _owners(path, sheet, results)
    if bad:
        raise ValueError("\n".join(bad))
    width = max([len(sheet.header), *(len(cells) for _, cells in sheet.rows)])
    header = sheet.header + [""] * (width - len(sheet.header))
    header += [name for name in COLUMNS if name not in sheet.place]
    place = Sheet(COLUMNS, header).place
    rows = {
        owner: cells + [""] * (len(header) - len(cells))
        for owner, cells in owners.items()
    }
    for result, question in shuffled(homework, results):
        owner, answer = (result["student"], question["question"]), question["answer"]
        row = rows.setdefault(owner, [""] * len(header))
        sha = answer_sha(*owner, answer)
        flag = _flag(sheet, owners.get(owner, []), owner, answer)
        same = row[place["answer_sha"]] == sha  # then a person may have marked it up
        ours = {
            "student": owner[0],
            "name": row[place["name"]] or gradebook.one_line(result["name"]),
            "question": owner[1],
            "answer": (same and row[place["answer"]]) or gradebook.plain(answer),
            "answer_sha": sha,
            "of": gradebook.number(question["of"]),
            "flag": row[place["flag"]] or flag,
        }
        for column, text in ours.items():
            row[place[column]] = gradebook.harmless(text)
    if rows:
        gradebook.save_sheet(path, [header, *rows.values()], delimiter=sheet.delimiter)
