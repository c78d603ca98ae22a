"""The exit codes of every command (docs/cli.md)."""

EXIT_OK = 0
EXIT_ERROR = 1  # `run`: a cell raised; `doctor`: a check failed; else: what was asked could not be done
EXIT_USAGE = 2  # the command, a parameter or a file name is wrong: nothing was executed
EXIT_TIMED_OUT = 3
EXIT_DIED = 4  # the kernel died
EXIT_INTERRUPTED = 130
