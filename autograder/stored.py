"""What earlier runs left in the folder of a batch."""

import contextlib
import fcntl
import json


def all_results(out, homework):
    """The results that earlier runs left in `out`, in the order of their names."""
    results = dict(results_in(out))
    if not results:
        raise FileNotFoundError(f"{out} holds no results; run `grade` first")
    for path, result in results.items():
        if result is None:
            raise ValueError(f"{path} is no result; delete it and run `grade` again")
    check_whose(results.items(), homework)
    return list(results.values())


def results_in(out):
    """Yield (path, result) of the results in `out`; a broken one is None."""
    for path in sorted((out / "results").glob("*.json")):
        yield path, result_at(path)


def result_at(path):
    """The result in a file; None if there is none, or it is broken."""
    try:
        result = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:  # the disk was full, the power went
        return None
    return result if isinstance(result, dict) and "homework" in result else None


def check_whose(results, homework):
    """Raise ValueError if one of (path, result) is of another homework."""
    for path, result in results:
        if result and result["homework"] != homework.name:
            raise ValueError(
                f"{path} is of homework {result['homework']}, not {homework.name}: "
                "give each homework an --out of its own"
            )


@contextlib.contextmanager
def alone_in(out):
    """Make the folder of a batch, and hold it against a second run at the same time."""
    try:
        (out / "results").mkdir(parents=True, exist_ok=True)
        lock = open(out / ".lock", "w")  # noqa: SIM115  # closed below
    except OSError as error:
        raise OSError(
            f"{out} is no folder to write to: {error.strerror}; choose another --out"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(
                f"another run is grading into {out}; wait for it"
            ) from None
        yield
