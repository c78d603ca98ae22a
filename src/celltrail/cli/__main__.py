"""`python -m celltrail.cli`: the command without its script on the path."""

from celltrail.cli.app import main

main()
