"""Many submissions: on all cores, resumable, one result a file."""

import concurrent.futures
import contextlib
import functools
import hashlib
import json
import os
import queue
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograder import files, results
from autograder.grading.judge import ungraded
from autograder.grading.worker import LostError, Worker
from autograder.intake.notebook import Unreadable
from autograder.intake.submissions import Submission
from autograder.masters import release
from autograder.masters.homework import Homework
from autograder.results import Result, Status
from autograder.sandbox import sandbox


def grade_all(
    homework: Homework,
    submissions: Sequence[Submission],
    out: Path,
    *,
    unsafe: bool = False,
    limits: dict[str, int] | None = None,
    jobs: int | None = None,
    variants: bool = False,
    progress: bool = True,
) -> list[Result]:
    """Grade submissions into out/results, and return the results.

    Students whose result is there already, made from the same bytes by the same
    homework and settings, are not graded again: a run that was killed goes on.
    Results of students who are not among the submissions stay as they are.

    Parameters
    ----------
    homework : Homework
    submissions : list of Submission
    out : Path
    unsafe : bool
        Without a sandbox. Otherwise NoSandboxError where none can be made.
    limits : dict, optional
        As in `sandbox.LIMITS`.
    jobs : int, optional
        Submissions at a time; by default the number of cores.
    variants : bool
        Each student's handout had numbers of its own.
    progress : bool
        Show a progress bar on stderr.
    """
    sandbox.check_linux()
    if not unsafe:
        sandbox.check_available()
    settings = {
        "name": homework.name,
        "notebook": homework.notebook,
        "answers": homework.answers,
        "stubs": release.stubs(homework),
        "unsafe": unsafe,
        "limits": limits,
    }
    with files.alone_in(out):
        results.check_whose(results.results_in(out), homework)
        tasks = [
            _Task(
                homework,
                settings,
                submission,
                variant_of(submission) if variants else None,
                out / "results",
            )
            for submission in submissions
        ]
        graded = {task: task.stored() for task in tasks}
        waiting = [task for task in tasks if graded[task] is None]
        done = len(tasks) - len(waiting)
        bar = tqdm(total=len(tasks), initial=done, unit="student", disable=not progress)
        with bar, contextlib.closing(_graded(waiting, jobs)) as finished:
            for task, result in finished:
                graded[task] = task.store(result)
                bar.update()
    return list(graded.values())


def variant_of(submission: Submission) -> str:
    """The name that a student's numbers are drawn from, known to the LMS before."""
    return submission.lms_id or submission.student


class _Task:
    """One submission to grade, and where its result is kept."""

    def __init__(
        self,
        homework: Homework,
        settings: dict[str, Any],
        submission: Submission,
        variant: str | None,
        folder: Path,
    ) -> None:
        self.settings, self.variant = settings, variant
        self._homework, self._submission = homework, submission
        self._notebooks = (submission, *submission.others)
        self._path = folder / f"{submission.student}.json"

    def attempt(self, grade):
        """What `grade` makes of the newest notebook that was attempted, or the newest.

        Where that cannot be had, a result that says why: no batch stops for one.
        """
        newest = None
        for submission in self._notebooks:
            result = self._attempt(submission, grade)
            if _was_attempted(result):
                self._submission = submission
                return result
            newest = newest or result
        return newest

    def _attempt(self, submission, grade):
        stamps = self._homework, self.variant, self.settings["unsafe"]
        try:
            return grade(submission.read())
        except Unreadable as error:
            return ungraded(*stamps, str(error))
        except LostError as error:
            return ungraded(*stamps, f"{error}: grade it by hand", Status.CRASHED)

    @functools.cached_property
    def _key(self):
        made_from = json.dumps([self.settings, self.variant], sort_keys=True).encode()
        digest = hashlib.sha256(_version() + made_from)
        for submission in self._notebooks:
            try:
                digest.update(submission.read())
            except Unreadable as error:
                digest.update(str(error).encode())
        return digest.hexdigest()

    def stored(self):
        """The result of an earlier run, if it would come out the same.

        Where the grader itself broke down, another try may do better.
        """
        result = results.read(self._path)
        if result is None or result.key != self._key:
            return None
        return None if _broke_down(result) else result

    def store(self, result):
        """Write the result in one step, so that no half of it is ever found."""
        submission = self._submission
        result = replace(
            result,
            student=submission.student,
            name=submission.name,
            lms=submission.lms,
            lms_id=submission.lms_id,
            file=submission.file,
            attachment=submission.attachment,
            handed_in=submission.handed_in,
            key=self._key,
            notes=(*submission.notes, *result.notes),
        )
        files.save(self._path, json.dumps(result.as_dict(), indent=1) + "\n")
        return result


def _was_attempted(result):
    """Whether there is more than what was handed out, or the grader itself failed."""
    statuses = {question.status for question in result.questions}
    return not statuses <= {Status.NOT_ATTEMPTED, Status.UNREADABLE}


@functools.cache
def _version():
    """A digest of the grader's own code: a changed grader grades again."""
    paths = sorted(Path(__file__).parents[1].rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).digest()


def _broke_down(result):
    """Whether it was the grader that failed."""
    crashed = any(each.status == Status.CRASHED for each in result.questions)
    return bool(result.problem and crashed)


def _graded(tasks, jobs):
    """Yield each task with its result, as they are done.

    Where the grader broke down, it tries once more at the end, with nothing beside it.
    """
    if not tasks:
        return
    jobs = min(jobs or len(os.sched_getaffinity(0)), len(tasks))
    workers = [Worker(tasks[0].settings) for _ in range(jobs)]
    idle = queue.SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def grade(task, busy=True):
        worker = idle.get()
        try:
            return task, task.attempt(
                lambda data: worker.grade(data, task.variant, busy=busy)
            )
        finally:
            idle.put(worker)

    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        waiting = [pool.submit(grade, task) for task in tasks]
        again = []
        for future in concurrent.futures.as_completed(waiting):
            task, result = future.result()
            if _broke_down(result):
                again.append(task)
            else:
                yield task, result
        for task in again:
            yield grade(task, busy=False)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.stop()
        pool.shutdown()
        for worker in workers:
            worker.close()
