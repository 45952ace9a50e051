"""A student's code, alone.

`sandbox` starts it, and a `session` asks it questions; `bubblewrap` says what it can
see and do, `seccomp` which system calls are refused; `guest` is what runs inside.
"""
