"""How a formula meets arrays: the contract between the two.

A formula is a function `_f(xp, *arrays, **constants)` that stands in its module and
reads as its chapter prints it. `dispatch` calls it with what the user passed.

**What a formula may rely on.** The arrays are NumPy's or another library's, of one
floating dtype, float32 or wider, and of one shape, or numbers beside it. Every element
is in the domain that its `Argument` names, and none is NaN. Constants are numbers that
the caller has checked. No floating-point warning comes out.

**What a formula must keep to.**

1. It stands in a module under a name: no lambda, no function within a function. What it
   needs besides arrays comes by keyword, as a constant.
2. It works element by element: with operators, and by position with those functions of
   `xp` that `whole.Calls` lists. No sums, no indices, no methods of arrays: it is
   `xp.astype(z, dtype)`.
3. It never branches on values: `xp.where` does. On its constants it may.
4. Powers are `xp.square` and `xp.pow`: NumPy rounds ** in one way for a number and in
   another for an array.
5. It returns one new array. A mean with its gradient is made of two formulas, one of
   the values and one of the slopes; the mean assumes nothing of their signs.
6. −|z| is `min(z, −z)`: on its slope at 0 all libraries that differentiate agree.
7. Where a term is 0 · ∞ it may come out as NaN: it is evaluated again, with the largest
   finite number for infinity. At finite arguments nothing may come out as NaN.

What breaks 1 to 5 is refused when `dispatch` first sees the formula, before it computes
anything. 6 and 7 are about numbers; they are held by the tests of extremes and of
derivatives, which know every formula.

**Which way it goes**, by the size and the kind of what was passed:

=================================  =========  ========================================
a number or a short NumPy array    `whole`    called once, directly
a NumPy array from `LONG` on       `blocks`   its `program`, recorded once, on blocks
an array of another library        `foreign`  called once, on whole arrays
a Dask array                       `chunks`   each chunk by one of these, when computed
=================================  =========  ========================================

**What every way promises.** The same domains, refused in the same words. 0 · ∞ = 0. A
mean that overflows only if a value is infinite. float16 computed in float32. `whole`
and `blocks`: an element has the same bits alone and among others, whatever the number
of threads; means are summed in float64 or wider. `blocks`: memory for the result and a
few blocks. `foreign`: results stay in their library and on their device, and can be
differentiated: by the derivatives that the formula declares, which are formulas too
(`slopes.declare`), else step by step. A mean is taken in float64, or as well as if.
`chunks`: nothing is computed before it is asked for.

    convert → validate → whole → {program → blocks, foreign, chunks} → dispatch
    slopes → {by_jax, by_torch} → foreign

An arrow reads "is imported by". Two stand aside: `sums`, to twice the precision, and
`frozen`, what keeps the arrays of a model read-only.
"""
