"""What the source of a package says: what a file imports, and how long its code is."""

import ast
import io
import tokenize


def imports(path, package, top):
    """The modules that a file imports, wherever in it, by their full names.

    `package` is the folder of the package that is imported under the name `top`.
    """
    here = [top, *path.relative_to(package).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            parts = ".".join([*above, *filter(None, [node.module])]).split(".")
            names = [alias.name for alias in node.names]
            is_folder = parts[0] == top and package.joinpath(*parts[1:]).is_dir()
            if is_folder or "*" in names:
                yield from (f"{'.'.join(parts)}.{name}" for name in names)
            else:
                yield ".".join(parts)


def lines_of_code(source):
    """Count the lines that hold code: no docstring, comment or blank line."""
    lines = set()
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT}
    silent |= {tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text and isinstance(node.value.value, str):
            lines.difference_update(range(node.lineno, node.end_lineno + 1))
    return len(lines)
