"""The feedback pages in zips that Canvas and Moodle hand back to the students.

Canvas
    Assignment, "Upload Submissions" (or "Re-Upload Submissions"). A file reaches its
    student if its name begins as the file did that Canvas exported: the first two
    numbers between underscores are the user's and the attachment's. It becomes a
    comment, each time again.
    Source: infer_comment_context_from_filename in app/models of instructure/canvas-lms.

Moodle
    Assignment, "Upload multiple feedback files in a zip" (needs the feedback type
    "Feedback files"). The folder NAME_PARTICIPANT_assignsubmission_file says whose it
    is. A file of the same name is replaced.
    Source: mod/assign/feedback/file/importziplib.php of moodle/moodle.
"""

import io
import zipfile

from autograder.reports import gradebook


def canvas(homework, result):
    """The name of a student's page in the zip for Canvas."""
    handed_in = result["file"].rpartition("/")[2]
    return handed_in and f"{handed_in}.feedback.html"


def moodle(homework, result):
    """The name of a student's page in the zip for Moodle."""
    folder = f"Participant_{result['lms_id']}_assignsubmission_file"
    return f"{folder}/{homework.name}_feedback.html"


def write(out, homework, results):
    """Write ``feedback_canvas.zip`` and ``feedback_moodle.zip``, as there are students.

    Parameters
    ----------
    out : Path
        Folder of the batch, with the pages in ``feedback/``.
    homework : Homework
    results : list of dict
        One a student. A hand-in without a notebook has no name in Canvas; its page
        is left out.
    """
    for lms, name_of in {"canvas": canvas, "moodle": moodle}.items():
        theirs = [each for each in results if each["lms"] == lms and each["lms_id"]]
        named = [(name_of(homework, each), each["student"]) for each in theirs]
        path = out / f"feedback_{lms}.zip"
        if theirs:
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
                for name, student in filter(all, named):
                    page = (out / "feedback" / f"{student}.html").read_text("utf-8")
                    entry = zipfile.ZipInfo(name)
                    entry.external_attr = 0o644 << 16  # or nobody may read it
                    file.writestr(entry, page, zipfile.ZIP_DEFLATED)
            gradebook.save(path, data.getvalue())
        else:
            path.unlink(missing_ok=True)
