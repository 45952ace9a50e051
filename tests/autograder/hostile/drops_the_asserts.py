# Tries to compile the tests without their checks.
# Deserves: q1 failed 0, q2 passed 2
# Wins: naive
import ast
import builtins

compiled = builtins.compile


class Dropper(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.copy_location(ast.Pass(), node)

    visit_Assert = visit_Expr


def compile(source, *args, **named):
    tree = compiled(source, "cell", "exec", ast.PyCF_ONLY_AST)
    return compiled(Dropper().visit(tree), *args, **named)


builtins.compile = compile


def bce(p, y):
    return 7.0
