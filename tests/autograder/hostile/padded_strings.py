# Tries to have NumPy pad a thousand strings to the longest.
# Deserves: q1 failed 0, q2 passed 2
def bce(p, y):
    return (
        ["x" * 500_000] + [""] * 100_000
        if np.ndim(p)
        else ["x" * 200_000, *[""] * 2_000]
    )
