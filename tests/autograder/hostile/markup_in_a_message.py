# Tries to have the pages and tables run what it says.
# Deserves: q1 crashed 0, q2 passed 2
Formula = type("=HYPERLINK(1)", (Exception,), {})


def bce(p, y):
    raise Formula(
        "<script>alert(1)</script>\x1b[31m\u202e =1+1 {{ 7 * 7 }} \ud800 \x00"
    )
