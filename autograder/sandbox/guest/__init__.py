"""What runs inside the sandbox. Nothing here knows a test, a grade or a student.

`warden` sees to `runner`, by the `clock`; `notebook` runs cells as `ipython` would, and
`wire` carries values.
"""
